"""A bundle on its way to a table: its accepted records, and which of them count.

Belongs here: the value that is compared, counting its records, the last record of each key. Keep
out: what the table holds (`diff`), writing (`promotion`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog_specs.models.timing.partition import Partition
from catalog_specs.vocabulary import FeedKind
from register.bundles import Bundle, place_sql, record_sql
from storage.delta.table_shape import HASH, Column, Shape, partition_sql
from storage.engines.connection import Connection
from storage.engines.relation import Relation, as_table
from storage.sql import identifier, identifiers, same_key

if TYPE_CHECKING:
    from storage.engines.spark.elsewhere import Elsewhere

__all__ = [
    "Incoming",
    "accepted_rows",
    "each_key_once",
    "latest_sql",
    "lineage_sql",
    "new_query",
    "partitions_of",
]

_COUNTING = "_promotion_counting"
LOWEST = -9223372036854775808
"""The sequence of a record that has none: the least BIGINT, so that any other one is later."""


@dataclass(frozen=True)
class Incoming:
    """The records of a bundle, and the shape of the table that they are meant for.

    `accepted` has `_row` and every stored item (change feeds also `_op`, `_seq`), and may have
    `HASH`. `quarantined` has the typed keys of the quarantined records, and `_raw`, the text of a
    record that could not be split; None where there are none. `known` has the sequences that
    earlier deliveries brought for a change feed's keys; None when nothing is known.
    """

    kind: FeedKind
    shape: Shape
    key: tuple[str, ...]
    bundle: Bundle
    accepted: Relation
    quarantined: Relation | None = None
    known: Relation | None = None

    @property
    def con(self) -> Connection:
        """Return the connection that the records stand on."""
        return self.accepted.con

    @property
    def single(self) -> bool:
        """Say whether it is one delivery alone."""
        return len(self.bundle.deliveries) == 1

    @property
    def where(self) -> str:
        """Return the name of the bundle, for messages."""
        return f"{self.bundle.resource}/{self.bundle.name}"

    @property
    def elsewhere(self) -> Elsewhere | None:
        """Return the second engine, where it wrote the records and compares them."""
        return self.accepted.elsewhere

    @property
    def hashed(self) -> bool:
        """Say whether each record has the hash of what the table is to hold of it beside it."""
        found = self.con.execute(f"FROM {self.accepted.sql} LIMIT 0").description
        return HASH in {name for name, *_ in found}

    @property
    def typed_key(self) -> tuple[Column, ...]:
        """Return the key's columns."""
        return tuple(column for column in self.shape.columns if column.name in self.key)


def accepted_rows(incoming: Incoming) -> tuple[int, ...]:
    """Return how many records the gate accepted of each delivery of the bundle, by its place."""
    place = "0" if incoming.single else place_sql()
    found: dict[int, int] = dict(
        incoming.con.execute(
            f"SELECT {place}, count(*) FROM {incoming.accepted.sql} GROUP BY 1"
        ).fetchall()
    )
    return tuple(found.get(place, 0) for place in range(len(incoming.bundle.deliveries)))


def each_key_once(incoming: Incoming) -> bool:
    """Say whether no key occurs twice among the accepted records of one delivery.

    Most registers are delivered in the order of their key, which is seen in a fraction of the time
    that grouping takes: where each key is greater than the one before, in whatever order they are
    read, all are different.
    """
    one = [*(() if incoming.single else [place_sql()]), *map(identifier, incoming.key)]
    before = ", ".join(f"lag({part}) OVER ()" for part in one)
    out_of_order = incoming.con.execute(
        f"SELECT 1 FROM (SELECT lag(_row) OVER () AS _before, "
        f"({', '.join(one)}) > ({before}) AS _behind FROM {incoming.accepted.sql}) "
        "WHERE _before IS NOT NULL AND _behind IS NOT TRUE LIMIT 1"
    ).fetchall()
    if not out_of_order:
        return True
    doubled = incoming.con.execute(
        f"SELECT 1 FROM {incoming.accepted.sql} GROUP BY {', '.join(one)} "
        "HAVING count(*) > 1 LIMIT 1"
    ).fetchall()
    return not doubled


