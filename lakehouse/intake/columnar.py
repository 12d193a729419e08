"""Parquet: typed columns become canonical text, so that one catalogue types every format.

Belongs here: the text of each Arrow type. Keep out: what the text is cast to (`lakehouse.typed`).
Dates and moments are ISO 8601 with a blank between, decimals are plain and without an exponent,
whole floats without `.0`, truth values `true` and `false`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lakehouse.intake.reader import Block, OpenFeed, Source, first_positions, rows_table, unreadable

__all__ = ["ParquetReader", "as_text"]

_BATCH_ROWS = 1 << 16


class ParquetReader:
    """Reads one Parquet file; every row of it is a well-formed record."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Take the names of the top-level columns as headers."""
        with _opened(source) as file:
            names = file.schema_arrow.names

            def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
                wanted = {
                    header: place
                    for header, place in first_positions([n.strip() for n in names]).items()
                    if whole or header in columns.values()
                }
                row = 1
                picked = [names[place] for place in wanted.values()]
                for batch in _pieces(source, file, picked):
                    texts = {h: _text(source, batch.column(names[p])) for h, p in wanted.items()}
                    yield rows_table(row, Block(batch.num_rows, texts), columns, whole=whole)
                    row += batch.num_rows

            yield OpenFeed(tuple(name.strip() for name in names), read)


def _opened(source: Source) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(source.path)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise unreadable(source, "not a Parquet file", "deliver a whole Parquet file") from None


def _pieces(source: Source, file: pq.ParquetFile, names: list[str]) -> Iterator[Any]:
    """Yield record batches; a damaged page is a refusal, not a crash."""
    try:
        yield from file.iter_batches(batch_size=_BATCH_ROWS, columns=names)
    except (pa.ArrowException, OSError):
        raise unreadable(
            source, "a page of the Parquet file is damaged", "deliver the file again"
        ) from None


def _text(source: Source, values: Any) -> Any:  # noqa: ANN401 - Arrow carries no types
    try:
        return as_text(values, source.timezone)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise unreadable(
            source,
            f"a column of type {values.type} has no canonical text",
            "deliver texts, numbers, dates, moments and truth values",
        ) from None


def as_text(values: Any, timezone: str) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return an Arrow array as canonical text; nulls stay null.

    Moments with an offset become the wall clock of `timezone`, fractions of a second only where
    there are any. Raises ArrowNotImplementedError for nested types.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        return as_text(values.dictionary_decode(), timezone)
    if pa.types.is_timestamp(kind):
        return _moment(values, timezone)
    if pa.types.is_floating(kind):
        return _plain(pc.cast(values, pa.float64()) if kind == pa.float16() else values)
    if pa.types.is_decimal(kind):
        return _plain(values)
    return pc.cast(values, pa.string())


def _moment(values: Any, timezone: str) -> Any:  # noqa: ANN401 - Arrow carries no types
    if values.type.tz is not None:
        values = pc.local_timestamp(values.cast(pa.timestamp(values.type.unit, timezone)))
    text = pc.cast(values, pa.string())
    return pc.replace_substring_regex(text, r"\.0+$|(\.[0-9]*[1-9])0+$", r"\1")


def _plain(values: Any) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Write numbers without exponent; whole floats without a point."""
    text = pc.cast(values, pa.string())
    if pa.types.is_floating(values.type):
        text = pc.replace_substring_regex(text, r"^(-?[0-9]+)\.0$", r"\1")
    powered = pc.fill_null(pc.match_substring_regex(text, "[0-9][eE]"), False)
    if not pc.any(powered).as_py():
        return text
    written = [format(Decimal(one), "f") for one in text.filter(powered).to_pylist()]
    return pc.replace_with_mask(text, powered, pa.array(written, pa.string()))
