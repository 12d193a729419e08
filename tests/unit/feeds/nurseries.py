"""The reading processes of a test: who is alive, and ending one.

Belongs here: looking at processes. Keep out: assertions on what was read.
"""

from __future__ import annotations

import os
import time

import psutil


def nurseries() -> list[psutil.Process]:
    """Return the nurseries of this process, and none of the other helpers that tests start."""
    return [n for n in psutil.Process().children() if "feeds.untrusted" in n.cmdline()]


def family() -> set[int]:
    """Return the reading processes alive: what the nurseries forked."""
    forked = (c for n in nurseries() for c in n.children())
    return {c.pid for c in forked if c.status() != psutil.STATUS_ZOMBIE}


def ended(child: int, number: int) -> None:
    """Send a signal to a reading process and wait until it has ended of it."""
    os.kill(child, number)
    due = time.monotonic() + 10
    while psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < due, f"signal {number} did not end the process"
        time.sleep(0.01)
