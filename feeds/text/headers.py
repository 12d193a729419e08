"""Column names from one or several header rows, of a text file or a sheet.

Belongs here: joining rows, merged cells, which row is the header. Keep out: reading the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from feeds.untrusted.header_names import plain_name

__all__ = ["FOUND_WITHIN", "WIDTH_LIMIT", "joined_names", "matches", "plain_name"]

WIDTH_LIMIT = 4096
"""Columns above which a header is refused."""
FOUND_WITHIN = 100
"""Records among which a header is looked for."""


def joined_names(rows: Sequence[Sequence[str]], join: str = "/") -> tuple[str, ...]:
    """Join each column's names from the top row down.

    A blank cell of an upper row belongs to the merged cell at its left, as long as the rows above
    agree; blank parts add nothing, and equal neighbours count once.
    """
    width = max(map(len, rows), default=0)
    cells = [[plain_name(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    for depth, row in enumerate(cells[:-1]):
        for column in range(1, width):
            above = [upper[column] == upper[column - 1] for upper in cells[:depth]]
            if not row[column] and all(above):
                row[column] = row[column - 1]
    return tuple(_joined([row[column] for row in cells], join) for column in range(width))


def matches(names: Sequence[str], declared: Collection[str]) -> int:
    """Count the declared headers among names."""
    return len(set(names) & set(declared))


def _joined(parts: list[str], join: str) -> str:
    kept: list[str] = []
    for part in parts:
        if part and (not kept or kept[-1] != part):
            kept.append(part)
    return join.join(kept)
