"""Labels that are left blank below: filled from batch to batch, and never across a lost record."""

from __future__ import annotations

import random

import pyarrow as pa

from feeds.fill_down import FillDown
from feeds.reader import rows_schema

SCHEMA = rows_schema({"a": "A"})


def table(records: list[tuple[str | None, str | None]]) -> pa.Table:
    """Return records of a label and a defect."""
    rows = [{"_row": 1, "a": label, "_defect": defect} for label, defect in records]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def by_hand(records: list[tuple[str | None, str | None]]) -> list[tuple[str | None, str | None]]:
    """Fill record by record: the meaning of the option."""
    label, lost, filled = None, False, []
    for said, defect in records:
        if defect is not None:
            label, lost = None, True
            filled.append((said, defect))
        elif said is not None and said.strip():
            label, lost = said, False
            filled.append((said, None))
        else:
            filled.append((said, "label") if lost else (label, None))
    return filled


def test_a_label_counts_until_the_next_one() -> None:
    """A thousand sheets of labels, blanks and broken records, cut into batches anywhere."""
    chance = random.Random(8)
    kinds = [("甲", None), ("乙", None), ("", None), (None, None), ("\u3000", None)]
    kinds += [(None, "field_count")]
    for _ in range(1000):
        records = chance.choices(kinds, k=8)
        cut = chance.randrange(9)
        fill = FillDown(["a"])
        batches = [fill.filled(table(part)) for part in (records[:cut], records[cut:])]
        rows = pa.concat_tables(batches).to_pylist()
        assert [(row["a"], row["_defect"]) for row in rows] == by_hand(records), records
