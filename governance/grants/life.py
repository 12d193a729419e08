"""The life of a grant: applied for, decided, granted, suspended, revoked; as pure functions.

Belongs here: its events, its state, and what may follow what. Keep out: who may do it
(`governance.applications`), storing (`governance.store`), whether it holds on a day (`decisions`).
The state is never stored: it follows from the events, in their order. An application for more than
was granted leaves what was granted as it is until it is granted itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from catalog_specs.vocabulary import Term

__all__ = ["GrantEvent", "GrantEventKind", "GrantState", "Life", "after", "lived"]


class GrantEventKind(Term):
    """What can happen to a grant."""

    APPLIED = ("applied", "申请")
    APPROVED = ("approved", "同意")
    REFUSED = ("refused", "不同意")
    GRANTED = ("granted", "授权")
    SUSPENDED = ("suspended", "暂停")
    RESUMED = ("resumed", "恢复")
    REVOKED = ("revoked", "终止")


class GrantState(Term):
    """How a grant stands; that its term is over follows from the day, and is no event."""

    APPLIED = ("applied", "待审批")
    REFUSED = ("refused", "未获同意")
    GRANTED = ("granted", "已授权")
    SUSPENDED = ("suspended", "已暂停")
    REVOKED = ("revoked", "已终止")


@dataclass(frozen=True)
class GrantEvent:
    """One event: about which application, when, by which account, for which department and post."""

    grant: str
    application: int
    kind: GrantEventKind
    at: datetime
    on: date
    by: str
    department: str = ""
    role: str = ""
    post: str = ""
    document: str = ""
    reason: str = ""
    imported: bool = False


@dataclass(frozen=True)
class Life:
    """A grant so far: its state, and the applications that are granted and that wait."""

    state: GrantState
    granted: int | None = None
    """The application whose content is granted."""
    pending: int | None = None
    """The application that waits for decisions."""
    held: tuple[GrantEvent, ...] = ()
    """The approvals of what is granted."""
    given: tuple[GrantEvent, ...] = ()
    """The approvals so far of what waits."""
    applied: GrantEvent | None = None
    """The newest application."""

    @property
    def in_force(self) -> bool:
        """Say whether it was granted, and neither suspended nor revoked."""
        return self.state is GrantState.GRANTED


def lived(events: Iterable[GrantEvent]) -> Life | None:
    """Return the life that events make; None for none. What may not follow changes nothing."""
    life: Life | None = None
    for one in events:
        life = after(life, one) or life
    return life


def after(life: Life | None, event: GrantEvent) -> Life | None:
    """Return the life with one more event; None where this may not follow."""
    if event.kind is GrantEventKind.APPLIED:
        return _applied(life, event)
    if life is None:
        return None
    match event.kind:
        case GrantEventKind.APPROVED | GrantEventKind.REFUSED | GrantEventKind.GRANTED:
            return _decided(life, event) if life.pending == event.application else None
        case GrantEventKind.SUSPENDED:
            return _moved(life, {GrantState.GRANTED}, GrantState.SUSPENDED)
        case GrantEventKind.RESUMED:
            return _moved(life, {GrantState.SUSPENDED}, GrantState.GRANTED)
        case GrantEventKind.REVOKED:
            ended = _moved(life, set(GrantState) - {GrantState.REVOKED}, GrantState.REVOKED)
            return ended and replace(ended, pending=None, given=())


def _applied(life: Life | None, event: GrantEvent) -> Life:
    """A new application takes the place of one that waits; what is granted stays so meanwhile."""
    before = life or Life(GrantState.APPLIED)
    lives = before.state in {GrantState.GRANTED, GrantState.SUSPENDED}
    return replace(
        before,
        state=before.state if lives else GrantState.APPLIED,
        granted=before.granted if lives else None,
        held=before.held if lives else (),
        pending=event.application,
        given=(),
        applied=event,
    )


def _decided(life: Life, event: GrantEvent) -> Life:
    lives = life.state in {GrantState.GRANTED, GrantState.SUSPENDED}
    match event.kind:
        case GrantEventKind.APPROVED:
            return replace(life, given=(*life.given, event))
        case GrantEventKind.REFUSED:
            state = life.state if lives else GrantState.REFUSED
            return replace(life, state=state, pending=None, given=())
        case _:
            # what is suspended stays so: the cause of that is not what was applied for
            state = life.state if lives else GrantState.GRANTED
            return replace(
                life, state=state, granted=event.application, pending=None, held=life.given,
                given=(),
            )  # fmt: skip


def _moved(life: Life, of: set[GrantState], to: GrantState) -> Life | None:
    return replace(life, state=to) if life.state in of else None
