"""Change sequences: the highest one of every key of a change feed, deletions included.

Belongs here: the table that remembers it, asking it, adding to it, recovering it from landing. Keep
out: what is late and what follows (`diff`), the authoritative table (`authoritative`).
A row names the delivery that brought it, is written before that delivery is applied, and is asked
only by later ones. So whoever dies between the two commits, or fills a table anew, gets the same
answers again. What the table lacks (it is lost, or an older release applied something) is read from
landing once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from quality.accepted import accepted_sql
from register.bundles import ROW_SPAN, Bundle, place_sql
from register.records import Delivery
from register.register import open_register
from storage.delta.appending import append
from storage.delta.commits import Commit, retrying
from storage.delta.fast_write import bulk_write
from storage.delta.table_shape import Column, Shape, arrow_schema, authoritative_shape
from storage.delta.tables import Snapshot, snapshot
from storage.engines.connection import Connection
from storage.engines.relation import Relation
from storage.layout import Layout
from storage.sql import identifier, identifiers, literal, same_key

__all__ = ["Order", "sequences_shape"]

_KNOWN = "_sequences_known"
_MINE, _FOUND, _NEW = "_sequences_mine", "_sequences_found", "_sequences_new"
_ENTRIES = 500_000
"""More new rows than this rewrite the table in DuckDB, whose memory is bounded."""
_FILES = 64
"""With more files than this the table is rewritten with each key once, so that it stays small."""


def sequences_shape(catalog: Catalog, resource: Resource) -> Shape:
    """Return the shape of a change feed's table of sequences: its key, and how far it has come."""
    whole = authoritative_shape(catalog, resource)
    keys = tuple(column for column in whole.columns if column.name in resource.key)
    return replace(
        whole,
        name=f"{resource.name}（变更序号）",
        description="各主键已应用的最大变更序号，含已删除的主键；用于识别迟到的变更。",
        columns=(
            *keys,
            Column("_seq", "BIGINT", "已应用的最大变更序号"),
            Column("_since", "BIGINT", "带来该序号的交付批次序号"),
        ),
        log_days=0,
        partition=None,
    )


