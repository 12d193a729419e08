"""The quarantine table: one Delta table per resource, one row per record and delivery.

Belongs here: the table's shape and writing a bundle's rows into it. Keep out: deciding which
rows (`gate`), showing and replaying them. Unlike every other place outside landing it holds records
as they were delivered, so it lives under an access rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from feeds.columns import feed_columns
from quality.quarantine.origins import ORIGIN
from register.bundles import ROW_SPAN, STRETCH_BYTES, Bundle, landed_sql, place_sql, record_sql
from storage.delta.appending import append, replace_where
from storage.delta.commits import Commit
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import scan_sql, transaction_version
from storage.engines.connection import VECTOR_ROWS, Connection
from storage.engines.relation import Relation
from storage.engines.workbench import open_workbench, without_optimizers
from storage.layout import Layout
from storage.places.object_path import Place
from storage.sql import identifier, literal
from values.delivered import raw_json_sql
from values.typed import Typed

__all__ = [
    "Chosen",
    "key_column",
    "quarantine_columns",
    "quarantine_shape",
    "quarantined_rows",
    "store_quarantined",
]

BATCH, BATCH_BYTES = 100_000, 64 << 20
"""Rows per commit, fewer where they are wide: a large rejected delivery fits into memory."""


def key_column(item: str) -> str:
    """Return the name of the column that holds a key item's value as text."""
    return f"key__{item}"


def quarantine_shape(catalog: Catalog, resource: Resource) -> Shape:
    """Return the shape of a resource's quarantine table."""
    keys = (
        Column(key_column(code), "VARCHAR", f"主键：{catalog.name_of(resource.item(code))}")
        for code in resource.key
    )
    columns = (*quarantine_columns(), *keys)
    return Shape(f"{resource.name}（隔离区）", "未通过质量校验而被隔离的记录。", columns)


def quarantine_columns() -> tuple[Column, ...]:
    """Return the columns that every quarantine table has, whatever its resource's key."""
    return (
        Column("delivery", "VARCHAR", "交付批次"),
        Column("row", "BIGINT", "在交付文件中的记录序号"),
        Column("file", "VARCHAR", "交付文件名"),
        Column("rules", "VARCHAR[]", "未通过的规则代码"),
        Column("raw", "VARCHAR", "交付时的原始记录"),
        Column("key_known", "BOOLEAN", "主键是否完整可读"),
        Column("line", "BIGINT", "在交付文件中的起始行号（表格为行序号）；无行的格式为空"),
        Column("member", "VARCHAR", "压缩包内的文件名；非压缩包为空"),
        Column("origin_delivery", "VARCHAR", "补录记录最初所在的交付批次；非补录为空"),
        Column("origin_row", "BIGINT", "补录记录最初的记录序号；非补录为空"),
    )


@dataclass(frozen=True)
class Chosen:
    """What is to be quarantined of a bundle: `rows` holds `_row`, and `rules`, why."""

    bundle: Bundle
    typed: Typed
    rows: Relation


def store_quarantined(layout: Layout, catalog: Catalog, chosen: Chosen) -> tuple[int, ...]:
    """Write the chosen rows with the records they stand for; replaces these deliveries' rows.

    Reads the landed rows. A bundle without such rows writes nothing, unless an interrupted attempt
    had. Returns the quarantined rows of each delivery.
    """
    con, bundle = chosen.rows.con, chosen.bundle
    resource = catalog.resource(bundle.resource)
    shape = quarantine_shape(catalog, resource)
    schema = arrow_schema(shape.columns)
    path = layout.quarantine(resource.ref)
    writer = _Writer(path, shape, bundle, replaces=_attempted(con, path, bundle))
    written = False
    for batches in _gathered(_records(resource, layout, chosen)):
        writer.write(pa.Table.from_batches(batches).select(shape.names).cast(schema))
        written = True
    if not written:
        writer.clear(schema)
    counts: dict[int, int] = dict(
        con.execute(f"SELECT {place_sql()}, count(*) FROM {chosen.rows.sql} GROUP BY 1").fetchall()
    )
    return tuple(counts.get(place, 0) for place in range(len(bundle.deliveries)))


def _records(resource: Resource, layout: Layout, chosen: Chosen) -> Iterator[pa.RecordBatch]:
    """Yield what is quarantined, a stretch of the delivery at a time.

    A join holds one of its sides, and beside a large delivery of wide records nothing else would
    fit into memory.
    """
    con = chosen.rows.con
    for first, end in _stretches(layout, chosen):
        within = f"_row >= {first} AND _row < {end}"
        if con.execute(f"SELECT 1 FROM {chosen.rows.sql} WHERE {within} LIMIT 1").fetchall():
            query = _query(resource, layout, chosen, within)
            # The engine does not know how many records a text file has, and would keep all of them
            # to look for the chosen ones. As written, what is chosen is kept, and texts go past it.
            with without_optimizers(con, "join_order", "build_side_probe_side"):
                yield from con.execute(query).to_arrow_reader(VECTOR_ROWS)


