"""Grants (二(二)、五): a grant that contradicts the catalogue does not compile.

Belongs here: scope and method. Keep out: whether a grant holds today, and who approved it
(`governance`), masks (`masks`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law
from catalog_specs.laws.leaving.conditions import Finding, scope_faults
from catalog_specs.laws.leaving.exits import dropped_of
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Grant, GrantedResource
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.leaving.sharing import (
    granted_twice,
    lacks_reason,
    may_ask_specially,
    may_hand_out,
    strictest,
)
from catalog_specs.suggestion import one_of

__all__ = ["LAWS"]


def _lawful(declared: Declared) -> Iterator[Fault]:
    for grant in declared.grants.values():
        for path, message, remedy in _faults(declared, grant):
            yield Fault(f"grants:{grant.code}", path, message, remedy)


def _faults(declared: Declared, grant: Grant) -> Iterator[Finding]:
    if lacks_reason(grant):
        yield (
            "batch_reason",
            "batch exchange without saying why interface or verification does not suffice",
            "fill `batch_reason`, or use another `method`",
        )
    if not may_ask_specially(grant, declared.departments.get(grant.consumer)):
        yield (
            "procedure",
            f"`{grant.consumer}` is no department that asks by a special procedure",
            "take `procedure` out, or declare `special` of the department (五(九))",
        )
    doubled = frozenset(granted_twice(grant))
    for index, granted in enumerate(grant.resources):
        prefix = f"resources[{index}]"
        if index in doubled:
            message = f"`{granted.resource}` is granted twice"
            yield f"{prefix}.resource", message, "join the two entries into one"
        resource = declared.resources.get(granted.resource)
        if resource is not None:
            for path, message, remedy in scope_faults(declared, resource, granted):
                yield f"{prefix}.{path}", message, remedy
            yield from _method(grant, resource, granted, prefix)
            yield from _nothing_left(declared, grant, granted, prefix)


def _method(
    grant: Grant, resource: Resource, granted: GrantedResource, prefix: str
) -> Iterator[Finding]:
    if grant.method not in resource.share.methods:
        offered = one_of(method.value for method in resource.share.methods)
        message = f"`{resource.ref}` is not shared by `{grant.method.value}`"
        yield f"{prefix}.resource", message, f"it offers {offered}"
    if not may_hand_out(grant.method, strictest(resource, granted)):
        message = f"`{resource.ref}` is 暂不共享 here: it answers, it does not leave"
        yield f"{prefix}.resource", message, "use the method `verify` or `statistics`"


def _nothing_left(
    declared: Declared, grant: Grant, granted: GrantedResource, prefix: str
) -> Iterator[Finding]:
    if grant.method.materialised and dropped_of(declared, granted).issuperset(granted.items):
        message = "every item is dropped by its mask: nothing would be handed out"
        yield f"{prefix}.items", message, "give at least one item another mask"


LAWS = (
    Law(
        "CAT-019",
        "授权须与目录相符",
        "a grant uses an offered method with its reason, and covers stored items by conditions "
        "that fit",
        "五(三)、五(四)、五(九)",
        "correct the method, reason, items or conditions as the message says",
        _lawful,
    ),
)
