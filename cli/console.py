"""The console: standard output and error, exit codes, JSON for machines.

Keep out: tables for people (`tables`).
"""

from __future__ import annotations

import json
import sys
from enum import IntEnum
from typing import Any

from rich.console import Console

__all__ = ["Exit", "err", "out", "print_json"]

# markup is off: a pattern or a header with brackets is text, and must be printed whole
out = Console(soft_wrap=True, markup=False, highlight=False)
err = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)


class Exit(IntEnum):
    """Exit codes of every command."""

    FINE = 0
    PROBLEMS = 1
    """The data or the catalogue has problems."""
    USAGE = 2
    FAILED = 3
    """The system failed."""


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can carry
    """Write one JSON document to standard output, Chinese as it is where that can be shown."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    json.dump(value, sys.stdout, ensure_ascii=plain, indent=2, default=str)
    sys.stdout.write("\n")
