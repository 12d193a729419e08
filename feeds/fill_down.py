"""Filled-down labels: cells written once and left blank below take the value above.

Belongs here: filling the declared columns, batch after batch of one file. Keep out: which columns
(`feed.fill_down`). Below a record that could not be read the label is unknown: records with a
blank one are quarantined (`label`) until the next label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.rules.defects import DefectCode
from feeds.reader import DEFECT

__all__ = ["FillDown"]

_BLANKS = " \t\u00a0\u3000"
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass
class FillDown:
    """Fills the columns of one file; it remembers the last labels from batch to batch."""

    columns: Sequence[str]
    _labels: dict[str, str | None] = field(default_factory=dict)
    _lost: set[str] = field(default_factory=set)

    def filled(self, batch: pa.Table) -> pa.Table:
        """Return a batch with its blank labels filled in, or their records marked as defects."""
        if not self.columns or not batch.num_rows:
            return batch
        broken = pc.is_valid(batch.column(DEFECT)).to_numpy()
        lost: Flags = np.zeros(batch.num_rows, dtype=bool)
        for column in self.columns:
            place = batch.schema.get_field_index(column)
            texts, unknown = self._column(column, batch.column(place), broken)
            batch = batch.set_column(place, column, texts)
            lost |= unknown
        if not lost.any():
            return batch
        place = batch.schema.get_field_index(DEFECT)
        told = pc.if_else(pa.array(lost), DefectCode.LABEL.value, batch.column(DEFECT))
        return batch.set_column(place, DEFECT, told)

    def _column(self, column: str, texts: Any, broken: Flags) -> tuple[Any, Flags]:  # noqa: ANN401
        """Return a column filled, and which of its records have an unknown label."""
        said = pc.fill_null(pc.not_equal(pc.utf8_trim(texts, _BLANKS), ""), False).to_numpy()
        given = said & ~broken
        events = np.where(given | broken, np.arange(len(given)), -1)
        last = np.maximum.accumulate(events)  # per record, the last given label or broken record
        before = last < 0
        unknown = np.where(before, column in self._lost, broken[np.maximum(last, 0)])
        filled = texts.take(pa.array(np.maximum(last, 0)))
        carried = pa.scalar(self._labels.get(column), pa.string())
        filled = pc.if_else(pa.array(before), carried, filled)
        filled = pc.if_else(pa.array(unknown | broken), texts, filled)
        self._labels[column] = filled[-1].as_py()
        self._lost = self._lost | {column} if unknown[-1] else self._lost - {column}
        return filled, unknown & ~broken
