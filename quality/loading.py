"""Importing Great Expectations beside other work, once in a process.

Belongs here: beginning it, and waiting for it. Keep out: the import itself (`engine`), which takes
one to seven seconds; this module costs nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from threading import Thread

__all__ = ["begin_loading", "wait_until_loaded"]

TURN = 0.0002
"""Seconds that the import keeps Python's lock while another thread waits for it."""


@cache
def begin_loading() -> Thread:
    """Begin to import what judging needs, in the background; the reading of files goes on."""
    # a daemon, so that a run in which nothing is judged does not wait for it when it ends
    thread = Thread(target=_load, name="great-expectations", daemon=True)
    thread.start()
    return thread


def wait_until_loaded() -> None:
    """Wait until it is imported; two threads must not import parts of it that need each other."""
    begin_loading().join()


def _load() -> None:
    with (
        suppress(Exception),  # whoever judges imports it again, and is told what is wrong with it
        _quick_turns(),
    ):
        from quality.rules.expectations import register

        register()


@contextmanager
def _quick_turns() -> Iterator[None]:
    """Let other threads have Python's lock within a fraction of a millisecond.

    Importing never waits and so never gives it up by itself. At the usual five milliseconds a turn,
    whoever reads a file beside it waits a hundred times as long as it works.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
