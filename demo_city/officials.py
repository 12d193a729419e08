"""Officials of the demo city: stewards of every department, who apply for grants and decide them.

Belongs here: who they are, and walking each grant, a delegation, an application for 授权开放
and an interface request through the offices as officials would. Keep out: who may do what
(`governance.applications`). They are posts; nobody of them exists.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from catalog_specs.local_time import local_day
from catalog_specs.models.organisation import Department
from catalog_specs.vocabulary import GrantStatus
from flow.city import City
from flow.governing.granting import apply_for, decide_grant, register_stewards
from flow.governing.matters import act_on, ask_interface, file_opening, give_delegation
from governance.applications.matters.delegations import DELEGATION, DelegatedTask, DelegationEvent
from governance.applications.matters.handling import Handled, Said
from governance.applications.matters.machine import Machine
from governance.applications.matters.openings import OPENING, OpeningEvent, OpeningRequest
from governance.applications.stewards import Steward

__all__ = ["applicant", "decide_all", "decider", "handle_matters", "put_on_record"]

SINCE = date(2026, 1, 4)
"""The first working day of the year that the demo city lives in."""

OPERATOR = "platform_operator"
DELEGATED = date(2026, 1, 4), date(2027, 12, 31)
APPLICATION = {
    "applicant": "泉州示例大学",
    "unit_code": "12350500488100024U",
    "kind": "university",
    "dataset": "population_sample",
    "use": "public_benefit",
    "scenario": "人口老龄化与社区养老服务研究",
    "no_third_party": True,
    "valid_from": date(2026, 3, 1),
    "valid_to": date(2027, 12, 31),
}
INTERFACE_ASKED = "education", "public_security/resident"


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


def handle_matters(city: City) -> None:
    """Delegate to the operator, open the population sample to a university, ask for an interface.

    The university is made up. The interface request waits for its producer.
    """
    authority, operator = city.catalog.city.authority, OPERATOR
    tasks = tuple(one.value for one in DelegatedTask)
    by = _acting(city, decider(authority))
    given = give_delegation(by, operator, tasks, DELEGATED, "泉数委〔2026〕1号")
    said = Said("泉运函〔2026〕1号", "", {"nda": "泉数密〔2026〕901-1号"})
    _step(city, decider(operator), (DELEGATION, DelegationEvent.ACCEPTED, given), said)

    asked = OpeningRequest.model_validate(APPLICATION)
    filed = file_opening(_acting(city, applicant(operator)), asked, "示例大学函〔2026〕3号")
    said = Said("泉运评〔2026〕1号")
    _step(city, decider(operator), (OPENING, OpeningEvent.ASSESSED, filed), said)
    said = Said("泉数开〔2026〕1号")
    _step(city, decider(authority), (OPENING, OpeningEvent.CONFIRMED, filed), said)

    consumer, resource = INTERFACE_ASKED
    need = Said("泉教函〔2026〕8号", "入学报名窗口需要联机核验")
    ask_interface(_acting(city, applicant(consumer)), resource, need)


def _acting(city: City, account: str) -> City:
    return replace(city, actor=account)


def _step(city: City, account: str, step: tuple[Machine, str, Handled], said: Said) -> None:
    machine, event, handled = step
    act_on(_acting(city, account), machine, event, handled.matter.number, said)


def _steward(one: Department, account: str, post: str) -> Steward:
    filing = one.steward.filing_no if one.steward else f"{one.unit_code}-2026-01"
    return Steward(one.code, account, post, SINCE, filing)
