"""What a reader of feeds is: a source in, tables of numbered text rows out, no record lost.

Belongs here: the seam (`FeedReader`), its input (`Source`) and the shape of its output. Keep out:
any one format, and the meaning of the texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl
import pyarrow as pa

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import Feed

__all__ = [
    "DEFECT",
    "RAW",
    "ROW",
    "Block",
    "Defect",
    "FeedReader",
    "Source",
    "first_positions",
    "rows_schema",
    "rows_table",
    "unreadable",
]

ROW, DEFECT, RAW = "_row", "_defect", "_raw"
BLOCK_BYTES = 4 << 20


@dataclass(frozen=True)
class Source:
    """One delivered file and how its resource declares it.

    `timezone` is the wall clock that moments with an offset are written in; `block_bytes` is how
    much of the file is in hand at once, and so bounds memory.
    """

    path: Path
    feed: Feed
    timezone: str = "Asia/Shanghai"
    block_bytes: int = BLOCK_BYTES


@dataclass(frozen=True)
class Defect:
    """A record that could not be split into fields: its place in the block, why, and its text."""

    position: int
    code: str
    raw: str


@dataclass(frozen=True)
class Block:
    """Some consecutive records: `count` in all, well-formed ones as columns, the rest as defects.

    `values` maps a delivered header to the texts of the well-formed records, in order; `raws` holds
    every well-formed record's own text where the format has one (JSON lines).
    """

    count: int
    values: Mapping[str, Any]
    defects: Sequence[Defect] = field(default=())
    raws: Any = None


class FeedReader(Protocol):
    """Reads one file format; raises IntakeError when a file cannot be read at all."""

    def headers(self, source: Source) -> tuple[str, ...]:
        """Return the delivered headers in order; () when the file holds no header at all."""
        ...

    def batches(
        self, source: Source, columns: Mapping[str, str], *, whole: bool
    ) -> Iterator[pa.Table]:
        """Yield all records in order as tables of `rows_schema(columns)`.

        `columns` maps each column wanted to its delivered header; a header the file lacks gives
        nulls. With `whole`, `_raw` holds every record, as JSON keyed by delivered header.
        """
        ...


def unreadable(source: Source, what: str, remedy: str) -> IntakeError:
    """Return the error of a file that cannot be read at all (GATE-101)."""
    return IntakeError("GATE-101", what, where=source.path.name, remedy=remedy)


def first_positions(headers: Sequence[str]) -> dict[str, int]:
    """Return where each header first stands; blank headers name nothing."""
    found: dict[str, int] = {}
    for position, header in enumerate(headers):
        if header:
            found.setdefault(header, position)
    return found


def rows_schema(columns: Mapping[str, str]) -> pa.Schema:
    """Return the columns of rows.parquet: number, defect, raw text, then each column as text."""
    texts = [(name, pa.string()) for name in (DEFECT, RAW, *columns)]
    return pa.schema([(ROW, pa.int64()), *texts])


def rows_table(first: int, block: Block, columns: Mapping[str, str], *, whole: bool) -> pa.Table:
    """Put a block's records back in their places, numbered from `first`, defects among them."""
    good = np.ones(block.count, dtype=bool)
    good[[defect.position for defect in block.defects]] = False
    index = pa.array(np.cumsum(good) - 1, mask=~good) if block.defects else None
    absent = pa.nulls(block.count, pa.string())

    def placed(values: Any) -> Any:  # noqa: ANN401 - Arrow carries no types
        texts = values.cast(pa.string())
        return texts if index is None else texts.take(index)

    raws = placed(_as_json(block)) if whole else absent
    arrays = [
        pa.array(np.arange(first, first + block.count)),
        _scattered(absent, good, [defect.code for defect in block.defects]),
        _scattered(raws, good, [defect.raw for defect in block.defects]),
        *(placed(block.values[h]) if h in block.values else absent for h in columns.values()),
    ]
    return pa.table(arrays, schema=rows_schema(columns))


def _scattered(texts: Any, good: np.ndarray[Any, Any], marks: list[str]) -> Any:  # noqa: ANN401
    """Put the marks where a record is not good, in order."""
    if not marks:
        return texts
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    import pyarrow.compute as pc

    return pc.replace_with_mask(texts, pa.array(~good), pa.array(marks, pa.string()))


def _as_json(block: Block) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return each well-formed record's own text, or it as a JSON object keyed by header."""
    if block.raws is not None:
        return block.raws
    frame = pl.DataFrame({header: pl.from_arrow(texts) for header, texts in block.values.items()})
    return frame.select(pl.struct(pl.all()).struct.json_encode()).to_series().to_arrow()
