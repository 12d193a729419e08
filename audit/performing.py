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

__all__ = ["Performance", "entered", "performing"]


@dataclass
class Performance:
    """An act that is about to be done; it is entered once, by whoever needs it entered first."""

    log: AuditLog
    act: Act
    _place: int | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def enter(self) -> int:
        """Return the act's place in the log; enter it if it is not.

        Raises:
            AuditError: it cannot be entered: what it says must not be done.
        """
        with self._lock:
            if self._place is None:
                (entry,) = self.log.append((self.act,))
                self._place = entry.index
            return self._place


@contextmanager
def performing(log: AuditLog, act: Act) -> Iterator[Performance]:
    """Yield an act for a block: every Delta commit of the block names it, and waits for it.

    A block that commits nothing enters nothing, unless it calls `enter` before it does anything.
    """
    performance = Performance(log, act)
    with part_of_act(performance.enter):
        yield performance


@contextmanager
def entered(log: AuditLog, acts: Sequence[Act]) -> Iterator[tuple[Entry, ...]]:
    """Enter acts, one at least, and let the block be part of them: its commits name the last.

    Raises:
        AuditError: they cannot be entered; the block does not begin.
    """
    entries = log.append(acts)
    place = entries[-1].index
    with part_of_act(lambda: place):
        yield entries
