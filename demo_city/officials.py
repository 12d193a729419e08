"""Officials of the demo city: stewards of every department, who apply for grants and decide them.

Belongs here: who they are, and walking each grant of the catalogue through the offices as officials
would. Keep out: who may do what (`governance.applications`). They are posts; nobody of them exists.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from catalog_specs.local_time import local_day
from catalog_specs.models.organisation import Department
from catalog_specs.vocabulary import GrantStatus
from flow.city import City
from flow.governing.granting import apply_for, decide_grant, register_stewards
from governance.applications.stewards import Steward

__all__ = ["applicant", "decide_all", "decider", "put_on_record"]

SINCE = date(2026, 1, 4)
"""The first working day of the year that the demo city lives in."""


def applicant(department: str) -> str:
    """Return the account by which a department applies."""
    return f"{department}.applicant"


def decider(department: str) -> str:
    """Return the account by which a department decides: never the one that applies."""
    return f"{department}.steward"


def put_on_record(city: City) -> None:
    """Register two stewards of every department: one applies, the other decides (九(二))."""
    posts = ((applicant, "数据申请岗"), (decider, "数据管理员"))
    found = [
        (_steward(one, account(one.code), post), f"演示{one.name}{post}")
        for one in city.catalog.departments.values()
        for account, post in posts
    ]
    register_stewards(city, found)


def decide_all(city: City) -> None:
    """Let every consumer apply for its grants, and everybody who is asked say yes."""
    for number, grant in enumerate(city.catalog.grants.values(), 1):
        over = grant.valid_to < local_day(city.catalog, city.clock())
        if over or grant.status is not GrantStatus.ACTIVE:
            continue
        done = apply_for(replace(city, actor=applicant(grant.consumer)), grant)
        for place, department in enumerate(dict.fromkeys(one.by for one in done.left)):
            document = f"泉数享〔2026〕{number:03}-{place}号"
            by = replace(city, actor=decider(department))
            decide_grant(by, grant.code, (document, "符合最少够用原则"), yes=True)


def _steward(one: Department, account: str, post: str) -> Steward:
    filing = one.steward.filing_no if one.steward else f"{one.unit_code}-2026-01"
    return Steward(one.code, account, post, SINCE, filing)
