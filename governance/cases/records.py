"""Records that cases are about: found by key or by place, known again by keyed digests.

Belongs here: looking such records up in an authoritative table, and their digests. Keep out: what
follows for a case (`corrections`), the store. No value leaves this module but as a digest, which
nobody can undo or compare without the installation's master key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from governance.keys import KeyRing
from storage.delta.table_shape import authoritative_shape
from storage.delta.tables import Snapshot
from storage.engines.connection import Connection
from storage.sql import identifier

__all__ = ["Asked", "Place", "Record", "known_again", "record_with_key", "still_there"]

PURPOSE = "corrections"
_AT_ONCE = 100_000
"""Records whose digests are made at a time: memory stays bounded whatever a delivery changed."""

Place = tuple[str, int]
"""Delivery and record number, which name one version of one record."""


@dataclass(frozen=True)
class Record:
    """One version of one record: its place, a digest of its key, and one of key, item and value."""

    place: Place
    key: str
    value: str


@dataclass(frozen=True)
class Asked:
    """One item of a resource, in one version of its table."""

    catalog: Catalog
    resource: Resource
    item: str
    found: Snapshot

    def sql(self) -> str:
        """Return a SELECT of place, key and value as text, to put behind FROM."""
        shape = authoritative_shape(self.catalog, self.resource)
        key = ", ".join(f"CAST({identifier(code)} AS VARCHAR)" for code in self.resource.key)
        value = f"CAST({identifier(self.item)} AS VARCHAR)"
        return (
            f"(SELECT *, CAST([{key}] AS VARCHAR) AS _key, coalesce('=' || {value}, '') AS _value "
            f"FROM {self.found.select_sql(shape.columns)})"
        )


def record_with_key(
    con: Connection, asked: Asked, keys: KeyRing, key: Mapping[str, str]
) -> Record | None:
    """Return the record with this key; None when the table has none.

    `key` gives every key item as text, days and moments in ISO 8601.
    """
    shape = authoritative_shape(asked.catalog, asked.resource)
    same = " AND ".join(
        f"{identifier(column.name)} = TRY_CAST(${column.name} AS {column.type})"
        for column in shape.columns
        if column.key
    )
    query = f"SELECT _delivery, _row, _key, _value FROM {asked.sql()} WHERE {same}"
    rows = con.execute(query, dict(key)).pl()
    return next(_records(rows, asked, keys, keys.version), None)


def still_there(con: Connection, found: Snapshot, places: Sequence[Place]) -> set[Place]:
    """Return which of some versions of records a table still holds, by its files' bounds."""
    held: set[Place] = set()
    for delivery in dict.fromkeys(delivery for delivery, _ in places):
        files = found.files_with("_delivery", delivery)
        numbers = [number for name, number in places if name == delivery]
        rows = con.execute(
            f"SELECT _row FROM {replace(found, files=files).scan_sql()} "
            "WHERE _delivery = ? AND list_contains(?, _row)",
            [delivery, numbers],
        ).fetchall()
        held |= {(delivery, number) for (number,) in rows}
    return held


def known_again(
    con: Connection, asked: Asked, keys: KeyRing, wanted: Mapping[str, tuple[int, str]]
) -> Iterator[tuple[str, Record]]:
    """Yield the present version of records that were changed since, by the digests of their keys.

    `wanted` is digest of a key → version of the master key it was made with, and the delivery that
    brought the former version. Only what later deliveries brought is read.
    """
    since = min(delivery for _, delivery in wanted.values())
    versions = sorted({version for version, _ in wanted.values()})
    query = f"SELECT _delivery, _row, _key, _value FROM {asked.sql()} WHERE _delivery > ?"
    for batch in con.execute(query, [since]).to_arrow_reader(_AT_ONCE):
        rows = pl.from_arrow(batch)
        for version in versions:
            for one in _records(rows, asked, keys, version, wanted.keys()):
                if wanted[one.key][0] == version:
                    yield one.key, one


def _records(
    rows: Any,  # noqa: ANN401 - polars gives a frame or a series of what is Arrow
    asked: Asked,
    keys: KeyRing,
    version: int,
    wanted: Any = None,  # noqa: ANN401
) -> Iterator[Record]:
    import polars_hash  # noqa: F401 - registers the namespace `chash`

    secret = keys.derive(f"{PURPOSE}:{asked.resource.ref}", version).text
    keyed = rows.with_columns(_digest(pl.col("_key"), secret).alias("_digest"))
    if wanted is not None:
        keyed = keyed.filter(pl.col("_digest").is_in(list(wanted)))
    value = pl.concat_str("_key", pl.lit(f"\n{asked.item}\n"), "_value")
    for row in keyed.with_columns(_digest(value, secret).alias("_observed")).iter_rows(named=True):
        yield Record((row["_delivery"], row["_row"]), row["_digest"], row["_observed"])


def _digest(text: pl.Expr, secret: str) -> pl.Expr:
    made: pl.Expr = text.chash.hmac_sha256(key=secret)  # type: ignore[attr-defined]
    return made
