"""Merged cells below the header: each counts for all the cells that it spans.

Belongs here: what a record gains by a merged cell, and when it gains a doubt. Keep out: merged
headers (`header`), reading rows (`workbook`).
Merged downwards, a cell is the value of every record it spans. Merged across several declared
columns, nobody knows whose value it is; a range that begins above the records holds a header. Such
records are quarantined. A key that is merged whole names one record: those below have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from feeds.untrusted.sheets.cells import Cell
from feeds.untrusted.sheets.header import Merge, Merges

__all__ = ["BodyMerges"]

Row = list[Cell]


@dataclass
class BodyMerges:
    """The merged ranges of a sheet, asked row by row from the top; rows count from 0."""

    waiting: list[Merge]
    watched: Sequence[int]
    keys: frozenset[int]
    values: dict[Merge, Cell] = field(default_factory=dict)
    tops: dict[int, list[Merge]] = field(default_factory=dict)
    active: list[Merge] = field(default_factory=list)

    @classmethod
    def of(
        cls, merges: Merges, first: int, watched: Sequence[int], keys: Sequence[int]
    ) -> BodyMerges:
        """Take the ranges that reach a declared column at or below the first record."""
        found = [
            one
            for one in merges or ()
            if one[1][0] >= first and any(one[0][1] <= place <= one[1][1] for place in watched)
        ]
        own = cls(sorted(found, reverse=True), watched, frozenset(keys))
        for one in found:
            if one[0][0] >= first:
                own.tops.setdefault(one[0][0], []).append(one)
        return own

    def look(self, number: int, row: Row) -> None:
        """Note the values of the ranges that begin in a row, before any row below is asked for."""
        for one in self.tops.pop(number, ()):
            left = one[0][1]
            self.values[one] = row[left] if left < len(row) else ""

    def fill(self, number: int, row: Row) -> bool:
        """Give a row what merged cells span in it; say whether its values are in doubt."""
        gained = self._gained(number)
        if gained is None:
            return True
        whole_key = self.keys and self.keys <= gained.keys()
        for place, value in gained.items():
            if not (whole_key and place in self.keys):
                row[place] = value
        return False

    def _gained(self, number: int) -> dict[int, Cell] | None:
        """Return the values that merged cells give to a row, by column; None when in doubt."""
        self._go_on(number)
        gained: dict[int, Cell] = {}
        for one in self.active:
            (top, left), (_, right) = one
            spanned = [place for place in self.watched if left <= place <= right]
            if one not in self.values or len(spanned) > 1:
                return None
            if top < number or spanned[0] > left:
                gained[spanned[0]] = self.values[one]
        return gained

    def _go_on(self, number: int) -> None:
        """Let ranges begin and end, up to a row."""
        while self.waiting and self.waiting[-1][0][0] <= number:
            self.active.append(self.waiting.pop())
        for gone in [one for one in self.active if one[1][0] < number]:
            self.active.remove(gone)
            self.values.pop(gone, None)
