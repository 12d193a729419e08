"""Replay deliveries: quarantined records, repaired or unchanged, delivered once more.

Belongs here: which records go, and landing them as one delivery. Keep out: judging and promoting it
(it is a delivery like any other), the repair file's shape (`repair`), texts (`rereading`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.refusals import NOT_KEPT, DeliveryRefusal
from catalog_specs.vocabulary import FeedFormat
from landing.landing import land
from quality.quarantine.origins import (
    ARRIVAL,
    ORIGIN,
    PREVIOUS,
    attempts_sql,
    parts_of,
    parts_sql,
    replay_resource,
)
from quality.quarantine.repair import EDITED, read_repaired, refuse_lines
from quality.quarantine.rereading import CHOSEN, make_chosen, take
from quality.quarantine.states import State, load_quarantined
from register.bundles import Bundle
from register.receipts import Recognised
from register.records import Delivery
from register.register import Register, open_register
from storage.engines.connection import Connection
from storage.engines.workbench import Limits, open_workbench
from storage.layout import Layout
from storage.sql import identifier, identifiers, literal
from values.casts import has_typed_cells

__all__ = ["Landed", "Replaying", "replay_as_delivered", "replay_repaired"]

BARRED = frozenset(
    {DeliveryRefusal.HOSTILE, DeliveryRefusal.LATE, DeliveryRefusal.MANY_DELETIONS, *NOT_KEPT}
)
"""Hostile, late, secret or refused deliveries are delivered again, never replayed."""
_FILES = {
    False: ("replay.jsonl", FeedFormat.JSONL),
    True: ("replay.parquet", FeedFormat.PARQUET),
}
"""File and the feed's format, by whether the cells had types of their own."""
_BATCH = 1_024
"""Records that are written at once. The engine's own writers gather far more of them, however wide
they are, as long as they keep the order."""


@dataclass(frozen=True)
class Replaying:
    """What both ways of replaying need to know; `delivery` narrows what is replayed to one."""

    layout: Layout
    catalog: Catalog
    resource: Resource
    now: datetime
    delivery: str | None = None
    limits: Limits | None = None


@dataclass(frozen=True)
class Landed:
    """What a replay landed, and what it left where it is.

    `deliveries` is empty when there was nothing to replay; records whose cells had types are one of
    their own. `settled` counts the edited records that an earlier replay had carried already;
    `unsplit` those that still cannot be split into fields; `refused` names the deliveries that stay
    refused, with the reason.
    """

    deliveries: tuple[Delivery | Recognised, ...]
    records: int = 0
    settled: int = 0
    unsplit: int = 0
    refused: Mapping[str, str] = field(default_factory=dict)


def replay_repaired(task: Replaying, path: Path) -> Landed:
    """Land the records of an edited file.

    A record whose replay was quarantined too is also found by its first place, as long as one
    open record stands for it. One whose cells are all empty is left out. A cell that was left as
    exported keeps exactly the text in quarantine.

    Raises:
        RepairError: the file cannot be read or names what is not in quarantine; nothing is landed.
    """
    with _bench(task) as (con, scratch, register):
        read_repaired(con, task.resource, path, scratch)
        refuse_lines(
            con,
            path,
            "NOT EXISTS (FROM quarantined_records k WHERE k.delivery = edited._delivery "
            'AND k."row" = edited._row)',
            "records whose `_delivery` and `_row` are not in quarantine",
        )
        barred = _barred(task, register)
        con.execute(_stands_for(), {"delivery": task.delivery, "barred": list(barred)})
        named, found = _numbers(con, "SELECT count(*), count(_previous_row) FROM _stands_for")
        names = _names(
            con, "SELECT DISTINCT _previous_delivery FROM _stands_for WHERE _previous_row"
        )
        for one in register.landed.deliveries(names):
            for within in Bundle((one,)).stretches(task.layout):
                con.execute(_repaired(task, one, within))
        records, landed = _land(con, task, scratch)
    return Landed(landed, records, named - found, found - records, barred)


def replay_as_delivered(task: Replaying) -> Landed:
    """Land every open record once more as it was delivered.

    A delivery that was refused before any record of it was read is read as a whole.
    """
    with _bench(task) as (con, scratch, register):
        refused = _barred(task, register)
        unsplit = 0
        for one in _with_open_records(con, task, register):
            if one.delivery in refused:
                continue
            reason = take(con, task.layout, task.catalog, one)
            if reason:
                refused[one.delivery] = reason
            left = (
                f"SELECT count(*) FROM _open o WHERE NOT EXISTS (FROM {CHOSEN} c WHERE "
                f'c._previous_delivery = {literal(one.delivery)} AND c._previous_row = o."row")'
            )
            unsplit += 0 if reason else _numbers(con, left)[0]
        records, landed = _land(con, task, scratch)
    return Landed(landed, records, 0, unsplit, refused)


@contextmanager
def _bench(task: Replaying) -> Iterator[tuple[Connection, Path, Register]]:
    """Yield a connection with the resource's quarantine on it, a folder, and the register."""
    with open_workbench(task.layout.work, task.limits) as con:
        # What is chosen is written in the order of its `INSERT … ORDER BY`: with this off, DuckDB
        # may mix the rows.
        con.execute("SET preserve_insertion_order = true")
        register = open_register(task.layout, task.resource)
        load_quarantined(con, register)
        make_chosen(con, task.resource)
        with tempfile.TemporaryDirectory(prefix="replay-", dir=task.layout.work) as scratch:
            yield con, Path(scratch), register


