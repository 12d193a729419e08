"""The reader's interface: a source in, tables of numbered text rows out, no record lost.

Belongs here: the seam (`FeedReader`), its input (`Source`) and the shape of its output. Keep out:
any one format, and the meaning of the texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import Feed
from catalog_specs.rules.defects import DefectCode
from catalog_specs.rules.refusals import LOOK_INSIDE, DeliveryRefusal
from catalog_specs.vocabulary import FeedFormat
from feeds.untrusted.limits import ReadingLimits
from storage.engines.plain_text import PlainText

__all__ = [
    "DEFECT",
    "LINE",
    "RAW",
    "ROW",
    "Block",
    "Defect",
    "Ending",
    "FeedReader",
    "OpenFeed",
    "Source",
    "rows_schema",
    "rows_table",
    "tables_of",
    "unreadable",
    "unseen",
]

ROW, LINE, DEFECT, RAW = "_row", "_line", "_defect", "_raw"
BLOCK_BYTES = 4 << 20


@dataclass(frozen=True)
class Source:
    """One file to read, and how its resource declares it.

    `format` is what the file is by its content, declared or not; `member` its name inside the
    archive it came in. `timezone` is the wall clock that moments with an offset are written in;
    `block_bytes` is how much of the file is in hand at once, and so bounds memory; `limits` bound
    what an archive, a workbook or a binary file may cost. `texts` are the headers whose items are
    texts, where a number that a spreadsheet has shortened is a defect; None: any header's. `keys`
    are the headers of the resource's key; `lay_in` is the folder of the inbox that it came in.
    """

    path: Path
    feed: Feed
    timezone: str = "Asia/Shanghai"
    block_bytes: int = BLOCK_BYTES
    member: str | None = None
    recognised: FeedFormat | None = None
    limits: ReadingLimits = field(default_factory=ReadingLimits)
    texts: frozenset[str] | None = None
    keys: frozenset[str] = frozenset()
    lay_in: str = ""

    @property
    def format(self) -> FeedFormat:
        """Return what the file is: recognised by its content, else as declared."""
        return self.recognised or self.feed.format

    @property
    def name(self) -> str:
        """Return the name of the file, or of the archive's member, for messages and receipts."""
        return self.member or self.path.name


@dataclass(frozen=True)
class Defect:
    """A record that could not be split into fields: its place in the block, why, and its text."""

    position: int
    code: DefectCode
    raw: str


@dataclass(frozen=True)
class Block:
    """Some consecutive records: `count` in all, well-formed ones as columns, the rest as defects.

    `values` maps a delivered header to the texts of the well-formed records, in order; `raws` holds
    every well-formed record's own text where the format has one (JSON lines). `lines` says of every
    record, well-formed or not, on which line of the file (row of the sheet) it begins, from 1; None
    where the format has no lines.
    """

    count: int
    values: Mapping[str, Any]
    defects: Sequence[Defect] = field(default=())
    raws: Any = None
    lines: Any = None


PlainLook = Callable[[Mapping[str, str], Collection[bytes]], PlainText | None]
"""Asked with the columns wanted, by delivered header, and bytes that no sound text has."""


@dataclass
class Ending:
    """How a file ends, known when all records were read: whether it breaks off in its last one."""

    cut_off: bool = False


@dataclass(frozen=True)
class OpenFeed:
    """A file whose headers are known and whose records are yet to be read, once.

    `headers` are the delivered ones in order; () when the file holds none. `skipped` counts the
    lines that are no records, by reason (`preamble`, `comment`, `footer`, `blank`, `header`: one
    that stands again); it is complete when all records were read. `encoding` is what the text was
    read in; None where there is none. `sheets` are the other sheets of a workbook that hold cells:
    nobody reads them. `hidden` counts what a workbook does not show, by kind: `sheets`,
    `very_hidden_sheets`, `columns` (of the sheet that is read), `pivot_caches`. `ending` says of a
    text how it ends. `plain` looks through the records instead of reading them: where they are
    plain text it says how the engine reads the file as it lies, else None.
    """

    headers: tuple[str, ...]
    read: Callable[[Mapping[str, str], bool], Iterator[pa.Table]]
    encoding: str | None = None
    skipped: Counter[str] = field(default_factory=Counter)
    sheets: tuple[str, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)
    ending: Ending = field(default_factory=Ending)
    plain: PlainLook = lambda _columns, _telling: None

    def batches(self, columns: Mapping[str, str], *, whole: bool) -> Iterator[pa.Table]:
        """Yield all records in order as tables of `rows_schema(columns)`, numbered from 1.

        `columns` maps each column wanted to its delivered header; a header the file lacks gives
        nulls. With `whole`, `_raw` holds every record, as JSON keyed by delivered header.
        """
        return self.read(columns, whole)


class FeedReader(Protocol):
    """Reads one file format; IntakeError when a file cannot be read at all."""

    def open(self, source: Source) -> AbstractContextManager[OpenFeed]:
        """Read the headers and make ready to read the records."""


def unreadable(source: Source, what: str, remedy: str) -> IntakeError:
    """Return the error of a file that cannot be read at all (GATE-101)."""
    return IntakeError(DeliveryRefusal.UNREADABLE, what, where=source.name, remedy=remedy)


def unseen(source: Source, what: str) -> IntakeError:
    """Return the error of a file that nobody can look into (GATE-110): nothing of it is kept."""
    return IntakeError(DeliveryRefusal.UNSEEN, what, where=source.name, remedy=LOOK_INSIDE)


def rows_schema(columns: Mapping[str, str]) -> pa.Schema:
    """Return a reader's columns: number, line, defect, raw text, then each column as text."""
    texts = [(name, pa.string()) for name in (DEFECT, RAW, *columns)]
    return pa.schema([(ROW, pa.int64()), (LINE, pa.int64()), *texts])


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
        pa.nulls(block.count, pa.int64()) if block.lines is None else pa.array(block.lines),
        _scattered(absent, good, [defect.code for defect in block.defects]),
        _scattered(raws, good, [defect.raw for defect in block.defects]),
        *(placed(block.values[h]) if h in block.values else absent for h in columns.values()),
    ]
    return pa.table(arrays, schema=rows_schema(columns))


def tables_of(
    blocks: Iterator[Block], columns: Mapping[str, str], *, whole: bool
) -> Iterator[pa.Table]:
    """Yield the tables of blocks, numbered through from 1; blocks without records are left out."""
    row = 1
    for block in blocks:
        if block.count:
            yield rows_table(row, block, columns, whole=whole)
            row += block.count


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
    if not block.values:
        return pa.repeat(pa.scalar("{}", pa.string()), block.count - len(block.defects))
    import polars as pl

    frame = pl.DataFrame({header: pl.from_arrow(texts) for header, texts in block.values.items()})
    return frame.select(pl.struct(pl.all()).struct.json_encode()).to_series().to_arrow()
