"""Departments: the posts on record (九(二)) and the roles (二(一)).

Belongs here: posts on record, roles. Keep out: approvals of a grant (`grants`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.reading.declared import Declared
from catalog_specs.vocabulary import Role

__all__ = ["LAWS"]


def _posts(declared: Declared) -> Iterator[Fault]:
    for department in declared.departments.values():
        for field, label in (("responsible", "分管领导"), ("steward", "数据管理员")):
            if getattr(department, field) is None:
                yield Fault(
                    f"departments:{department.code}",
                    field,
                    f"no {label} ({field}) on record",
                    f"write `{field}: {{post: …, since: …, filing_no: …}}`",
                )


def _roles(declared: Declared) -> Iterator[Fault]:
    for at, path, code, role in _acting(declared):
        department = declared.departments.get(code)
        if department is not None and role not in department.roles:
            yield Fault(
                at,
                path,
                f"`{code}` acts as {role.label}, a role it does not have",
                f"add `{role.value}` to `roles` in its file, or name another department",
            )


def _acting(declared: Declared) -> Iterator[tuple[str, str, str, Role]]:
    if declared.city is not None:
        yield "catalog:city", "authority", declared.city.authority, Role.AUTHORITY
    for resource in declared.resources.values():
        yield resource_at(resource.ref), "provider", resource.provider, Role.PRODUCER
    for grant in declared.grants.values():
        yield f"grants:{grant.code}", "consumer", grant.consumer, Role.CONSUMER


LAWS = (
    Law(
        "CAT-014",
        "各单位须登记分管领导和数据管理员",
        "every department has a responsible post and a data steward on record",
        "九(二)",
        "fill `responsible` and `steward` with post, date and filing number",
        _posts,
    ),
    Law(
        "CAT-026",
        "单位须具备相应角色",
        "the authority, every provider and every consumer has that role",
        "二(一)",
        "add the role to the department, or name another department",
        _roles,
    ),
)
