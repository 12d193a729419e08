"""Lineage: from a row of an authoritative table to version, delivery, file, line and verdict.

Belongs here: answering that for one key, from what is stored. Keep out: printing. No value is
returned but the landed record, when it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CatalogLookupError
from catalog_specs.models.resource import Resource
from quality.quarantine.origins import ORIGIN
from register.bundles import landed_file
from register.receipts import raw_file, read_receipt, rows_file
from register.records import REPLAYED, Delivery
from register.register import Register, open_register
from storage.delta.table_shape import authoritative_shape
from storage.delta.tables import Snapshot, commits, snapshot
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.sql import identifier, parquet
from values.delivered import delivered_sql

__all__ = ["Applied", "Passed", "Place", "RowLineage", "key_of", "place_of", "row_lineage"]


@dataclass(frozen=True)
class Place:
    """One record as it was delivered: where it lies, and what the receipt says of its file."""

    delivery: str
    sequence: int
    record: int
    """Its number in the delivery, from 1."""
    file: str
    member: str | None
    """The file inside an archive."""
    line: int | None
    """Line of the file, or row of the sheet, on which it begins."""
    path: str
    """The raw file as it was delivered."""
    sha256: str
    landed_at: str
    arrived_by: str
    """`inbox`, `sql`, `http` or `replay`."""
    watermark: str | None
    as_of: str | None
    filing_no: str | None


@dataclass(frozen=True)
class Applied:
    """The commit that brought the row's present version; None where the log no longer tells."""

    version: int
    """Delta version."""
    at: str
    actor: str | None
    approval: str | None


@dataclass(frozen=True)
class Passed:
    """The verdict that let the delivery in."""

    kind: str
    judged_at: str
    accepted: int
    quarantined: int
    catalog_digest: str


@dataclass(frozen=True)
class RowLineage:
    """The whole way of one row; `origin` is its first delivery when it came through a replay."""

    resource: str
    table: str
    table_version: int
    """The version that was asked: the newest."""
    applied: Applied | None
    verdict: Passed | None
    place: Place
    origin: Place | None
    record: str | None = None
    """The record as it was landed; only when asked for."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        shown = asdict(self)
        return (
            shown if self.record is not None else {k: v for k, v in shown.items() if k != "record"}
        )


def key_of(resource: Resource, words: tuple[str, ...]) -> dict[str, str]:
    """Return item → text from `item=value` words, or from values in the order of the key.

    Raises CatalogLookupError for words that do not name the whole key, once.
    """
    names = resource.key
    parted = [word.partition("=") for word in words]
    named = {name: value for name, sign, value in parted if sign and name in names}
    if len(named) == len(words) == len(names):
        return named
    if len(words) == len(names) and not named:
        return dict(zip(names, words, strict=True))
    raise CatalogLookupError(
        f"{len(words)} word(s) do not name the key",
        where=resource.ref,
        remedy=f"give {' '.join(f'{name}=…' for name in names)}, or the values in this order",
    )


def row_lineage(
    layout: Layout, catalog: Catalog, ref: str, key: Mapping[str, str], *, record: bool = False
) -> RowLineage | None:
    """Return where the row with this key is from; None when there is no such row.

    `key` gives every key item as text, days and moments in ISO 8601.
    """
    resource = catalog.resource(ref)
    found = snapshot(layout.authoritative(ref))
    if found is None:
        return None
    with open_workbench(layout.work) as con:
        row = _row(con, catalog, resource, found, key)
        if row is None:
            return None
        name, number = row
        delivery = read_receipt(layout.receipt(ref, name))
        rows = landed_file(layout, delivery)
        text = None
        if record:
            query = f"SELECT raw FROM ({delivered_sql(resource, rows)}) WHERE _row = ?"
            (text,) = con.execute(query, [number]).fetchone() or (None,)
        return RowLineage(
            resource=ref,
            table=str(layout.authoritative(ref)),
            table_version=found.version,
            applied=_applied(found, name),
            verdict=_verdict(open_register(layout, resource), name),
            place=place_of(con, layout, delivery, number),
            origin=_origin(con, layout, delivery, number),
            record=text,
        )


def _row(
    con: Connection,
    catalog: Catalog,
    resource: Resource,
    found: Snapshot,
    key: Mapping[str, str],
) -> tuple[str, int] | None:
    shape = authoritative_shape(catalog, resource)
    same = " AND ".join(
        f"{identifier(column.name)} = TRY_CAST(${column.name} AS {column.type})"
        for column in shape.columns
        if column.name in resource.key
    )
    query = f"SELECT _delivery, _row FROM {found.select_sql(shape.columns)} WHERE {same}"
    row: tuple[str, int] | None = con.execute(query, dict(key)).fetchone()
    return row


def _applied(found: Snapshot, delivery: str) -> Applied | None:
    """Find the commit that applied a delivery; commits of bundles name several."""
    for entry in commits(found.path):
        if delivery in {name for name, *_ in json.loads(entry.get("deliveries", "[]"))}:
            moment = datetime.fromtimestamp(entry["timestamp"] / 1000, tz=UTC)
            at = entry.get("promoted_at") or moment.isoformat()
            version, actor = int(entry["version"]), entry.get("actor")
            return Applied(version, at, actor, entry.get("approval"))
    return None


def _verdict(register: Register, delivery: str) -> Passed | None:
    one = register.entries.verdict(delivery)
    if one is None:
        return None
    return Passed(one.kind.value, one.judged_at, one.accepted, one.quarantined, one.catalog_digest)


def place_of(con: Connection, layout: Layout, delivery: Delivery, number: int) -> Place:
    """Return where a record of a delivery lies, and what its receipt says."""
    if delivery.plain is not None:
        return _placed(layout, delivery, number, None, delivery.plain.head + number)
    rows = rows_file(layout, delivery.resource, delivery.delivery)
    stored = pq.read_schema(rows).names
    shown = ", ".join(name if name in stored else "NULL" for name in ("_file", "_line"))
    member, line = con.execute(
        f"SELECT {shown} FROM {parquet(rows)} WHERE _row = ?",
        [number],
    ).fetchone() or (None, None)
    return _placed(layout, delivery, number, member, line)


def _placed(
    layout: Layout, delivery: Delivery, number: int, member: str | None, line: int | None
) -> Place:
    return Place(
        delivery=delivery.delivery,
        sequence=delivery.sequence,
        record=number,
        file=", ".join(delivery.files),
        member=member,
        line=line,
        path=str(raw_file(layout, delivery)),
        sha256=delivery.sha256,
        landed_at=delivery.landed_at,
        arrived_by=delivery.origin,
        watermark=delivery.watermark,
        as_of=delivery.as_of,
        filing_no=delivery.filing_no,
    )


def _origin(con: Connection, layout: Layout, delivery: Delivery, number: int) -> Place | None:
    if delivery.origin != REPLAYED:
        return None
    rows = rows_file(layout, delivery.resource, delivery.delivery)
    name, first, member, line = con.execute(
        f"SELECT {', '.join(ORIGIN)} FROM {parquet(rows)} WHERE _row = ?", [number]
    ).fetchone() or ("", "0", None, None)
    origin = read_receipt(layout.receipt(delivery.resource, name))
    return _placed(layout, origin, int(first), member, None if line is None else int(line))
