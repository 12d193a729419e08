"""Printing: tables for people, JSON on standard output for machines, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

__all__ = ["Exit", "err", "out", "print_groups", "print_json", "print_table"]

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


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: int = 0
) -> None:
    """Print a table; the last `numbers` columns are right-aligned figures."""
    table = _table(title, columns, numbers)
    for row in rows:
        table.add_row(*map(_cell, row))
    out.print(table)


def print_groups(
    title: str,
    columns: Sequence[str],
    groups: Mapping[str, Sequence[Sequence[object]]],
    *,
    numbers: int,
) -> None:
    """Print rows below the heading of their group, readable at 80 columns.

    The last `numbers` columns are figures; those that are 0 in every row are left out.
    """
    rows = [row for group in groups.values() for row in group]
    texts = len(columns) - numbers
    shown = [p for p in range(len(columns)) if p < texts or any(row[p] for row in rows)]
    table = _table(title, [columns[position] for position in shown], len(shown) - texts)
    for heading, group in groups.items():
        table.add_row(heading, style="bold")
        for first, *rest in group:
            row = [f"  {first}", *rest]
            table.add_row(*(_cell(row[position]) for position in shown))
    out.print(table)


def _table(title: str, columns: Sequence[str], numbers: int) -> Table:
    """Return an empty table in which texts fold where it gets narrow, and figures do not."""
    table = Table(title=title, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD)
    for column in columns[: len(columns) - numbers]:
        table.add_column(column, overflow="fold")
    for column in columns[len(columns) - numbers :]:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
