"""Length of a table's log: what whoever opens the table has to list and to read.

Belongs here: counting, by names alone. Keep out: shortening it (`upkeep`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LogLength", "log_length"]

_ENTRY = re.compile(r"(\d{20})\.json$")
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint\..*parquet$")


@dataclass(frozen=True)
class LogLength:
    """Entries of a log, and how many of them came after its newest checkpoint."""

    entries: int
    tail: int


def log_length(path: Path) -> LogLength:
    """Return how long a table's log is."""
    names = [one.name for one in (path / "_delta_log").iterdir()]
    commits = [int(match[1]) for name in names if (match := _ENTRY.match(name))]
    marks = [int(match[1]) for name in names if (match := _CHECKPOINT.match(name))]
    newest = max(marks, default=-1)
    return LogLength(len(commits), sum(version > newest for version in commits))