def _barred(task: Replaying, register: Register) -> dict[str, str]:
    """Return the rejected deliveries that are not replayed, with the reason."""
    as_of = task.resource.feed.as_of
    barred = (
        BARRED - {DeliveryRefusal.LATE} if as_of is not None and as_of.late == "apply" else BARRED
    )
    rejected = (
        verdict
        for name in sorted(register.rejected)
        if task.delivery in {None, name} and (verdict := register.entries.verdict(name))
    )
    return {one.delivery: one.reasons[0] for one in rejected if barred.intersection(one.reasons)}


def _stands_for() -> str:
    """Return the table of edited records that are meant, each with the record it repairs.

    The columns of an edited record that no single repairable record stands for are null.
    """
    return f"""
        CREATE OR REPLACE TEMP TABLE _stands_for AS
        SELECT e._n, k.origin_delivery, k.origin_row,
               coalesce(o.delivery, v.delivery) AS _previous_delivery,
               coalesce(o."row", v."row") AS _previous_row
        FROM {EDITED} e JOIN quarantined_records k ON e._delivery = k.delivery AND e._row = k."row"
        LEFT JOIN (FROM quarantined_records WHERE repairable) o
          ON e._delivery = o.delivery AND e._row = o."row"
        LEFT JOIN (SELECT origin_delivery, origin_row, any_value(delivery) AS delivery,
                          any_value("row") AS "row"
                   FROM quarantined_records WHERE repairable
                   GROUP BY ALL HAVING count(*) = 1) v
          ON k.origin_delivery = v.origin_delivery AND k.origin_row = v.origin_row AND NOT k.whole
        WHERE ($delivery IS NULL OR e._delivery = $delivery)
          AND NOT list_contains($barred::VARCHAR[], e._delivery)"""


def _repaired(task: Replaying, one: Delivery, within: tuple[int, int]) -> str:
    """Return the statement that adds a stretch of a delivery's repaired records to the chosen."""
    parts = parts_of(task.resource)
    cells = ", ".join(
        f"CASE WHEN coalesce(e.{p}, '') = coalesce(l.{p}, '') THEN l.{p} ELSE e.{p} END"
        for p in map(identifier, parts)
    )
    filled = " OR ".join(f"e.{identifier(part)} <> ''" for part in parts)
    first, end = within
    return (
        f"INSERT INTO {CHOSEN} SELECT _n, {literal(has_typed_cells(one.read_as))}, "
        f"s.origin_delivery, s.origin_row, l._file, l._line, {', '.join(PREVIOUS)}, {cells} "
        f"FROM {EDITED} e JOIN _stands_for s USING (_n) "
        f"JOIN {parts_sql(task.layout, task.resource, [one.delivery])} l "
        f"ON s._previous_row = l._row WHERE ({filled}) "
        f"AND s._previous_delivery = {literal(one.delivery)} "
        f"AND l._row >= {first} AND l._row < {end} ORDER BY _previous_row, _n"
    )


def _with_open_records(
    con: Connection, task: Replaying, register: Register
) -> tuple[Delivery, ...]:
    """Return the deliveries to replay from, in order: also those of which no record was read."""
    landed = register.landed
    open_ones = set(
        _names(
            con, f"SELECT DISTINCT delivery FROM quarantined_records WHERE state = '{State.OPEN}'"
        )
    )
    attempts = attempts_sql(task.layout, register.ref, register.replays)
    tried = set(_names(con, f"SELECT DISTINCT previous_delivery FROM {attempts}"))
    return landed.deliveries(
        name
        for name, said in landed.said.items()
        if task.delivery in {None, name}
        and (name in open_ones or (said.refusal and not said.rows and name not in tried))
    )


def _land(
    con: Connection, task: Replaying, scratch: Path
) -> tuple[int, tuple[Delivery | Recognised, ...]]:
    """Write what was chosen to files and land them; nothing chosen lands nothing."""
    records, landed = 0, []
    columns = identifiers((*ORIGIN, *PREVIOUS, *parts_of(task.resource)))
    for cells, (name, read_as) in _FILES.items():
        of_these = f"FROM {CHOSEN} WHERE _cells = {literal(cells)}"
        (count,) = _numbers(con, f"SELECT count(*) {of_these}")
        if count:
            path = scratch / name
            _write(con, f"SELECT {columns} {of_these}", path, cells=cells)
            resource = replay_resource(task.resource, read_as)
            landed.append(land(task.layout, task.catalog, resource, path, task.now, ARRIVAL))
            records += count
    return records, tuple(landed)


def _write(con: Connection, query: str, path: Path, *, cells: bool) -> None:
    """Write records in their order, as Parquet or one JSON object a line."""
    found = con.execute(query).to_arrow_reader(_BATCH)
    if cells:
        with pq.ParquetWriter(path, found.schema) as writer:
            for batch in found:
                writer.write_batch(batch)
        return
    with path.open("wb") as file:
        for batch in found:
            pl.DataFrame(batch).write_ndjson(file)


def _names(con: Connection, query: str) -> list[str]:
    return [name for (name,) in con.execute(query).fetchall()]


def _numbers(con: Connection, query: str) -> tuple[int, ...]:
    found: tuple[int, ...] | None = con.execute(query).fetchone()
    return found or ()
