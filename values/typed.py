"""Typed items: from landed text to values, as SQL generated from the catalogue.

Belongs here: the typed feed of one delivery. Keep out: its columns (`shapes`), how one text is cast
(`casts`), the record as delivered (`delivered`), whether the result is good (`quality`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_specs.catalog import Catalog
from catalog_specs.models.feed import Changes, Feed
from catalog_specs.models.resource import Item, Resource
from catalog_specs.vocabulary import ItemType
from feeds.columns import OPERATION, SEQUENCE, currency_items, feed_columns
from register.bundles import LandedFile, landed_sql, listed
from storage.delta.written_files import Target, WrittenFile, write_files
from storage.engines.connection import Connection
from storage.engines.plain_text import PlainFile
from storage.engines.relation import Relation
from storage.sql import identifier, literal, parquet
from values.casts import (
    Writing,
    cast_sql,
    compose_sql,
    has_typed_cells,
    integer_sql,
    null_sql,
    reading_sql,
    split_sql,
)
from values.damage import damage_marked_sql, text_parts
from values.normalise import Context, has_step, mark_of, marks_of, normalised_sql, unread
from values.shapes import feed_shape, given_of
from values.unavailable import unavailable_marked_sql

__all__ = [
    "Landed",
    "Typed",
    "empty_feed",
    "feed_over",
    "feed_sql",
    "typed_rows",
    "typed_sql",
]

_FEED, _RECORDS = "feed", "typed_records"
_MARKS = ("_row", "_defect", "_raw")
_WRITERS = {ItemType.DATE: "dates", ItemType.DATETIME: "moments", ItemType.BOOLEAN: "booleans"}
"""The step that writes a type's texts the canonical way."""


@dataclass(frozen=True)
class Typed:
    """The typed feed of some landed records; its columns are those of `feed_sql`, and its marks.

    `files` are the Parquet files it lies in, where it was typed into files.
    """

    feed: Relation
    files: tuple[WrittenFile, ...] = ()


@dataclass(frozen=True)
class Landed:
    """Where the records of a delivery lie, or those of a bundle by place.

    `read_as` are the formats the deliveries turned out to be, as their receipts have them.
    """

    rows: LandedFile | Sequence[LandedFile]
    read_as: str = ""

    @property
    def parts(self) -> Sequence[LandedFile | Sequence[LandedFile]]:
        """Return what may be typed side by side, each by a query of its own."""
        files = listed(self.rows)
        if len(files) == 1 and isinstance(files[0], PlainFile):
            return files[0].parts
        return [self.rows]


def empty_feed(con: Connection, resource: Resource, types: Mapping[str, str]) -> Typed:
    """Make a typed feed without records, of a name and shape as `typed_rows` makes them."""
    feed = Relation(con, _FEED)
    columns = feed_shape(resource, types)
    declared = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TABLE {feed.sql} ({declared})")
    return Typed(feed)


def typed_rows(
    con: Connection,
    catalog: Catalog,
    resource: Resource,
    landed: Landed,
    marks: Mapping[str, str] | None = None,
    target: Target | None = None,
) -> Typed:
    """Type landed records; what was typed on the connection before is gone.

    `marks` are further columns, each worked out from a record's own columns in the same query.
    With a `target` the records are written as Parquet files, else as a table, which is not
    compressed: it is read a few times. Where few queries do, a view of `feed_sql` is cheaper.
    """
    queries = [
        typed_sql(catalog, resource, Landed(rows, landed.read_as), marks)
        for rows in (landed.parts if target else [landed.rows])
    ]
    con.execute(f"DROP TABLE IF EXISTS {_RECORDS}")
    if target is not None:
        files = write_files(con, queries, target)
        return Typed(feed_over(con, parquet([file.path for file in files])), files)
    con.execute("PRAGMA force_compression = 'uncompressed'")
    try:
        con.execute(f"CREATE TABLE {_RECORDS} AS {queries[0]}")
    finally:
        con.execute("PRAGMA force_compression = 'auto'")
    return Typed(feed_over(con, _RECORDS))


def typed_sql(
    catalog: Catalog, resource: Resource, landed: Landed, marks: Mapping[str, str] | None = None
) -> str:
    """Return the SELECT of the typed feed with further columns, as `typed_rows` makes it."""
    more = "".join(f", {sql} AS {identifier(name)}" for name, sql in (marks or {}).items())
    return f"SELECT *{more} FROM ({feed_sql(catalog, resource, landed.rows, landed.read_as)})"


def feed_over(con: Connection, source: str) -> Relation:
    """Make the typed feed a view, so that it has one name wherever its records lie.

    `source` is SQL to put behind FROM.
    """
    feed = Relation(con, _FEED)
    con.execute(f"CREATE OR REPLACE VIEW {feed.sql} AS FROM {source}")
    return feed


