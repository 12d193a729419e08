"""Acts on matters: openings, interface requests, delegations; each on record before it counts.

Belongs here: opening the store, entering the act, one step of a matter, and what only the catalogue
can say of a first one. Keep out: who may do what (`governance.applications.matters`), handing over
what was opened (`flow.governing.opened`), options and printing (`cli`). A refused attempt is an act
as well: every allow and every deny is one entry of the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.acts import Act, Operation
from audit.log import AuditLog
from catalog_specs.errors import GrantError
from catalog_specs.local_time import local_day
from catalog_specs.vocabulary import Medium, Role
from flow.city import City
from governance.applications.matters.delegations import DELEGATION, DelegationEvent
from governance.applications.matters.handling import Counter, Handled, Said, handle
from governance.applications.matters.interfaces import INTERFACE, InterfaceEvent
from governance.applications.matters.log import matters_in
from governance.applications.matters.machine import Machine, Matter
from governance.applications.matters.openings import (
    OPENING,
    OpeningEvent,
    OpeningRequest,
    opening_faults,
)
from governance.applications.matters.reading import ShownMatter, matters

__all__ = [
    "act_on",
    "ask_interface",
    "file_opening",
    "give_delegation",
    "known_matter",
    "shown_matters",
]


def file_opening(
    city: City, asked: OpeningRequest, document: str, number: int | None = None
) -> Handled:
    """Take in an application for 授权开放, or one that was adjusted, under its number (六(五)).

    Raises:
        GrantError: the applicant, its use or the set do not fit 六(四), or the account may not.
    """
    wrong = next(opening_faults(city.catalog, asked, local_day(city.catalog, city.clock())), None)
    event = OpeningEvent.FILED if number is None else OpeningEvent.FILED_AGAIN
    facts = asked.model_dump(mode="json")  # whole: what is filed again leaves nothing of before
    return _act(city, (OPENING, event, number), Said(document, "", facts), wrong)


def ask_interface(city: City, resource: str, said: Said) -> Handled:
    """Ask the producer of a resource for an interface (二(三)).

    Raises:
        GrantError: the catalogue has no such resource, it is the asker's own, or the account may
            not ask.
    """
    known = city.catalog.resources.get(resource)
    wrong = None if known else "the catalogue has no such resource"
    facts = {**said.facts, "resource": resource, "provider": known.provider if known else ""}
    step = INTERFACE, InterfaceEvent.ASKED, None
    return _act(city, step, Said(said.document, said.reason, facts), wrong)


def give_delegation(
    city: City, operator: str, tasks: tuple[str, ...], term: tuple[date, date], document: str
) -> Handled:
    """Delegate tasks to a unit for a term; it counts once the unit accepted it (二(五)).

    Raises:
        GrantError: the unit is no operator, or the account may not.
    """
    known = city.catalog.departments.get(operator)
    fits = known is not None and Role.OPERATOR in known.roles
    since, until = term
    facts = {
        "operator": operator, "tasks": list(tasks),
        "since": since.isoformat(), "until": until.isoformat(),
    }  # fmt: skip
    step = DELEGATION, DelegationEvent.GIVEN, None
    return _act(city, step, Said(document, "", facts), None if fits else "the unit is no operator")


def act_on(city: City, machine: Machine, event: str, number: int, said: Said) -> Handled:
    """Do one step of a matter.

    Raises:
        GrantError: it is not where that can be done, or the account may not.
    """
    return _act(city, (machine, event, number), said, None)


def shown_matters(city: City, kind: str | None = None) -> tuple[ShownMatter, ...]:
    """Return all matters, or those of one kind, as they stand today."""
    today = local_day(city.catalog, city.clock())
    return matters(city.layout, city.governance_db, city.catalog, today, kind)


def known_matter(city: City, kind: str, number: int) -> ShownMatter:
    """Return one matter as it stands today; GrantError when there is none."""
    for one in shown_matters(city, kind):
        if one.matter.number == number:
            return one
    raise GrantError(
        "there is no such matter",
        where=f"{kind} {number}",
        remedy=f"`quanshu {kind} list` shows them all",
    )


def _act(
    city: City, step: tuple[Machine, str, int | None], said: Said, wrong: str | None
) -> Handled:
    """Do one step in one transaction; the entry of an act that is refused says so."""
    from governance.store.database import open_store

    entered: list[Handled] = []
    machine, event, number = step

    def enter(handled: Handled) -> None:
        content = handled.matter.content
        AuditLog(city.layout).append([_entry(city, step, content, handled, "")])
        entered.append(handled)

    with open_store(city.layout, city.governance_db) as store:
        try:
            _require_sound(machine, wrong)
            with store.writing() as session:
                counter = Counter(city.catalog, session, city.actor, city.clock(), enter)
                return handle(counter, machine, event, number, said)
        except GrantError as refused:
            if not entered:
                with store.reading() as session:
                    before = matters_in(session, machine.kind, number) if number else ()
                content = _content(before, said)
                AuditLog(city.layout).append([_entry(city, step, content, None, refused.what)])
            raise


def _require_sound(machine: Machine, wrong: str | None) -> None:
    if wrong is not None:
        raise GrantError(wrong, where=machine.kind, remedy="correct the application")


def _content(before: tuple[Matter, ...], said: Said) -> Mapping[str, Any]:
    return {**(before[0].content if before else {}), **said.facts}


def _entry(
    city: City,
    step: tuple[Machine, str, int | None],
    content: Mapping[str, Any],
    handled: Handled | None,
    refused: str,
) -> Act:
    machine, event, number = step
    word = machine.events(event)
    about = _resource(city, content)
    known = handled.matter.number if handled else number
    facts: dict[str, Any] = {"act": f"{machine.kind} {event}"}
    facts |= {"matter": known} if known else {}
    facts |= {"state": handled.matter.state} if handled else {"denied": refused}
    return Act(
        operation=Operation.MAINTAIN if machine is DELEGATION else Operation.SHARE,
        purpose=str(content.get("scenario") or f"{machine.label}（{machine.clause}）"),
        user=city.actor,
        approver=f"{handled.event.post} {handled.event.document}" if handled else "未获批准",
        content=f"{machine.label}：{_about(content)}",
        at=city.clock().isoformat(),
        way=word.label,
        medium=Medium.PLATFORM.label,
        resource=about,
        # whose data it is about: that producer's digest of the day has the act (八(四))
        department=about.partition("/")[0],
        facts=facts,
    )


def _about(content: Mapping[str, Any]) -> str:
    said = (content.get(one) for one in ("dataset", "resource", "operator", "applicant"))
    return "，".join(str(one) for one in said if one) or "—"


def _resource(city: City, content: Mapping[str, Any]) -> str:
    """Return the resource that a matter is about; empty where it is about none that is known."""
    opened = city.catalog.open_sets.get(str(content.get("dataset")))
    ref = opened.resource if opened else str(content.get("resource", ""))
    return ref if ref in city.catalog.resources else ""
