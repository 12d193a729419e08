"""Suppression: which cells of a table of counts are told, so that no other can be worked out.

Belongs here: small cells (primary), and those that go with them (secondary). Pure. Keep out:
counting (`outlets.answers.statistics`).

Margins are suppressed first, each by itself, so that they are the same in every table: they cannot
be told apart by asking by one item and then by two. What a reader does not see may be any value
that fits; a cell is safe when it may differ by `least - 1` at least. A small cell of a margin is
hidden together with one that is not small: what the one gains the other loses. In a table, the
hidden rows and columns are taken as one each, and a small cell is hidden as one corner of a
rectangle whose neighbours are not small: around it, `least - 1` can be moved and no margin changes.
Where there is no such rectangle there is no table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

__all__ = ["Sparse", "hidden_labels", "told_table"]

Cell = tuple[str, str]
_REST = "\0"
"""The label of all hidden rows, or columns, together."""


class Sparse(Exception):  # noqa: N818 - never leaves the package: it becomes a refusal
    """Nothing can be told: too few are in it, or no cell could hide another."""


def hidden_labels(counts: Mapping[str, int], least: int) -> frozenset[str]:
    """Return the cells of a margin that are hidden; its total is told.

    Raises:
        Sparse: not even the total may be told, or it would tell the only cell that is small.
    """
    small = {label for label, count in counts.items() if count < least}
    if sum(counts.values()) < least:
        raise Sparse
    if not small:
        return frozenset()
    large = sorted((count, label) for label, count in counts.items() if label not in small)
    if not large:
        raise Sparse
    return frozenset(small | {large[0][1]})


def told_table(counts: Mapping[Cell, int], least: int) -> dict[Cell, int | None]:
    """Return every cell of a table with its count, or None where it is hidden.

    `counts` has the cells that are not empty. The margins that go with it are those that
    `hidden_labels` lets be told.

    Raises:
        Sparse: some small cell cannot be hidden without being worked out.
    """
    rows, columns = _margin(counts, 0), _margin(counts, 1)
    folded_row = _folding(rows, hidden_labels(rows, least))
    folded_column = _folding(columns, hidden_labels(columns, least))
    folded: dict[Cell, int] = defaultdict(int)
    for (row, column), count in counts.items():
        folded[folded_row[row], folded_column[column]] += count
    hidden = _hidden(folded, least)
    told: dict[Cell, int | None] = {}
    for row in rows:
        for column in columns:
            cell = folded_row[row], folded_column[column]
            apart = _REST not in cell
            empty = cell not in folded
            told[row, column] = (
                0 if empty else folded[cell] if apart and cell not in hidden else None
            )
    return told


def _margin(counts: Mapping[Cell, int], axis: int) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for cell, count in counts.items():
        found[cell[axis]] += count
    return dict(found)


def _folding(labels: Iterable[str], hidden: frozenset[str]) -> dict[str, str]:
    return {label: _REST if label in hidden else label for label in labels}


def _hidden(counts: Mapping[Cell, int], least: int) -> set[Cell]:
    """Return the cells of a table with known margins that must not be told."""
    small = sorted(cell for cell, count in counts.items() if count < least)
    if len({row for row, _ in counts}) == 1 or len({column for _, column in counts}) == 1:
        return set()  # every cell is a margin, and those are hidden already where they must be
    hidden = set(small)
    for cell in small:
        hidden |= _rectangle(counts, cell, hidden, least)
    return hidden


def _rectangle(counts: Mapping[Cell, int], cell: Cell, hidden: set[Cell], least: int) -> set[Cell]:
    """Return the corners that hide a small cell, those that cost least.

    The neighbours lose what the cell gains, so neither is small; the corner across gains too, and
    an empty one would be seen to.
    """
    row, column = cell
    found = (
        {(row, other), (across, column), (across, other)}
        for (same, other), beside in counts.items()
        if same == row and beside >= least
        for (across, below_column), below in counts.items()
        if below_column == column and below >= least and (across, other) in counts
    )
    best = min(
        found,
        key=lambda corners: (sum(counts[c] for c in corners - hidden), sorted(corners)),
        default=None,
    )
    if best is None:
        raise Sparse
    return best
