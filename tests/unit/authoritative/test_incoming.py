"""What a bundle brings: how many records, and which one of a key counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from authoritative.incoming import Incoming, accepted_rows, each_key_once, latest_sql, new_query
from catalog_specs.vocabulary import FeedKind
from register.bundles import ROW_SPAN, Bundle
from storage.delta.table_shape import authoritative_shape
from storage.engines.connection import Connection
from storage.engines.relation import Relation, as_table
from tests.city import FIRM
from tests.city.registers import delivery
from tests.city.resources import catalog_of, firm
from tests.city.tables import bench, feed


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Connection]:
    """Yield a workbench."""
    with bench(tmp_path) as made:
        yield made


def incoming(
    con: Connection,
    kind: FeedKind,
    *deliveries: Sequence[dict[str, Any]],
    known: Relation | None = None,
) -> Incoming:
    """Return the records of some deliveries of firms, numbered as a bundle numbers them."""
    catalog = catalog_of(firm())
    for place, records in enumerate(deliveries):
        one = feed(con, catalog, FIRM, records, "one")
        placed = f"SELECT * REPLACE (_row + {place * ROW_SPAN} AS _row) FROM {one.sql}"
        before = "FROM gathered UNION ALL " if place else ""
        as_table(con, "more", f"{before}{placed}")
        as_table(con, "gathered", "FROM more")
    bundle = Bundle(tuple(delivery(FIRM, n) for n in range(1, len(deliveries) + 1)))
    shape = authoritative_shape(catalog, catalog.resource(FIRM))
    return Incoming(kind, shape, ("uscc",), bundle, Relation(con, "gathered"), known=known)


def record(
    uscc: str | None, name: str, seq: int | None = 1, op: str | None = "U"
) -> dict[str, Any]:
    """Return a firm's record."""
    return {"uscc": uscc, "firm_name": name, "capital": Decimal(1), "_op": op, "_seq": seq}


def latest(one: Incoming) -> list[str]:
    """Return the names in the records that count."""
    rows = one.con.execute(f"SELECT firm_name FROM {latest_sql(one)}").fetchall()
    return sorted(name for (name,) in rows)


def test_records_are_counted_by_delivery(con: Connection) -> None:
    """Each delivery has its own count, one without records too."""
    one = incoming(con, FeedKind.UPSERT, [record("A", "甲")], [], [record("A", "乙")] * 2)
    assert accepted_rows(one) == (1, 0, 2)
    assert not one.single


def test_the_last_record_of_a_key_counts_in_each_delivery(con: Connection) -> None:
    """Keys that are null are one key; the same key in another delivery is another record."""
    first = [record("A", "1"), record(None, "2"), record("A", "3"), record(None, "4")]
    one = incoming(con, FeedKind.UPSERT, first, [record("A", "5")])
    assert not each_key_once(one)
    assert latest(one) == ["3", "4", "5"]


def test_without_repeats_every_record_counts(con: Connection) -> None:
    """Then nothing is looked for twice: the records themselves are what counts."""
    one = incoming(con, FeedKind.SNAPSHOT, [record("A", "1"), record("B", "2")])
    assert each_key_once(one)
    assert latest_sql(one) == one.accepted.sql


@pytest.mark.parametrize(
    ("keys", "once"),
    [(keys, True) for keys in ("", "A", "ABC", "CBA", "BAC")]
    + [(keys, False) for keys in ("AA", "ABA", "ABB", "CAC", "AB__")],
)
def test_a_key_is_found_twice_in_any_order(con: Connection, keys: str, once: bool) -> None:
    """In the order of the keys and in no order; `_` is a key that is null."""
    records = [record(None if key == "_" else key, "x") for key in keys]
    assert each_key_once(incoming(con, FeedKind.UPSERT, records)) is once


def test_of_a_change_feed_the_highest_sequence_counts(con: Connection) -> None:
    """Not the last place; a record of no known operation does not count at all."""
    first = [record("A", "3", 3), record("A", "1", 1), record("B", "x", 9, None)]
    assert latest(incoming(con, FeedKind.CHANGES, first)) == ["3"]


def test_a_late_change_does_not_count(con: Connection) -> None:
    """Late after an earlier delivery of the bundle or after what is known; equal is not late."""
    known = as_table(con, "known", "SELECT 'B' AS uscc, CAST(5 AS BIGINT) AS _seq")
    one = incoming(
        con,
        FeedKind.CHANGES,
        [record("A", "A7", 7), record("B", "B4", 4), record("C", "C", None)],
        [record("A", "A6", 6), record("B", "B5", 5), record("C", "C0", 0)],
        known=known,
    )
    assert latest(one) == ["A7", "B5", "C", "C0"]


def test_the_content_of_a_new_table_names_its_delivery(con: Connection) -> None:
    """What is deleted before it ever was is no row; every row says where it is from."""
    first = [record("A", "甲"), record("B", "乙", 1, "D"), record("C", "丙", 1, "I")]
    one = incoming(con, FeedKind.CHANGES, first)
    rows = con.execute(
        f"SELECT uscc, _delivery, _row FROM ({new_query(one)}) ORDER BY 1"
    ).fetchall()
    assert rows == [("A", "000001-aaaaaaaaaaaa", 1), ("C", "000001-aaaaaaaaaaaa", 3)]
