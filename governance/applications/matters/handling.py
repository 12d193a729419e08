"""Handling: one step of a matter, by whoever may do it, inside one transaction of the store.

Belongs here: which departments a party is, that the same person never applies and decides, and the
order: the rule, the objections, the audit entry, the event. Keep out: the rules themselves (a
machine's module), the audit log (`flow.governing`). Nothing is changed before the caller has
entered the act: `enter` is called first and raises when it cannot be written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from catalog_specs.catalog import Catalog
from catalog_specs.errors import GrantError
from catalog_specs.local_time import local_day
from catalog_specs.vocabulary import Role
from catalog_specs.working_days import working_days
from governance.applications.matters.delegations import DELEGATION, in_force
from governance.applications.matters.log import add_event, add_matter, matters_in
from governance.applications.matters.machine import (
    Clock,
    Machine,
    Matter,
    MatterEvent,
    Party,
    Rule,
    after,
)
from governance.applications.stewards import Steward, same_person, serving

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["Counter", "Handled", "Said", "clock_of", "handle"]


@dataclass(frozen=True)
class Said:
    """What somebody says with an act: its document, the reason, and what it fixes."""

    document: str = ""
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Handled:
    """What an act came to: the matter as it is then."""

    machine: Machine
    matter: Matter

    @property
    def event(self) -> MatterEvent:
        """Return what was done."""
        return self.matter.events[-1]


@dataclass(frozen=True)
class Counter:
    """The store while one act is done: by which account, when, and what enters it first."""

    catalog: Catalog
    session: Session
    account: str
    now: datetime
    enter: Callable[[Handled], None]

    @property
    def today(self) -> date:
        """Return the day in the city."""
        return local_day(self.catalog, self.now)


def clock_of(catalog: Catalog, today: date) -> Clock:
    """Return the figures and the calendar of a city, on a day."""
    return Clock(catalog.profile, working_days(catalog), today)


def handle(
    counter: Counter, machine: Machine, kind: str, number: int | None, said: Said
) -> Handled:
    """Do one step of a matter, or begin one where `number` is None.

    Raises:
        GrantError: there is no such matter, it is not where that can be done, the account may not
            do it, or a word is missing.
    """
    matter = _matter(counter, machine, number)
    rule, where = machine.rules[kind], f"{machine.kind} {number or ''}".strip()
    if matter is not None and matter.state not in rule.of:
        state = machine.states(matter.state)
        raise GrantError(
            f"it is {state.value} ({state.english})", where=where,
            remedy=f"see what happened with `quanshu {machine.kind} show {number}`",
        )  # fmt: skip
    if (rule.document and not said.document.strip()) or (rule.reason and not said.reason.strip()):
        raise GrantError("the document or the reason is missing", where=where, remedy="say both")
    # who the parties are was fixed by the first event: no later word makes somebody one
    content = matter.content if matter else said.facts
    steward = _steward(counter, (machine, rule, where), content, matter)
    _require_apart(counter, rule, matter, where)
    event = MatterEvent(
        number or 0, kind, counter.now, counter.today, counter.account, steward.department,
        steward.post, said.document.strip(), said.reason.strip(), said.facts,
    )  # fmt: skip
    wrong = machine.objection(matter, event, clock_of(counter.catalog, counter.today))
    reached = after(machine, matter, event)
    if wrong or reached is None:
        raise GrantError(wrong or "that may not follow", where=where, remedy="correct it")
    return _stored(counter, Handled(machine, reached))


def _stored(counter: Counter, handled: Handled) -> Handled:
    """Store what was done; a first event gets its number before it is entered, to be named there.

    When it cannot be entered, the transaction ends with nothing.
    """
    event, number = handled.event, handled.matter.number
    if not number:
        number = add_matter(counter.session, handled.machine.kind)
        event = replace(event, matter=number)
        matter = replace(handled.matter, number=number, events=(event,))
        handled = Handled(handled.machine, matter)
    counter.enter(handled)
    add_event(counter.session, event)
    return handled


def _matter(counter: Counter, machine: Machine, number: int | None) -> Matter | None:
    if number is None:
        return None
    found = matters_in(counter.session, machine.kind, number)
    if not found:
        raise GrantError(
            f"there is no such {machine.english}",
            where=f"{machine.kind} {number}",
            remedy=f"`quanshu {machine.kind} list` shows them all",
        )
    return found[0]


def _steward(
    counter: Counter,
    asked: tuple[Machine, Rule, str],
    content: Mapping[str, Any],
    matter: Matter | None,
) -> Steward:
    """Return the term by which the account may do it; GrantError when there is none (九(二))."""
    machine, rule, where = asked
    may = {
        one for party in rule.by for one in _departments(counter, (machine, party), content, matter)
    }
    for one in serving(counter.session, counter.account, counter.today):
        if one.department in may:
            return one
    parties = "、".join(party.label for party in rule.by)
    raise GrantError(
        "the account is no registered steward who serves there today (九(二))",
        where=f"{where}: {parties}（{', '.join(sorted(may)) or 'nobody'}）",
        remedy="act by the account of such a steward (QUANSHU_ACTOR), or see `quanshu delegation "
        "list` for what the operator may do",
    )


def _departments(
    counter: Counter,
    asked: tuple[Machine, Party],
    content: Mapping[str, Any],
    matter: Matter | None,
) -> tuple[str, ...]:
    """Return the departments that a party of a matter is."""
    catalog, (machine, party) = counter.catalog, asked
    match party:
        case Party.AUTHORITY:
            return (catalog.city.authority,)
        case Party.OPERATOR:
            return _delegated(counter, machine.task)
        case Party.DELEGATE:
            return (str(content["operator"]),)
        case Party.PRODUCER:
            resource = catalog.resources.get(str(content["resource"]))
            return () if resource is None else (resource.provider,)
        case Party.ASKER:
            return () if matter is None else (matter.events[0].department,)
        case Party.CONSUMER:
            found = catalog.departments.values()
            return tuple(one.code for one in found if Role.CONSUMER in one.roles)


def _delegated(counter: Counter, task: str) -> tuple[str, ...]:
    """Return the units that a task is delegated to today (二(五))."""
    found = matters_in(counter.session, DELEGATION.kind)
    return tuple(
        str(one.content["operator"]) for one in found if in_force(one, counter.today, task)
    )


def _require_apart(counter: Counter, rule: Rule, matter: Matter | None, where: str) -> None:
    before = matter.events if matter else ()
    for one in before:
        if one.kind in rule.apart and same_person(counter.session, one.by, counter.account):
            raise GrantError(
                "who applied, or decided before, does not decide this",
                where=where,
                remedy="let another steward do it",
            )
