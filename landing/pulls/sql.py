"""Pulls from databases: rows in columns from end to end (四(三)).

Belongs here: what is asked, staging the answer, what is new in it. Keep out: how one vendor is
asked (`postgresql`, `sqlite`), leaving out what was taken before (`sieve`).

With a watermark, everything at or behind it (as far as `overlap` says) is asked for again, and
known rows are left out by their content: rows committed later under the very same watermark are not
missed, and none comes twice. What a transaction commits late under an older watermark is found as
far as the overlap reaches, and no farther.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from catalog_specs.errors import SettingsError, TransientError
from catalog_specs.models.pull import SqlPull
from feeds.columns import feed_columns
from landing.pulls.database import Asked, Cursor, Database, words_hidden
from landing.pulls.errand import Errand, Memory, Pulled, asked
from landing.pulls.orders import MOST_SHAPES, Order, order_of
from landing.pulls.postgresql import PostgreSql
from landing.pulls.sieve import behind, sift, unsorted_texts
from landing.pulls.sqlite import Sqlite
from landing.pulls.watermarks import Kind, Mark, Scale
from storage.engines.connection import EngineError
from storage.sql import identifier

__all__ = ["pull_rows"]

_TABLE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)?")
_SELECT = re.compile(r"(select|with)\b", re.IGNORECASE)


def pull_rows(errand: Errand, spec: SqlPull, memory: Memory) -> Pulled | None:
    """Return a Parquet file with the rows that are new; None when there are none.

    Raises SettingsError when the address is missing or of no database known here, TransientError
    when it cannot be reached, PullError when it does not know what is asked.
    """
    staged = errand.folder / "staged.parquet"
    if memory.note.get("asked") != asked(spec.query, spec.watermark):
        memory = Memory(newest=memory.newest)  # another question: what was taken says nothing
    database = _database(errand, spec)
    with words_hidden(spec.url, errand.resource.ref), database.opened() as cursor:
        question = _question(errand, spec, memory, database, cursor)
        cursor.execute(database.statement(question))
        with closing(cursor.fetch_record_batch()) as answer:
            _stage(errand, answer, staged, database.leading)
    try:
        return sift(errand, spec, memory, question, staged)
    except EngineError as error:  # its words may quote a value
        raise TransientError(
            f"what was pulled could not be compared with what was taken ({type(error).__name__})",
            where=errand.resource.ref,
            remedy="see that memory and disk suffice; the next run tries again",
        ) from None


def _database(errand: Errand, spec: SqlPull) -> Database:
    address = errand.secret(spec.url)
    scheme, colon, rest = address.partition("://")
    if colon and scheme in {"postgresql", "postgres"}:
        return PostgreSql(address, errand.timezone, spec.timeout)
    if colon and scheme == "sqlite" and rest.startswith("/"):
        return Sqlite(Path(unquote(rest[1:])), spec.url, errand.resource.ref)
    raise SettingsError(
        f"{spec.url} holds the address of no database that Quanshu pulls from",
        where=errand.resource.ref,
        remedy="write postgresql://user:secret@host/database or sqlite:////the/file.db",
    )


def _question(
    errand: Errand, spec: SqlPull, memory: Memory, database: Database, cursor: Cursor
) -> Asked:
    """Ask the database what columns there are, and say which of them are wanted, from where on."""
    relation = _relation(errand, spec.query)
    cursor.execute(f"SELECT * FROM {relation} LIMIT 0")
    with closing(cursor.fetch_record_batch()) as nothing:
        found = {field.name: field.type for field in nothing.schema}
    columns = _wanted(errand, spec, found)
    if spec.watermark is None:
        return Asked(relation, columns)
    if spec.watermark not in found:
        raise errand.refused(
            f"there is no column {spec.watermark} to take the watermark from",
            "name a column of the table, or select it in `feed.pull.query`",
        )
    kind = database.kind(cursor, relation, spec.watermark, found[spec.watermark])
    if kind is None:
        raise errand.refused(
            f"the column {spec.watermark} cannot serve as a watermark",
            "use a whole number, a date, a moment or a text, or cast it in `feed.pull.query`",
        )
    last = Mark.parse(memory.watermark, kind)
    order = Order.VALUES
    if kind is Kind.TEXT:
        shapes = database.shapes(cursor, relation, spec.watermark, MOST_SHAPES + 1)
        order = _order(errand, spec.watermark, shapes, last)
    scale = Scale(kind, order, errand.now, errand.timezone)
    bound = behind(errand, spec, scale, last) if last else None
    return Asked(relation, columns, spec.watermark, scale, last, bound)


def _order(errand: Errand, column: str, shapes: list[str], last: Mark | None) -> Order:
    """Return how the texts of a watermark sort, all that the source holds and the last one taken.

    The whole column is looked at in every pull: a row that sorts before the watermark though it is
    newer is just what a look behind the watermark would not show.
    """
    taken = {re.sub("[1-9]", "0", last.value)} if last else set()
    order = order_of({*shapes, *taken})
    if order is None:
        raise unsorted_texts(errand, column)
    return order


def _relation(errand: Errand, query: str) -> str:
    text = query.strip().rstrip(";").rstrip()
    if _TABLE.fullmatch(text):
        return ".".join(identifier(part) for part in text.split("."))
    if _SELECT.match(text):
        return f"({text}\n) AS pulled"
    raise errand.refused(
        "`feed.pull.query` is neither a table's name nor a SELECT",
        "write `name`, `schema.name` or one SELECT; wrap unusual names in a SELECT",
    )


def _wanted(errand: Errand, spec: SqlPull, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns to take: of a table no more than is declared (PIPL 6: least needed)."""
    declared = set(feed_columns(errand.feed).values())
    if _TABLE.fullmatch(spec.query.strip()):
        return {name: kind for name, kind in found.items() if name in declared}
    return {
        name: kind for name, kind in found.items() if name in declared or name != spec.watermark
    }


def _stage(errand: Errand, answer: pa.RecordBatchReader, target: Path, leading: int) -> None:
    """Write an answer to a file batch by batch; PullError for texts that are none."""
    schema = answer.schema.remove_metadata()
    schema = pa.schema([field.remove_metadata() for field in schema])
    with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1) as writer:
        for batch in _without(answer, leading):
            _validate(errand, batch)
            writer.write_batch(batch.cast(schema))


def _validate(errand: Errand, batch: pa.RecordBatch) -> None:
    for name, values in zip(batch.schema.names, batch.columns, strict=True):
        try:
            values.validate(full=True)
        except pa.ArrowInvalid:
            raise errand.refused(
                f"the column {name} holds bytes that are no UTF-8 text",
                "correct them at the source, or select `hex(column)` in `feed.pull.query`",
            ) from None


def _without(answer: pa.RecordBatchReader, leading: int) -> Iterator[pa.RecordBatch]:
    for batch in answer:
        yield batch.slice(leading)
        leading = max(leading - batch.num_rows, 0)
