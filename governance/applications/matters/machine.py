"""The shape of a state machine of a matter: states, events, and the rules between them.

Belongs here: what all matters have in common, as pure functions of values. Keep out: any one
machine (a module of this folder each), who is who (`handling`), storing (`log`).
The state is never stored: it follows from the events, in their order. What a rule does not name
cannot happen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Self

from catalog_specs.models.city import Profile
from catalog_specs.vocabulary import Term
from catalog_specs.working_days import Reckoned, WorkingDays

__all__ = [
    "Clock",
    "Due",
    "Machine",
    "Matter",
    "MatterEvent",
    "MatterWord",
    "Party",
    "Rule",
    "after",
    "lived",
]


class MatterWord(Term):
    """A state or an event: `label` is Chinese, `english` English, `clause` where it comes from."""

    english: str
    clause: str

    def __new__(cls, value: str, label: str = "", english: str = "", clause: str = "") -> Self:
        """Make a member that is a plain string and also knows its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.english = english
        member.clause = clause
        return member


class Party(MatterWord):
    """In which capacity somebody acts on a matter; `handling` knows the departments."""

    AUTHORITY = ("authority", "数据管理机构", "the authority", "二(一)")
    OPERATOR = ("operator", "受委托的技术服务单位", "the operator, by delegation", "二(五)")
    DELEGATE = ("delegate", "被委托单位", "the unit that is delegated to", "二(五)")
    PRODUCER = ("producer", "数据生产单位", "the producer", "二(三)")
    ASKER = ("asker", "提出单位", "the unit that asked", "二(四)")
    CONSUMER = ("consumer", "数据应用单位", "a consumer", "二(四)")


@dataclass(frozen=True)
class MatterEvent:
    """One event of a matter: when, by which account, for which department, on which document.

    `facts` is what was asked or fixed by it; what a later event says replaces what an earlier one
    said under the same name.
    """

    matter: int
    kind: str
    at: datetime
    on: date
    by: str
    department: str
    post: str
    document: str = ""
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """The day by which somebody has to do something; provisional while a notice may move it."""

    what: str
    """In Chinese: what is due."""
    day: date
    provisional: bool
    clause: str

    @classmethod
    def at(cls, what: str, day: Reckoned, clause: str) -> Due:
        """Return what is due on a day that was counted to."""
        return cls(what, day.day, day.provisional, clause)


@dataclass(frozen=True)
class Clock:
    """The profile's figures, the calendar they are counted on, and the day that it is."""

    profile: Profile
    calendar: WorkingDays
    today: date


@dataclass(frozen=True)
class Rule:
    """What an event needs: who does it, in which states, and where it leads (None: nowhere new)."""

    by: tuple[Party, ...]
    of: frozenset[str]
    """States in which it may happen; empty for what begins a matter."""
    to: str | None = None
    apart: frozenset[str] = frozenset()
    """Events whose doer may not do this one: the same person never applies and approves."""
    document: bool = True
    reason: bool = False


@dataclass(frozen=True)
class Matter:
    """A matter so far."""

    number: int
    kind: str
    state: str
    content: Mapping[str, Any]
    """What was asked and fixed, the newest of each."""
    events: tuple[MatterEvent, ...]

    def last(self, *kinds: str) -> MatterEvent | None:
        """Return the newest event of these kinds."""
        return next((one for one in reversed(self.events) if one.kind in kinds), None)


def _no_due(matter: Matter, clock: Clock) -> Due | None:
    del matter, clock
    return None


def _no_objection(matter: Matter | None, event: MatterEvent, clock: Clock) -> str:
    del matter, event, clock
    return ""


@dataclass(frozen=True)
class Machine:
    """One kind of matter: its words, its rules, and what a rule alone cannot say.

    `objection` returns in English what else keeps an event from happening, or an empty text; `due`
    what is due next; `over` says whether nothing more is expected of it.
    """

    kind: str
    label: str
    english: str
    clause: str
    states: type[MatterWord]
    events: type[MatterWord]
    rules: Mapping[str, Rule]
    begins: str
    over: frozenset[str]
    task: str = ""
    """What the operator must be delegated to do, to act on it."""
    objection: Callable[[Matter | None, MatterEvent, Clock], str] = _no_objection
    due: Callable[[Matter, Clock], Due | None] = _no_due


def after(machine: Machine, matter: Matter | None, event: MatterEvent) -> Matter | None:
    """Return a matter with one more event; None where it may not follow."""
    rule = machine.rules.get(event.kind)
    if rule is None:
        return None
    if matter is None:
        if event.kind != machine.begins or rule.to is None:
            return None
        facts = MappingProxyType(dict(event.facts))
        return Matter(event.matter, machine.kind, rule.to, facts, (event,))
    if matter.state not in rule.of:
        return None
    content = MappingProxyType({**matter.content, **event.facts})
    to = rule.to or matter.state
    return Matter(matter.number, matter.kind, to, content, (*matter.events, event))


def lived(machine: Machine, events: Iterable[MatterEvent]) -> Matter | None:
    """Return the matter that events make; what may not follow changes nothing."""
    matter: Matter | None = None
    for one in events:
        matter = after(machine, matter, one) or matter
    return matter
