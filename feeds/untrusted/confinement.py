"""Confinement: the limits that a reading process sets for itself before it opens the file.

Belongs here: what the operating system enforces. Keep out: what a format enforces (its reader).
"""

from __future__ import annotations

import resource

from feeds.untrusted.limits import ReadingLimits

__all__ = ["confine"]

_FILES = 32
"""Open files: pipes, the file, and what Arrow and the XLSX parser open; far below any default."""
_GRACE = 5
"""Seconds between the warning signal (SIGXCPU) and the kill."""


def confine(limits: ReadingLimits, *, writes: int) -> None:
    """Bound memory, processor time, open files and bytes `writes` to any file; dump no core."""
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_AS, limits.memory)
    _bound(resource.RLIMIT_CPU, limits.cpu_seconds, grace=_GRACE)
    _bound(resource.RLIMIT_NOFILE, _FILES)
    _bound(resource.RLIMIT_FSIZE, writes)


def _bound(what: int, most: int, grace: int = 0) -> None:
    """Lower a limit for good; the kernel warns at the limit and kills at `grace` above it."""
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most, grace = min(most, hard), min(grace, max(0, hard - most))
    resource.setrlimit(what, (most, most + grace))
