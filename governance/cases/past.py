"""A case as it was: told again by its events up to a moment.

Belongs here: what each event made of the case. Keep out: deciding (`states`), reading (`reading`).
What a case was about is as it is now; its count and evidence are those of its events.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from governance.cases.states import Case, CaseState, EventKind

__all__ = ["case_then"]


class Told(Protocol):
    """An event as it was entered."""

    @property
    def at(self) -> datetime:
        """Return when."""

    @property
    def kind(self) -> EventKind:
        """Return what happened."""

    @property
    def facts(self) -> dict[str, Any]:
        """Return the counts and codes that came with it."""


def case_then(case: Case, events: Iterable[Told]) -> Case | None:
    """Return a case as these first of its events left it; None without any: there was none yet."""
    then: Case | None = None
    for event in events:
        then = _after(then or _new(case, event.at), event)
    return then


def _new(case: Case, at: datetime) -> Case:
    return replace(
        case,
        state=CaseState.DISPATCHED,
        opened_at=at,
        dispatched_at=at,
        decided_at=None,
        extended_days=0,
        closed_at=None,
    )


def _after(case: Case, event: Told) -> Case:
    if event.kind is EventKind.REOPENED:
        return replace(_new(case, event.at), opened_at=case.opened_at)
    changed: dict[str, Any] = {}
    match event.kind:
        case EventKind.OPENED | EventKind.SEEN:
            seen = {name: one for name, one in event.facts.items() if name != "count"}
            count = event.facts.get("count", case.count)
            changed = {"count": count, "evidence": seen, "seen_at": event.at}
        case EventKind.DISPATCHED:
            changed = {"dispatched_at": event.at}
        case EventKind.DECIDED:
            changed = {"state": CaseState.CORRECTING, "decided_at": event.at}
        case EventKind.REJECTED:
            at = event.at
            changed = {"state": CaseState.REJECTED, "decided_at": at, "closed_at": at}
        case EventKind.EXTENDED:
            changed = {"extended_days": event.facts.get("days", 0)}
        case EventKind.CLOSED:
            changed = {"state": CaseState.CLOSED, "closed_at": event.at}
    return replace(case, **changed)
