"""Performing: what is done is entered in the audit log first, or it is not done (八(二)).

Belongs here: entering an act once, before the first commit that is part of it. Keep out: which acts
there are (`flow`), the log itself (`audit.log`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from audit.acts import Act, Entry
from audit.log import AuditLog
from storage.acts import part_of_act
from storage.locks import in_use

__all__ = ["Performance", "entered", "performing"]


@dataclass
class Performance:
    """An act that is about to be done; it is entered once, by whoever needs it entered first."""

    log: AuditLog
    act: Act
    place: int | None = None
    _next: Performance | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def followed_by(self, act: Act) -> Performance:
        """Return an act that is done when this one was, and is entered with it in one go.

        The disk is waited for once for both.
        """
        self._next = Performance(self.log, act)
        return self._next

    def enter(self) -> int:
        """Return the act's place in the log; enter it if it is not.

        Raises:
            AuditError: it cannot be entered: what it says must not be done.
        """
        with self._lock:
            if self.place is None:
                self._enter()
            return self.place  # type: ignore[return-value] # it was entered

    def _enter(self) -> None:
        following = self._next if self._next is not None and self._next.place is None else None
        together = (self, following) if following is not None else (self,)
        entries = self.log.append([one.act for one in together])
        for one, entry in zip(together, entries, strict=True):
            one.place = entry.index


@contextmanager
def performing(log: AuditLog, act: Act | Performance) -> Iterator[Performance]:
    """Yield an act for a block: every Delta commit of the block names it, and waits for it.

    A block that commits nothing enters nothing, unless it calls `enter` before it does anything.

    Raises:
        ObjectStoreError: the tables are being moved, or lie elsewhere by now.
    """
    performance = act if isinstance(act, Performance) else Performance(log, act)
    with in_use(log.layout), part_of_act(performance.enter):
        yield performance


@contextmanager
def entered(log: AuditLog, acts: Sequence[Act]) -> Iterator[tuple[Entry, ...]]:
    """Enter acts, one at least, and let the block be part of them: its commits name the last.

    Raises:
        AuditError: they cannot be entered; the block does not begin.
        ObjectStoreError: the tables are being moved, or lie elsewhere by now.
    """
    with in_use(log.layout):
        entries = log.append(acts)
        place = entries[-1].index
        with part_of_act(lambda: place):
            yield entries