def _stretches(layout: Layout, chosen: Chosen) -> Iterable[tuple[int, int]]:
    """Part the records into stretches whose text fits into memory.

    Plain text is read from its beginning for every stretch, so what is chosen of it is parted.
    """
    bundle, delivery = chosen.bundle, chosen.bundle.last
    if len(bundle.deliveries) > 1 or delivery.plain is None:
        return bundle.stretches(layout)
    rows = max(1, STRETCH_BYTES * delivery.rows // max(1, delivery.bytes))
    starts = chosen.rows.con.execute(
        f"SELECT _row FROM (SELECT _row, row_number() OVER (ORDER BY _row) - 1 AS nth "
        f"FROM {chosen.rows.sql}) WHERE nth > 0 AND nth % {rows} = 0 ORDER BY _row"
    ).fetchall()
    return pairwise((0, *(first for (first,) in starts), ROW_SPAN))


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Put small batches together, up to as many rows or bytes as one commit may have."""
    gathered: list[pa.RecordBatch] = []
    count = size = 0
    for batch in batches:
        gathered += [batch] * (batch.num_rows > 0)
        count, size = count + batch.num_rows, size + batch.nbytes
        if gathered and (count >= BATCH or size >= BATCH_BYTES):
            yield gathered
            gathered, count, size = [], 0, 0
    if gathered:
        yield gathered


def _attempted(con: Connection, path: Place, bundle: Bundle) -> bool:
    """Say whether an interrupted attempt left rows of these deliveries."""
    rows = scan_sql(path, (Column("delivery", "VARCHAR"),))
    names = ", ".join(map(literal, bundle.names))
    found = con.execute(f"SELECT 1 FROM {rows} WHERE delivery IN ({names}) LIMIT 1").fetchall()
    return bool(found)


def quarantined_rows(layout: Layout, catalog: Catalog) -> list[tuple[str, str, int, list[str]]]:
    """Return what is quarantined in the whole city, without the records themselves.

    One tuple a row: `<department>/<resource>`, file name, record number, rule codes.
    """
    columns = quarantine_columns()
    found: list[tuple[str, str, int, list[str]]] = []
    with open_workbench(layout.work) as con:
        for ref in catalog.resources:
            rows = scan_sql(layout.quarantine(ref), columns)
            query = f'SELECT ?, file, "row", rules FROM {rows} ORDER BY delivery, "row"'
            found += con.execute(query, [ref]).fetchall()
    return found


class _Writer:
    """Commits a bundle's rows batch by batch; the first commit replaces an earlier attempt."""

    def __init__(self, path: Place, shape: Shape, bundle: Bundle, *, replaces: bool) -> None:
        self._path = path
        self._shape = shape
        self._bundle = bundle
        self._app_id = f"quarantine/{bundle.resource}/{bundle.name}"
        known = transaction_version(path, self._app_id)
        self._replaces = replaces
        self._version = 0 if known is None else known + 1

    def write(self, rows: pa.Table) -> None:
        """Commit one batch."""
        metadata = {"delivery": self._bundle.name, "rows": rows.num_rows}
        commit = Commit(self._app_id, self._version, metadata)
        if self._replaces:
            names = ", ".join(map(literal, self._bundle.names))
            predicate = f"delivery IN ({names})"
            replace_where(self._path, rows, predicate, commit, self._shape)
        else:
            append(self._path, rows, commit, self._shape)
        self._replaces = False
        self._version += 1

    def clear(self, schema: pa.Schema) -> None:
        """Remove what an earlier attempt wrote, if there was one."""
        if self._replaces:
            self.write(schema.empty_table())


def _query(resource: Resource, layout: Layout, chosen: Chosen, within: str) -> str:
    bundle, feed = chosen.bundle, chosen.typed.feed.sql
    keys = "".join(
        f", CAST(f.{identifier(code)} AS VARCHAR) AS {identifier(key_column(code))}"
        for code in resource.key
    )
    known = " AND ".join(f"f.{identifier(code)} IS NOT NULL" for code in resource.key)
    files = ", ".join(literal(", ".join(one.files)) for one in bundle.deliveries)
    some = f"(FROM {chosen.rows.sql} WHERE {within})"
    return (
        f'SELECT {bundle.delivery_sql("k._row")} AS delivery, {record_sql("k._row")} AS "row", '
        f"[{files}][1 + {place_sql('k._row')}] AS file, k.rules, l.raw, {known} AS key_known{keys}"
        ", l.line, l.member, l.origin_delivery, l.origin_row "
        f"FROM ({_landed(resource, layout, chosen, within)}) l "
        f"JOIN (FROM {feed} SEMI JOIN {some} USING (_row) WHERE {within}) f USING (_row) "
        f"JOIN {some} k USING (_row)"
    )


def _landed(resource: Resource, layout: Layout, chosen: Chosen, within: str) -> str:
    """Return a SELECT of chosen records as landed: text, place, and origin if there is one.

    They are chosen first: writing the text of a record costs more than finding it.
    """
    absent = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in ("_file", *ORIGIN))
    files = chosen.bundle.files(layout)
    landed = landed_sql(files, feed_columns(resource.feed), resource.former)
    return (
        f"SELECT _row, {raw_json_sql(resource)} AS raw, _line AS line, _file AS member, "
        f"{ORIGIN[0]} AS origin_delivery, CAST({ORIGIN[1]} AS BIGINT) AS origin_row "
        f"FROM (SELECT * FROM (FROM {landed} UNION ALL BY NAME "
        f"SELECT CAST(NULL AS BIGINT) AS _line, {absent} WHERE FALSE) "
        f"SEMI JOIN (FROM {chosen.rows.sql} WHERE {within}) USING (_row) WHERE {within})"
    )
