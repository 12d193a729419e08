"""Parquet and Arrow IPC: every row is a well-formed record, its columns become canonical text.

Belongs here: opening the two, picking columns, fields of structs. Keep out: the text of a type
(`canonical`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.untrusted.canonical import any_text, as_text
from lakehouse.untrusted.header_names import told_apart
from lakehouse.untrusted.jobs import ReadJob
from lakehouse.untrusted.limits import Refused
from lakehouse.untrusted.messages import Opened, Piece
from lakehouse.untrusted.paths import steps_of

__all__ = ["open_arrow", "open_parquet"]

_BATCH_ROWS, _BATCH_CELLS = 1 << 16, 1 << 22
_Failures = (pa.ArrowException, OSError, IndexError, UnicodeDecodeError)


@dataclass(frozen=True)
class _Column:
    """A delivered header: which top-level column it is, and the fields that lead into it."""

    header: str
    place: int
    fields: tuple[str, ...] = ()


def open_parquet(job: ReadJob) -> Opened:
    """Take the names of the top-level columns, and declared paths into them, as headers."""
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(job.path, pre_buffer=False)
        schema = file.schema_arrow
    except _Failures as error:
        raise _unreadable(error, "not a whole Parquet file") from None

    def batches(places: Sequence[int]) -> Iterator[Any]:
        names = [schema.names[place] for place in places]
        some = len(set(schema.names)) == len(schema.names)
        rows = max(1, min(_BATCH_ROWS, _BATCH_CELLS // max(1, len(names))))
        found = file.iter_batches(batch_size=rows, columns=names if some else None)
        for batch in _whole(found, "Parquet"):
            order = {name: place for place, name in enumerate(batch.schema.names)}
            yield batch.select([order[n] for n in names] if some else list(places))

    return _opened(job, schema, batches)


def open_arrow(job: ReadJob) -> Opened:
    """Read an Arrow IPC file or stream, whichever it is."""
    try:
        source = pa.OSFile(job.path)
        with suppress(pa.ArrowInvalid):
            return _arrow(job, pa.ipc.open_file(source))
        source.seek(0)
        return _arrow(job, pa.ipc.open_stream(source))
    except _Failures as error:
        raise _unreadable(error, "not a whole Arrow file") from None


def _arrow(job: ReadJob, reader: Any) -> Opened:  # noqa: ANN401 - Arrow carries no types
    def found() -> Iterator[Any]:
        if hasattr(reader, "num_record_batches"):
            yield from (reader.get_batch(n) for n in range(reader.num_record_batches))
        else:
            yield from reader

    def batches(places: Sequence[int]) -> Iterator[Any]:
        rows = max(1, min(_BATCH_ROWS, _BATCH_CELLS // max(1, len(places))))
        for batch in _whole(found(), "Arrow"):
            picked = batch.select(list(places))
            try:
                picked.validate(full=True)
            except pa.ArrowInvalid as error:
                raise _unreadable(error, "a batch of the Arrow file is damaged") from None
            yield from (picked.slice(at, rows) for at in range(0, picked.num_rows, rows))

    return _opened(job, reader.schema, batches)


def _opened(job: ReadJob, schema: pa.Schema, batches: Any) -> Opened:  # noqa: ANN401
    columns = _columns(schema, job.declared)

    def pieces(headers: Sequence[str] | None) -> Iterator[Piece]:
        wanted = {c.header: c for c in columns if headers is None or c.header in headers}
        for batch in batches([column.place for column in wanted.values()]):
            texts = {
                header: _text(job, batch.column(place), column)
                for place, (header, column) in enumerate(wanted.items())
            }
            yield Piece(batch.num_rows, texts)

    return Opened(tuple(column.header for column in columns), pieces)


def _columns(schema: pa.Schema, declared: Sequence[str]) -> list[_Column]:
    """Return the top-level columns, those that declared paths lead into replaced by the paths."""
    names = told_apart([name.strip() for name in schema.names], declared)
    inner: dict[int, list[_Column]] = {}
    for path in declared:
        steps = steps_of(path)
        if steps and path not in names and steps[0] in names:
            place = names.index(str(steps[0]))
            inner.setdefault(place, []).append(_reached(schema, path, steps, place))
    columns: list[_Column] = []
    for place, name in enumerate(names):
        columns += inner.get(place, [_Column(name, place)])
    return columns


def _reached(schema: pa.Schema, path: str, steps: tuple[str | int, ...], place: int) -> _Column:
    kind = schema.types[place]
    for step in steps[1:]:
        at = kind.get_field_index(step) if pa.types.is_struct(kind) and step is str(step) else -1
        if at < 0:
            raise Refused(
                "GATE-101",
                f"the path {path[:80]} does not lead to a field of a struct",
                "declare paths through structs alone, to texts, numbers, dates and truth values",
            )
        kind = kind.field(at).type
    return _Column(path, place, tuple(str(step) for step in steps[1:]))


def _text(job: ReadJob, values: Any, column: _Column) -> Any:  # noqa: ANN401
    if column.fields:
        values = pc.struct_field(values, list(column.fields))
    if column.header not in job.declared:
        return any_text(values, job.timezone)
    try:
        return as_text(values, job.timezone)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise Refused(
            "GATE-101",
            f"column {column.header[:80]} of type {str(values.type)[:80]} has no canonical text",
            "deliver texts, numbers, dates, moments and truth values",
        ) from None


def _whole(batches: Iterator[Any], kind: str) -> Iterator[Any]:
    """Yield batches; a damaged one is a refusal, not a crash."""
    try:
        yield from batches
    except _Failures as error:
        raise _unreadable(error, f"a page of the {kind} file is damaged") from None


def _unreadable(error: BaseException, what: str) -> BaseException:
    """Return the refusal of a damaged file; what the system did wrong stays what it is."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None):
        return error
    return Refused("GATE-101", what, "deliver the whole file again")