def feed_sql(
    catalog: Catalog, resource: Resource, rows: LandedFile | Sequence[LandedFile], read_as: str = ""
) -> str:
    """Return the SELECT of the typed feed.

    Columns: `_row`, `_defect`, `_raw`; then for each item `<item>` with its type and, unless it is
    a string, `_given_<item>`, TRUE where there is a text at all, else NULL. An item whose text does
    not fit its type, or that a step declared for it did not understand, is NULL while it is
    given. A change feed also has `_op` (I, U, D or NULL) and `_seq` (BIGINT). Texts are normalised,
    freed of null markers, split and composed in that order.

    Args:
        catalog: types, code lists, time zone.
        resource: the feed and its items.
        rows: see `Landed`.
        read_as: see `Landed`.
    """
    texts: list[str] = []
    read: list[str] = []
    values: list[str] = []
    read_as = read_as or resource.feed.format.value
    for item in resource.items:
        made = _columns(catalog, resource, item, read_as)
        texts.append(made.text)
        read += made.read
        values += made.values
    if resource.feed.changes is not None:
        texts += [OPERATION, SEQUENCE]
        values += _change_columns(resource.feed.changes)
    marks = ", ".join(_MARKS)
    found = (
        f"SELECT {marks}, {', '.join(texts)} FROM {_sound_sql(catalog, resource, rows, read_as)}"
    )
    # in a query of its own, for DuckDB works out what it is told twice in one as often
    found = f"SELECT {', '.join(['*', *read])} FROM ({found})" if read else found
    return f"SELECT {marks}, {', '.join(values)} FROM ({found})"


def _sound_sql(
    catalog: Catalog, resource: Resource, rows: LandedFile | Sequence[LandedFile], read_as: str
) -> str:
    """Return the SQL behind FROM of every part's text, null in records that are defects."""
    parts = [
        *feed_columns(resource.feed),
        *resource.feed.split,
        *currency_items(resource.feed),
    ]
    marked = _parts_sql(catalog, resource, rows, read_as)
    if not _sound(resource.feed, rows):
        marked = damage_marked_sql(marked, text_parts(catalog, resource))
    sound = ", ".join(
        f"CASE WHEN _defect IS NULL THEN {name} END AS {name}" for name in map(identifier, parts)
    )
    return f"(SELECT * REPLACE ({sound}) FROM {marked})"


def _sound(feed: Feed, rows: LandedFile | Sequence[LandedFile]) -> bool:
    """Say whether the bytes of every file were looked through, and none can be part of damage."""
    # steps may write what nobody delivered: a formula in ordinary characters for one in wide ones
    looked = all(isinstance(file, PlainFile) and file.text.sound for file in listed(rows))
    return looked and not feed.normalise


def _parts_sql(
    catalog: Catalog, resource: Resource, rows: LandedFile | Sequence[LandedFile], read_as: str
) -> str:
    """Return the SQL behind FROM of every part's text, and the marks of steps beside them."""
    feed = resource.feed
    landed = landed_sql(rows, feed_columns(feed), resource.former)
    delivered = normalised_sql(feed, landed, Context.of(catalog, read_as))
    if not _sound(feed, rows):
        delivered = unavailable_marked_sql(feed, delivered)
    beside = [mark_of(part, kind) for part, kind in marks_of(feed)]
    beside += map(identifier, currency_items(feed))
    marks = ", ".join([*_MARKS, *beside])
    parts = ", ".join(
        f"{null_sql(identifier(name), feed.nulls)} AS {identifier(name)}"
        for name in feed_columns(feed)
    )
    source = f"(SELECT {marks}, {parts} FROM {delivered})"
    if not feed.split:
        return source
    pieces = ", ".join(
        f"{null_sql(split_sql(identifier(one.part), one), feed.nulls)} AS {identifier(name)}"
        for name, one in feed.split.items()
    )
    return f"(SELECT *, {pieces} FROM {source})"


@dataclass(frozen=True)
class _Columns:
    """The inner column with an item's text, what the engine reads in it, and what comes of both."""

    text: str
    values: tuple[str, ...]
    read: tuple[str, ...] = ()


def _columns(catalog: Catalog, resource: Resource, item: Item, read_as: str) -> _Columns:
    element = catalog.element_of(item)
    column = identifier(item.code)
    text = f"{_text_sql(resource.feed, item.code)} AS {column}"
    if element.type is ItemType.STRING:
        return _Columns(text, (column,))
    writing = _writing(resource.feed, item.code, element.type, read_as)
    reading = reading_sql(column, element, resource.feed, writing)
    read = identifier(f"{item.code} read") if reading else None
    value = cast_sql(column, element, resource.feed, writing, read)
    left_over = unread(resource.feed, item.code)
    if left_over is not None:
        mark = identifier(f"{item.code} unread")
        text = f"{text}, {left_over} AS {mark}"
        value = f"CASE WHEN NOT {mark} THEN {value} END"
    value = f"{value} AS {column}"
    given = f"CASE WHEN {column} IS NOT NULL THEN TRUE END AS {identifier(given_of(item.code))}"
    return _Columns(text, (value, given), (f"{reading} AS {read}",) if read else ())


def _text_sql(feed: Feed, item: str) -> str:
    """Return the SQL of an item's text: composed, constant, or a part."""
    if item in feed.compose:
        return compose_sql(feed.compose[item], identifier)
    if item in feed.constants:
        return f"CASE WHEN _defect IS NULL THEN {literal(feed.constants[item])} END"
    if item in feed.split or item in feed.columns.values() or item in currency_items(feed):
        return identifier(item)
    return "CAST(NULL AS VARCHAR)"


def _writing(feed: Feed, item: str, kind: ItemType, read_as: str) -> Writing:
    step = _WRITERS.get(kind)
    if step and has_step(feed, item, step):
        return Writing.STEPS
    return Writing.CELLS if has_typed_cells(read_as) else Writing.DECLARED


def _change_columns(changes: Changes) -> list[str]:
    words = {"I": changes.insert, "U": changes.update, "D": changes.delete}
    cases = " ".join(
        f"WHEN {OPERATION} IN ({', '.join(map(literal, texts))}) THEN {literal(mark)}"
        for mark, texts in words.items()
        if texts
    )
    return [f"CASE {cases} END AS {OPERATION}", f"{integer_sql(SEQUENCE)} AS {SEQUENCE}"]
