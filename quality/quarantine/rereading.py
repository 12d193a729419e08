"""The text of a replayed record: as landing read it, or read again from its raw file.

Belongs here: taking one delivery's open records. Keep out: which deliveries (`replaying`).
A record that landing could split is taken as landing read it, so that it survives a change of
headers. A refused file, a broken record, a part that was not declared then: these are read again
as the catalogue declares the file now. A record that is read again replaces the landed record of
the same number. Where the number of records differs, it replaces the one whose lines it is in; and
where the file had been refused, all of them together replace the whole delivery.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from feeds.readers import Source
from landing.landed_rows import land_rows
from quality.quarantine.origins import ORIGIN, PREVIOUS, parts_of, records_sql
from quality.quarantine.texts_again import written_rows
from register.bundles import stretches
from register.receipts import raw_file
from register.records import REPLAYED, Delivery
from storage.engines.connection import Connection
from storage.layout import ROWS, Layout
from storage.sql import identifier, identifiers, literal, parquet
from values.casts import has_typed_cells
from values.feed_texts import key_headers, text_headers

__all__ = ["CHOSEN", "make_chosen", "take"]

CHOSEN = "to_replay"
"""Table of what is to be replayed: `_n`, where each record is from, then its parts as text.

Its rows lie in the order of those places: sorting them at the end would hold all of them.

`_cells` says whether it came with types of its own."""


def make_chosen(con: Connection, resource: Resource) -> None:
    """Make the empty table of what is to be replayed."""
    texts = ", ".join(f"{identifier(part)} VARCHAR" for part in parts_of(resource))
    kinds = zip((*ORIGIN, *PREVIOUS), ("VARCHAR", "BIGINT") * 3, strict=True)
    places = ", ".join(f"{name} {kind}" for name, kind in kinds)
    marks = "_n BIGINT, _cells BOOLEAN"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {CHOSEN} ({marks}, {places}, {texts})")


def take(con: Connection, layout: Layout, catalog: Catalog, delivery: Delivery) -> str:
    """Add a delivery's open records (of the table `quarantined_records`) to what is to be replayed.

    Records that cannot be split now either stay where they are. Returns why the file would be
    refused again, "" when it would not.
    """
    resource = catalog.resource(delivery.resource)
    (landed,) = written_rows(layout, resource.ref, [delivery.delivery])
    con.execute(
        'CREATE OR REPLACE TEMP TABLE _open AS SELECT "row", origin_delivery, origin_row '
        "FROM quarantined_records WHERE delivery = ? AND state = 'open'",
        [delivery.delivery],
    )
    add = _Adding(resource, delivery, has_typed_cells(delivery.read_as))
    if _readable(con, resource, delivery, landed):
        _each(con, resource, landed, add.by_number)
        return ""
    with tempfile.TemporaryDirectory(prefix="reread-", dir=layout.work) as scratch:
        texts = text_headers(catalog, resource)
        raw = raw_file(layout, delivery)
        keys = key_headers(resource)
        zone = catalog.profile.timezone
        source = Source(raw, resource.feed, zone, texts=texts, keys=keys)
        again = land_rows(source, Path(scratch))
        reread = Path(scratch) / ROWS
        if again.refusal is None:
            add = replace(add, cells=has_typed_cells(again.read_as))
            if again.rows == delivery.rows:
                _each(con, resource, reread, add.by_number)
            elif delivery.refusal is None:
                _each(con, resource, reread, partial(add.by_line, landed))
            else:
                _each(con, resource, reread, add.as_a_whole)
        elif delivery.refusal is None:
            _each(con, resource, landed, add.by_number)
        else:
            return f"{again.refusal[0]} {again.refusal[1]}"
    return ""


def _each(con: Connection, resource: Resource, rows: Path, statement: Callable[[str], str]) -> None:
    """Add the records of a file a stretch at a time: a join, or a sort, may hold all it is given.

    `statement` is given the SQL behind FROM of the records of a stretch.
    """
    for first, end in stretches([rows]):
        records = records_sql(resource, [rows])
        con.execute(statement(f"(FROM {records} WHERE _row >= {first} AND _row < {end})"))


def _readable(con: Connection, resource: Resource, delivery: Delivery, landed: Path) -> bool:
    """Say whether what landing read is all there is to know."""
    if delivery.origin == REPLAYED:
        return True
    if delivery.refusal is not None:
        return False
    if not set(parts_of(resource)) <= set(pq.read_schema(landed).names):
        return False
    broken = con.execute(
        f'SELECT 1 FROM {parquet(landed)} r JOIN _open o ON r._row = o."row" '
        "WHERE r._defect IS NOT NULL LIMIT 1"
    ).fetchone()
    return broken is None


@dataclass(frozen=True)
class _Adding:
    """The statements that add one delivery's records, by how each finds what it stands for."""

    resource: Resource
    delivery: Delivery
    cells: bool

    def by_number(self, records: str) -> str:
        """Return the statement for records of the same numbers as the landed ones."""
        return self._open_ones(f'{records} r JOIN _open o ON r._row = o."row"')

    def by_line(self, landed: Path, records: str) -> str:
        """Return the statement for records that lie in the lines of landed ones."""
        member = "coalesce(_file, '') AS _member"
        new = f"(SELECT *, {member} FROM {records})"
        old = (
            f"(SELECT _row AS _number, _line AS _start, {member} "
            f"FROM {records_sql(self.resource, [landed])})"
        )
        return self._open_ones(
            f"{new} r ASOF JOIN {old} p ON r._member = p._member AND r._line >= p._start "
            'JOIN _open o ON p._number = o."row"'
        )

    def as_a_whole(self, records: str) -> str:
        """Return the statement for all records of a file that was refused."""
        name = literal(self.delivery.delivery)
        places = f"{name}, r._row, r._file, r._line, {name}, 0"
        return self._statement(places, f"{records} r")

    def _open_ones(self, source: str) -> str:
        name = literal(self.delivery.delivery)
        places = f'o.origin_delivery, o.origin_row, r._file, r._line, {name}, o."row"'
        return self._statement(places, source)

    def _statement(self, places: str, source: str) -> str:
        parts = parts_of(self.resource)
        cells = ", ".join(f"r.{identifier(part)}" for part in parts)
        return (
            f"INSERT INTO {CHOSEN} (_n, _cells, {identifiers((*ORIGIN, *PREVIOUS, *parts))}) "
            f"SELECT r._row, {literal(self.cells)}, {places}, {cells} "
            f"FROM {source} WHERE r._defect IS NULL ORDER BY r._row"
        )
