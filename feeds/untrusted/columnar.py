"""Columnar files: Parquet and Arrow IPC, one record for each row, as canonical text.

Belongs here: opening the two, picking columns, fields of structs. Keep out: the text of a type
(`canonical`), which values are damaged (`damage`). A record with a damaged value is a defect; no
other record is touched by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.rules.defects import DefectCode
from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.untrusted.canonical import any_text, as_text
from feeds.untrusted.damage import is_out_of_range, is_rounded, is_spoilt, readable
from feeds.untrusted.header_names import told_apart
from feeds.untrusted.jobs import ReadJob
from feeds.untrusted.limits import Refused
from feeds.untrusted.messages import Opened, Piece
from feeds.untrusted.paths import steps_of

__all__ = ["open_arrow", "open_parquet"]

_BATCH_ROWS, _BATCH_CELLS, _BATCH_BYTES = 1 << 16, 1 << 22, 32 << 20
"""The largest piece that goes through the pipe, whichever is reached first."""
_READ_ROWS = 2048
"""Rows read at once: a small file can hold very wide ones."""
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
        # without pre-buffering: it would read whole row groups into memory
        file = parquet.ParquetFile(job.path, pre_buffer=False)
        schema = file.schema_arrow
    except _Failures as error:
        raise _unreadable(error, "not a whole Parquet file") from None

    def batches(places: Sequence[int]) -> Iterator[Any]:
        names = [schema.names[place] for place in places]
        some = len(set(schema.names)) == len(schema.names)  # Parquet picks columns by name only
        rows = max(1, min(_BATCH_ROWS, _BATCH_CELLS // max(1, len(names))))
        few = min(rows, _READ_ROWS)
        found = file.iter_batches(batch_size=few, columns=names if some else None)
        for batch in _gathered(_whole(found, "Parquet"), rows):
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
            few = min(rows, _READ_ROWS)
            slices = (picked.slice(at, few) for at in range(0, picked.num_rows, few))
            yield from _gathered(slices, rows)

    return _opened(job, reader.schema, batches)


def _gathered(batches: Iterable[Any], rows: int) -> Iterator[Any]:
    """Put small batches together, up to so many rows, or fewer where they are wide."""
    gathered: list[Any] = []
    count = size = 0
    for batch in batches:
        gathered.append(batch)
        count, size = count + batch.num_rows, size + batch.nbytes
        if count >= rows or size >= _BATCH_BYTES:
            yield pa.concat_batches(gathered)
            gathered, count, size = [], 0, 0
    if gathered:
        yield pa.concat_batches(gathered)


def _opened(job: ReadJob, schema: pa.Schema, batches: Any) -> Opened:  # noqa: ANN401
    columns = _columns(schema, job.declared)

    def pieces(headers: Sequence[str] | None) -> Iterator[Piece]:
        wanted = {c.header: c for c in columns if headers is None or c.header in headers}
        for batch in batches([column.place for column in wanted.values()]):
            cells = {
                header: _cells(job, batch.column(place), column)
                for place, (header, column) in enumerate(wanted.items())
            }
            yield _piece(batch.num_rows, cells)

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
        if pa.types.is_null(kind):  # a writer that met nothing there knows no fields
            break
        at = kind.get_field_index(step) if pa.types.is_struct(kind) and step is str(step) else -1
        if at < 0:
            raise Refused(
                DeliveryRefusal.UNREADABLE,
                f"the path {path[:80]} does not lead to a field of a struct",
                "declare paths through structs alone, to texts, numbers, dates and truth values",
            )
        kind = kind.field(at).type
    return _Column(path, place, tuple(str(step) for step in steps[1:]))


def _piece(count: int, cells: Mapping[str, _Cells]) -> Piece:
    """Separate sound records from those with any damaged value."""
    texts = {header: column.texts for header, column in cells.items()}
    damaged: dict[int, DefectCode] = {}
    for column in cells.values():
        for code, which in column.damaged:
            for place in pc.indices_nonzero(which).to_pylist():
                damaged.setdefault(place, code)
    if not damaged:
        return Piece(count, texts)
    places = sorted(damaged)
    sound = pa.array(sorted(set(range(count)) - damaged.keys()), pa.int64())
    rows = pa.table(texts).take(pa.array(places)).to_pylist()
    spoiled = [
        (place, damaged[place], json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        for place, row in zip(places, rows, strict=True)
    ]
    return Piece(count, {h: t.take(sound) for h, t in texts.items()}, spoiled)


@dataclass(frozen=True)
class _Cells:
    """The texts of a column, and which of them are defects, by code."""

    texts: Any
    damaged: Sequence[tuple[DefectCode, Any]]


def _cells(job: ReadJob, values: Any, column: _Column) -> _Cells:  # noqa: ANN401
    if column.fields and pa.types.is_struct(values.type):
        values = pc.struct_field(values, list(column.fields))
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    texts, undecoded = _texts(job, values, column)
    found = [(DefectCode.ENCODING, undecoded), (DefectCode.ENCODING, is_spoilt(texts))]
    if column.header in job.declared:
        found += [
            (DefectCode.DAMAGED_NUMBER, is_rounded(values)),
            (DefectCode.OUT_OF_RANGE, is_out_of_range(values, texts)),
        ]
    return _Cells(texts, [(code, which) for code, which in found if which is not None])


def _texts(job: ReadJob, values: Any, column: _Column) -> tuple[Any, Any]:  # noqa: ANN401
    """Return a column as text, and which of its values did not decode."""
    kind = values.type
    if pa.types.is_large_string(kind) or pa.types.is_string(kind) or _is_octets(kind):
        return readable(values)
    if column.header not in job.declared:
        return any_text(values, job.timezone), None
    try:
        zone = None if column.header in job.instants else job.timezone
        return as_text(values, zone), None
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise Refused(
            DeliveryRefusal.UNREADABLE,
            f"column {column.header[:80]} of type {str(values.type)[:80]} has no canonical text",
            "deliver texts, numbers, dates, moments and truth values",
        ) from None


def _is_octets(kind: pa.DataType) -> bool:
    plain = pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    return bool(plain or pa.types.is_fixed_size_binary(kind))


def _whole(batches: Iterator[Any], kind: str) -> Iterator[Any]:
    """Yield batches; a damaged one is a refusal, not a crash."""
    try:
        yield from batches
    except _Failures as error:
        raise _unreadable(error, f"a page of the {kind} file is damaged") from None


def _unreadable(error: BaseException, what: str) -> BaseException:
    """Return the refusal of a damaged file; an error of the system is returned unchanged."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None):
        return error
    return Refused(DeliveryRefusal.UNREADABLE, what, "deliver the whole file again")
