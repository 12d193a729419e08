"""Tables for people: whole names at 80 columns, totals first, at most `LINES` lines.

Belongs here: columns, and how many of them and of their rows are shown. Keep out: what stands in
them (the commands), JSON (`console`).
An identifier is never folded or cut, so that it can be copied: where a table is wider than the
terminal, columns that are marked `wide` are left out first, and then its lines run on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.console import out

__all__ = ["LINES", "AllOption", "Column", "WideOption", "print_rows"]

LINES = 40
"""Lines of one table unless all are asked for."""

AllOption = Annotated[bool, typer.Option("--all", help=f"Every line, not the first {LINES}.")]
WideOption = Annotated[bool, typer.Option("--wide", help="Every column, however wide.")]

Row = Sequence[object]


@dataclass(frozen=True)
class Column:
    """A column: its two titles, whether it has figures, and whether only `--wide` shows it."""

    chinese: str
    english: str
    figure: bool = False
    wide: bool = False


def print_rows(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    wide: bool = False,
    every: bool = False,
) -> None:
    """Print a title line, then a table of rows, the first `LINES` of them unless `every`.

    Columns of figures that are zero in every row are left out, unless `wide`.
    """
    out.print(title)
    shown = [
        place
        for place, column in enumerate(columns)
        if wide or not (column.wide or (column.figure and not any(row[place] for row in rows)))
    ]
    table = Table(header_style="bold", box=None, padding=(0, 2, 0, 0))
    for column in (columns[place] for place in shown):
        header = f"{column.chinese}\n{column.english}"
        table.add_column(header, justify="right" if column.figure else "left", no_wrap=True)
    kept = rows if every else rows[:LINES]
    for row in kept:
        table.add_row(*(_cell(row[place]) for place in shown))
    _whole(table)
    if len(kept) < len(rows):
        out.print(f"… 另有 {len(rows) - len(kept):,} 行 / more lines: --all")


def _whole(table: Table) -> None:
    """Print a table in its full width; trailing blanks are cut, because a terminal folds them."""
    # a width that no table reaches: Rich would otherwise cut cells to the terminal's width
    console = Console(width=10_000, markup=False, highlight=False, no_color=not out.is_terminal)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        out.print(line.rstrip())


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else ""
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
