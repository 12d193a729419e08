"""Printing: tables for people, JSON on standard output for machines, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["Exit", "err", "out", "print_json", "print_table"]

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


class Exit(IntEnum):
    """Exit codes of every command."""

    FINE = 0
    PROBLEMS = 1
    """The data or the catalogue has problems."""
    USAGE = 2
    FAILED = 3
    """The system failed."""


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can carry
    """Write one JSON document to standard output, Chinese as it is."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: int = 0
) -> None:
    """Print a table; the last `numbers` columns are right-aligned figures."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for position, column in enumerate(columns):
        right = position >= len(columns) - numbers
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    out.print(table)
