"""The states of a case, and what takes it from one to the next: pure functions of values.

Belongs here: the state machine of 七(二). Keep out: days and due dates (`clocks`), storing
(`settling`), who may do it (the command). Each step returns the case as it is then, and the events
to be entered; a step that changes nothing returns no event.

dispatched ──decide: correct──▶ correcting ──evidence──▶ closed ──fails again, or by hand──┐
    ▲  │                            │                                                      │
    │  ├──decide: reject──▶ rejected ──────────────by hand─────────────────────────────────┤
    │  └──evidence──▶ closed                                                               │
    └──────────────────────────────────────────────────────────────────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from catalog_specs.errors import CaseError
from catalog_specs.vocabulary import Term
from governance.cases.signals import CaseOrigin, Signal

__all__ = [
    "By",
    "Case",
    "CaseEvent",
    "CaseState",
    "EventKind",
    "Step",
    "decided",
    "extended",
    "reopened",
    "seen",
]


class CaseState(Term):
    """How far a case is."""

    DISPATCHED = ("dispatched", "待核实")
    CORRECTING = ("correcting", "待更正")
    REJECTED = ("rejected", "不予更正")
    CLOSED = ("closed", "已办结")

    @property
    def open(self) -> bool:
        """Say whether somebody still has to do something."""
        return self in {CaseState.DISPATCHED, CaseState.CORRECTING}


class EventKind(Term):
    """What happened to a case."""

    OPENED = ("opened", "产生")
    DISPATCHED = ("dispatched", "分发")
    SEEN = ("seen", "再次出现")
    DECIDED = ("decided", "决定更正")
    REJECTED = ("rejected", "决定不予更正")
    EXTENDED = ("extended", "延期")
    REMINDED = ("reminded", "催办")
    OVERDUE = ("overdue", "逾期")
    CLOSED = ("closed", "办结")
    REOPENED = ("reopened", "重新打开")


@dataclass(frozen=True)
class By:
    """Who did something, when, on which document, and in their own words."""

    actor: str
    at: datetime
    document: str | None = None
    note: str = ""


@dataclass(frozen=True)
class CaseEvent:
    """One event of a case, as it is entered once and for ever."""

    kind: EventKind
    by: By
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One case. `number` is 0 until it is stored."""

    origin: CaseOrigin
    resource: str
    about: str
    cause: str
    owner: str
    state: CaseState
    wording: str
    wording_en: str
    count: int
    evidence: Mapping[str, str | int]
    opened_at: datetime
    dispatched_at: datetime
    seen_at: datetime
    """Moment of the newest fact that the case knows."""
    decided_at: datetime | None = None
    extended_days: int = 0
    closed_at: datetime | None = None
    number: int = 0

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what makes it the same case."""
        return self.origin.value, self.resource, self.about, self.cause


Step = tuple[Case, tuple[CaseEvent, ...]]


def seen(case: Case | None, signal: Signal, by: By) -> Step | None:
    """Return what a fact does to a case, or the case that it opens; None when it does nothing.

    A fact that is no newer than what the case knows does nothing. What was rejected by decision is
    not opened again by the same failure: only a person does that.
    """
    if case is None:
        return _opened(signal, by) if signal.failing else None
    if signal.seen_at <= case.seen_at:
        return None
    if not signal.failing:
        return _closed(case, signal, by) if case.state.open else None
    now = replace(
        case,
        count=signal.count,
        evidence=signal.evidence,
        seen_at=signal.seen_at,
        wording=signal.wording or case.wording,
        wording_en=signal.wording_en or case.wording_en,
    )
    if case.state is CaseState.CLOSED:
        return _again(now, by, signal.evidence)
    told = signal.count != case.count
    facts = {**signal.evidence, "count": signal.count}
    return now, ((CaseEvent(EventKind.SEEN, by, facts),) if told else ())


def decided(case: Case, by: By, *, correct: bool) -> Step:
    """Return the case after the producer's decision; a rejection ends it, and says why (七(二)).

    Raises:
        CaseError: the case does not wait for a decision, or a rejection gives no reason.
    """
    if case.state is not CaseState.DISPATCHED:
        raise _wrong(case, "it does not wait for a decision", "reopen it first, with a reason")
    if correct:
        now = replace(case, state=CaseState.CORRECTING, decided_at=by.at)
        return now, (CaseEvent(EventKind.DECIDED, by),)
    if not by.note.strip():
        raise _wrong(case, "a rejection says why", "give --reason")
    now = replace(case, state=CaseState.REJECTED, decided_at=by.at, closed_at=by.at)
    return now, (CaseEvent(EventKind.REJECTED, by),)


def extended(case: Case, by: By, days: int) -> Step:
    """Return the case with its one extension, of as many working days as the profile allows.

    Raises:
        CaseError: the profile allows none, the case has had it, or it does not wait for data.
    """
    if not days:
        raise _wrong(
            case,
            "the profile allows no extension of a correction",
            "decide, or let the department deliver; `correction_extension_days` would allow one",
        )
    if case.state is not CaseState.CORRECTING:
        raise _wrong(case, "only the re-delivery is extended", "decide about the case first")
    if case.extended_days:
        raise _wrong(case, "it was extended before", "there is one extension only")
    if not (by.document or "").strip():
        raise _wrong(case, "an extension needs its written approval", "give --document")
    now = replace(case, extended_days=days)
    return now, (CaseEvent(EventKind.EXTENDED, by, {"days": days}),)


def reopened(case: Case, by: By) -> Step:
    """Return a case that a person opens again; its clocks start anew.

    Raises:
        CaseError: it is open, or no reason is given.
    """
    if case.state.open:
        raise _wrong(case, "it is open", "nothing has to be done")
    if not by.note.strip():
        raise _wrong(case, "a case is opened again for a reason", "give --reason")
    return _again(case, by, {})


def _opened(signal: Signal, by: By) -> Step:
    case = Case(
        *(signal.origin, signal.resource, signal.about, signal.cause),
        owner=signal.owner,
        state=CaseState.DISPATCHED,
        wording=signal.wording,
        wording_en=signal.wording_en,
        count=signal.count,
        evidence=signal.evidence,
        opened_at=by.at,
        dispatched_at=by.at,
        seen_at=signal.seen_at,
    )
    facts = {**signal.evidence, "count": signal.count}
    return case, (
        CaseEvent(EventKind.OPENED, by, facts),
        CaseEvent(EventKind.DISPATCHED, by, {"owner": signal.owner}),
    )


def _closed(case: Case, signal: Signal, by: By) -> Step:
    now = replace(case, state=CaseState.CLOSED, closed_at=by.at, seen_at=signal.seen_at)
    return now, (CaseEvent(EventKind.CLOSED, by, signal.evidence),)


def _again(case: Case, by: By, facts: Mapping[str, str | int]) -> Step:
    now = replace(
        case,
        state=CaseState.DISPATCHED,
        dispatched_at=by.at,
        decided_at=None,
        extended_days=0,
        closed_at=None,
    )
    return now, (
        CaseEvent(EventKind.REOPENED, by, facts),
        CaseEvent(EventKind.DISPATCHED, by, {"owner": case.owner}),
    )


def _wrong(case: Case, what: str, remedy: str) -> CaseError:
    return CaseError(f"case {case.number}: {what}", where=case.state.value, remedy=remedy)