@dataclass(frozen=True)
class Order:
    """The sequences of one change feed, as a bundle of it is applied from the place `first` on.

    `accepted` are the bundle's accepted records.
    """

    layout: Layout
    catalog: Catalog
    bundle: Bundle
    accepted: Relation
    first: int = 0

    def remember(self) -> Relation:
        """Add what the bundle brings; return what was known of its keys before.

        That is the key's columns and `_seq`.

        Raises:
            TransientError: other writers were in the way every time.
        """
        return retrying(self.layout.sequences(self._resource.ref), self._remember)

    def _remember(self) -> Relation:
        found = snapshot(self.layout.sequences(self._resource.ref))
        fits = found is not None and _alike(found.columns) == _alike(self._shape.columns)
        known = Relation(self.con, _KNOWN)
        self._mine()
        self._recover(found if fits else None)
        stored = f"SELECT * FROM {found.scan_sql()}" if found and fits else ""
        earlier = f"FROM {_FOUND}" + (f" UNION ALL {stored}" if stored else "")
        # only earlier deliveries: after a kill the table has this bundle's own entries already,
        # and they must not make its records late
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {known.sql} AS SELECT {self._keys}, max(_seq) AS _seq "
            f"FROM ({earlier}) l SEMI JOIN {_MINE} m ON {same_key('l', 'm', self._key)} "
            f"WHERE l._since < {self._from} GROUP BY {self._keys}"
        )
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_NEW} AS FROM {_FOUND} UNION ALL SELECT m.* "
            f"FROM {_MINE} m LEFT JOIN {known.sql} k ON {same_key('m', 'k', self._key)} "
            "WHERE k._seq IS NULL OR m._seq > k._seq"
        )
        self._write(found, stored)
        self.con.execute(f"DROP TABLE {_MINE}; DROP TABLE {_FOUND}; DROP TABLE {_NEW}")
        return known

    @property
    def con(self) -> Connection:
        """Return the connection that the records stand on."""
        return self.accepted.con

    @property
    def _resource(self) -> Resource:
        return self.catalog.resource(self.bundle.resource)

    @property
    def _key(self) -> Sequence[str]:
        return self._resource.key

    @property
    def _keys(self) -> str:
        return identifiers(self._key)

    @property
    def _from(self) -> int:
        """Return the sequence number of the first delivery that is applied now."""
        return self.bundle.deliveries[self.first].sequence

    @property
    def _shape(self) -> Shape:
        return sequences_shape(self.catalog, self._resource)

    def _mine(self) -> None:
        """Make the table of the bundle's keys: highest sequence, and the delivery it is from."""
        numbers = literal([one.sequence for one in self.bundle.deliveries])
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_MINE} AS SELECT {self._keys}, max(_seq) AS _seq, "
            f"max_by({numbers}[1 + {place_sql()}], _seq) AS _since FROM {self.accepted.sql} "
            f"WHERE _op IS NOT NULL AND _seq IS NOT NULL AND _row >= {self.first * ROW_SPAN} "
            f"GROUP BY {self._keys}"
        )

    def _recover(self, found: Snapshot | None) -> None:
        """Make the table of what passed deliveries brought that the stored table does not cover."""
        keys = ", ".join(
            f"CAST(NULL AS {c.type}) AS {identifier(c.name)}" for c in self._shape.columns
        )
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {_FOUND} AS SELECT {keys} WHERE FALSE")
        for records in accepted_sql(
            self.layout, self.catalog, self._resource, self._uncovered(found)
        ):
            since = "CAST(split_part(_delivery, '-', 1) AS BIGINT)"
            self.con.execute(
                f"INSERT INTO {_FOUND} SELECT {self._keys}, max(_seq), max_by({since}, _seq) "
                f"FROM {records} WHERE _op IS NOT NULL AND _seq IS NOT NULL GROUP BY {self._keys}"
            )

    def _uncovered(self, found: Snapshot | None) -> list[Delivery]:
        covered = (found and found.transaction_version(self._app_id)) or 0
        if covered + 1 >= self._from:
            return []
        register = open_register(self.layout, self._resource)
        return list(register.landed.deliveries(register.passed_between(covered + 1, self._from)))

    @property
    def _app_id(self) -> str:
        return f"sequences/{self._resource.ref}"

    def _write(self, found: Snapshot | None, stored: str) -> None:
        """Add new sequences; a table whose key is no longer the catalogue's is written again."""
        last = self.bundle.last.sequence
        commit = Commit(self._app_id, last, {"delivery": self.bundle.last.delivery})
        path = self.layout.sequences(self._resource.ref)
        if found is None or not stored:
            bulk_write(self.con, f"FROM {_NEW}", found or path, self._shape, commit)
            return
        if (found.transaction_version(self._app_id) or 0) >= last:
            return
        (count,) = self.con.execute(f"SELECT count(*) FROM {_NEW}").fetchone() or (0,)
        if count > _ENTRIES or len(found.files) > _FILES:
            once = (
                f"SELECT {self._keys}, max(_seq) AS _seq, max_by(_since, _seq) AS _since "
                f"FROM ({stored}) WHERE _since < {self._from} GROUP BY {self._keys}"
            )
            bulk_write(self.con, f"{once} UNION ALL FROM {_NEW}", found, self._shape, commit)
            return
        rows = self.con.sql(f"FROM {_NEW}").to_arrow_table()
        append(path, rows.cast(arrow_schema(self._shape.columns)), commit, self._shape)


def _alike(columns: Iterable[Column]) -> dict[str, str]:
    """Return column → type: all that two tables of sequences must have in common."""
    return {column.name: column.type for column in columns}