def partitions_of(incoming: Incoming, partition: Partition) -> frozenset[str | None]:
    """Return the partitions that the accepted records name: all that the bundle may change."""
    typed = next(c for c in incoming.typed_key if c.name == partition.of)
    name = identifier(typed.name)
    found = incoming.con.execute(
        f"SELECT DISTINCT {partition_sql(partition)} FROM "
        f"(SELECT CAST({name} AS {typed.type}) AS {name} FROM {incoming.accepted.sql})"
    ).fetchall()
    return frozenset(name for (name,) in found)


def new_query(incoming: Incoming) -> str:
    """Return the content of a table that holds nothing yet, from a single delivery."""
    stored = identifiers([*incoming.key, *(column.name for column in incoming.shape.values)])
    living = "WHERE _op IN ('I', 'U')" if incoming.kind is FeedKind.CHANGES else ""
    return f"SELECT {stored}, {lineage_sql(incoming, '_row')} FROM {latest_sql(incoming)} {living}"


def lineage_sql(incoming: Incoming, row: str) -> str:
    """Return the lineage columns of the record whose number in the bundle is `row`."""
    return f"{incoming.bundle.delivery_sql(row)} AS _delivery, {record_sql(row)} AS _row"


def latest_sql(incoming: Incoming) -> str:
    """Return accepted records as SQL behind FROM, of each delivery each key's last record.

    That is the one with the highest `_seq` of a change feed, then the highest `_row`; none where an
    earlier delivery had a higher `_seq` of the key.
    """
    accepted = incoming.accepted.sql
    if incoming.kind is FeedKind.CHANGES:
        counting = _in_order(incoming)
        if incoming.elsewhere is not None:
            # their order takes what its words lack; it is one of keys and numbers, and found here
            counting = f"SELECT _row FROM {as_table(incoming.con, _COUNTING, counting).sql}"
        return f"(FROM {accepted} WHERE _row IN ({counting}))"
    if each_key_once(incoming):
        return accepted
    last = f"SELECT max(_row) FROM {accepted} GROUP BY {_by_delivery(incoming)}"
    return f"(FROM {accepted} WHERE _row IN ({last}))"


def _by_delivery(incoming: Incoming) -> str:
    return ", ".join([*map(identifier, incoming.key), place_sql()])


def _in_order(incoming: Incoming) -> str:
    """Return a SELECT of the change records that count: last of their delivery, and not late.

    Late is what has a lower sequence than an earlier delivery had for the key, in this bundle or
    before it. A record of the same sequence is applied: a source may count more coarsely than it
    changes.
    """
    keys = identifiers(incoming.key)
    rank = f"max({{'s': coalesce(_seq, {LOWEST}), 'r': _row}})"
    last = (
        f"(SELECT {keys}, {place_sql()} AS _place, {rank} AS _last FROM {incoming.accepted.sql} "
        f"WHERE _op IN ('I', 'U', 'D') GROUP BY ALL)"
    )
    before = [str(LOWEST)]
    if not incoming.single:
        own = ", ".join(f"l.{identifier(name)}" for name in incoming.key)
        frame = "ORDER BY l._place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        before.append(f"max(l._last.s) OVER (PARTITION BY {own} {frame})")
    source = f"{last} l"
    if incoming.known:
        source += f" LEFT JOIN {incoming.known.sql} k ON {same_key('l', 'k', incoming.key)}"
        before.append("k._seq")
    return (
        f"SELECT _last.r AS _row FROM (SELECT l._last, greatest({', '.join(before)}) AS _before "
        f"FROM {source}) WHERE _last.s >= _before"
    )
