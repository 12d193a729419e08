"""The act in progress: what a thread is about to do, entered in the audit log before it does it.

Belongs here: whose place every commit names, and entering it. Keep out: what an act is and how it
is entered (`audit`). Where none is in progress nothing is entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["enter_act", "part_of_act"]

_current: ContextVar[Callable[[], int] | None] = ContextVar("act", default=None)


@contextmanager
def part_of_act(enter: Callable[[], int]) -> Iterator[None]:
    """Let everything that this thread does in the block be part of an act.

    `enter` returns the act's place in the audit log, where it enters it the first time. It is
    called before anything is done that lasts; what it raises keeps that from being done.
    """
    token = _current.set(enter)
    try:
        yield
    finally:
        _current.reset(token)


def enter_act() -> int | None:
    """Enter the act in progress, before something is done that lasts; returns its place.

    Raises:
        AuditError: it cannot be entered.
    """
    enter = _current.get()
    return None if enter is None else enter()
