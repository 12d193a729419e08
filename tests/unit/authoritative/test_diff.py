"""The difference between a bundle and a table: its counts, its change set, the whole content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from authoritative import diff
from authoritative.diff import Difference, compared
from authoritative.incoming import Incoming
from catalog_specs.vocabulary import FeedKind
from register.bundles import ROW_SPAN, Bundle
from register.records import Counts
from storage.delta.table_shape import HASH, authoritative_shape
from storage.engines.connection import Connection
from storage.engines.relation import Relation, as_table, as_view
from tests.city import PERSON
from tests.city.registers import delivery
from tests.city.resources import catalog_of, person
from tests.city.tables import bench, feed, someone

CATALOG = catalog_of(person())
SHAPE = authoritative_shape(CATALOG, CATALOG.resource(PERSON))


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Connection]:
    """Yield a workbench."""
    with bench(tmp_path) as made:
        yield made


def table(con: Connection, *people: dict[str, Any]) -> Relation:
    """Return a table of people that an earlier delivery brought."""
    made = feed(con, CATALOG, PERSON, people, "t_feed")
    stored = ", ".join(f'"{name}"' for name in SHAPE.names if not name.startswith("_"))
    return as_table(con, "t_table", f"SELECT {stored}, 'old' AS _delivery, _row FROM {made.sql}")


def brought(
    con: Connection,
    people: Sequence[dict[str, Any]],
    kind: FeedKind = FeedKind.SNAPSHOT,
    quarantined: Relation | None = None,
) -> Incoming:
    """Return one delivery of people."""
    accepted = feed(con, CATALOG, PERSON, people, "t_accepted")
    bundle = Bundle((delivery(PERSON, 2, len(people)),))
    return Incoming(kind, SHAPE, ("resident_id",), bundle, accepted, quarantined)


def changes(found: Difference) -> list[tuple[str, str]]:
    """Return what becomes of which key."""
    return sorted(
        found.incoming.con.execute(f"SELECT _change, resident_id FROM {found.net.sql}").fetchall()
    )


def key(number: int) -> str:
    """Return the key of a person."""
    return str(someone(number)["resident_id"])


OLD = [someone(n) for n in range(4)]
NEW = [someone(0), someone(1, children=77), someone(2, income=None), someone(9)]


def test_a_snapshot_says_what_is_there_no_more(con: Connection) -> None:
    """New, changed and absent keys are changes; a value that becomes null is one too."""
    with compared(brought(con, NEW), table(con, *OLD)) as found:
        assert found.counts == (Counts(1, 2, 1, 1),)
        assert changes(found) == [("D", key(3)), ("I", key(9)), ("U", key(1)), ("U", key(2))]


@pytest.mark.parametrize(
    ("at_hand", "most", "rows"),
    [(diff.AT_HAND, diff.MOST, 3), (0, 0, 3), (0, diff.MOST, 4)],
    ids=["kept", "read again", "most of the table"],
)
def test_an_upsert_deletes_nothing(
    con: Connection, monkeypatch: pytest.MonkeyPatch, at_hand: int, most: int, rows: int
) -> None:
    """Whether its own stored rows are kept or read again, or it is compared with all of them."""
    monkeypatch.setattr(diff, "AT_HAND", at_hand)
    monkeypatch.setattr(diff, "MOST", most)
    monkeypatch.setattr(diff, "LOOKED_AT", 3)
    with compared(brought(con, NEW, FeedKind.UPSERT), table(con, *OLD)) as found:
        assert found.counts == (Counts(1, 2, 0, 1),)
        assert changes(found) == [("I", key(9)), ("U", key(1)), ("U", key(2))]
        stored = con.execute(f"SELECT resident_id FROM {found.change_set().stored.sql}").fetchall()
        assert sorted(stored) == [(key(n),) for n in range(rows)]


@pytest.mark.parametrize("hashed", [True, False], ids=["hashes at hand", "no hashes"])
@pytest.mark.parametrize("kind", [FeedKind.SNAPSHOT, FeedKind.UPSERT])
def test_what_changed_rows_were_is_told_by_the_comparison(
    con: Connection, monkeypatch: pytest.MonkeyPatch, kind: FeedKind, *, hashed: bool
) -> None:
    """Where the table is compared as a whole, it is not read for that again."""
    monkeypatch.setattr(diff, "MERGE_SHARE", 1.0)
    monkeypatch.setattr(diff, "AT_HAND", 0)
    monkeypatch.setattr(diff, "LOOKED_AT", 2)
    incoming, current = brought(con, NEW, kind), table(con, *OLD)
    if hashed:
        hashes = f"SELECT *, {SHAPE.hash_sql} AS {HASH} FROM {incoming.accepted.sql}"
        incoming = replace(incoming, accepted=as_view(con, "t_hashed", hashes))
    gone = [key(3)] if kind is FeedKind.SNAPSHOT else []
    with compared(incoming, current) as found:
        assert changes(found) == [("D", k) for k in gone] + [
            ("I", key(9)),
            ("U", key(1)),
            ("U", key(2)),
        ]
        con.execute("DROP TABLE t_table")
        stored = con.execute(f"FROM {found.change_set().stored.sql} ORDER BY ALL").fetchall()
    was = table(con, *OLD)
    keys = ", ".join(f"'{one}'" for one in (key(1), key(2), *gone))
    query = f"FROM {was.sql} WHERE resident_id IN ({keys}) ORDER BY ALL"
    assert stored == con.execute(query).fetchall()


def test_of_much_that_changed_nothing_is_told(
    con: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is written whole needs no row as it was."""
    monkeypatch.setattr(diff, "LOOKED_AT", 3)
    with compared(brought(con, NEW), table(con, *OLD)) as found:
        assert found.stored is found.current


def test_change_set_and_content_come_to_the_same(con: Connection) -> None:
    """Applied to the table, the one gives the other; what is untouched keeps its lineage."""
    with compared(brought(con, NEW), table(con, *OLD)) as found:
        rows = found.change_set().rows
        assert con.execute(f"SELECT DISTINCT _delivery FROM {rows.sql}").fetchall() == [
            (delivery(PERSON, 2).delivery,)
        ]
        names = ", ".join(f'"{name}"' for name in SHAPE.names)
        applied = (
            f"SELECT {names} FROM {found.current.sql} ANTI JOIN {rows.sql} USING (resident_id) "
            f"UNION ALL SELECT {names} FROM {rows.sql} WHERE _change <> 'D'"
        )
        content = con.execute(f"FROM ({found.content()}) ORDER BY resident_id").fetchall()
        assert content == con.execute(f"FROM ({applied}) ORDER BY resident_id").fetchall()
        lineage = [(row[0], *row[-2:]) for row in content]
    mine = delivery(PERSON, 2).delivery
    assert lineage == [(key(0), "old", 1), (key(1), mine, 2), (key(2), mine, 3), (key(9), mine, 4)]


def test_the_same_again_is_no_difference(con: Connection) -> None:
    """In any order, with the last of two records of a key counting."""
    again = [someone(3, children=5), *reversed(OLD)]
    with compared(brought(con, again), table(con, *OLD)) as found:
        assert (found.counts, changes(found)) == ((Counts(0, 0, 0, 5),), [])


def test_what_is_quarantined_is_not_deleted(con: Connection) -> None:
    """Neither a key that was typed, nor one that is a word of a record that was not split."""
    broken = {"_defect": "field_count", "_raw": f'"{key(2)}",人2,多,余'}
    quarantined = feed(con, CATALOG, PERSON, [someone(1), broken], "t_quarantined")
    incoming = brought(con, [someone(0)], quarantined=quarantined)
    with compared(incoming, table(con, *OLD)) as found:
        assert (found.counts, changes(found)) == ((Counts(0, 0, 1, 1),), [("D", key(3))])


def test_a_bundle_counts_each_delivery_and_changes_each_key_once(con: Connection) -> None:
    """A later delivery changes what an earlier one made of the row; the table sees the last."""
    first, second = [someone(1, children=7), someone(8)], [someone(1, children=8), someone(8)]
    feeds = [feed(con, CATALOG, PERSON, some, f"t_{n}") for n, some in enumerate((first, second))]
    both = as_view(
        con,
        "t_both",
        f"FROM {feeds[0].sql} UNION ALL "
        f"SELECT * REPLACE (_row + {ROW_SPAN} AS _row) FROM {feeds[1].sql}",
    )
    bundle = Bundle((delivery(PERSON, 2), delivery(PERSON, 3)))
    incoming = Incoming(FeedKind.UPSERT, SHAPE, ("resident_id",), bundle, both)
    with compared(incoming, table(con, *OLD)) as found:
        assert found.counts == (Counts(1, 1, 0, 0), Counts(0, 1, 0, 1))
        assert changes(found) == [("I", key(8)), ("U", key(1))]
        rows = con.execute(
            f"SELECT _change, children, _delivery, _row FROM {found.change_set().rows.sql}"
        ).fetchall()
    assert sorted(rows) == [("I", 8, bundle.names[0], 2), ("U", 8, bundle.names[1], 1)]


def test_nothing_of_a_comparison_is_left(con: Connection) -> None:
    """However it ends, its hashes and rows are gone from the connection."""
    listed = "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views()"
    current, incoming = table(con, *OLD), brought(con, NEW, FeedKind.UPSERT)
    before = sorted(con.execute(listed).fetchall())

    def compare() -> None:
        with compared(incoming, current) as found:
            found.change_set()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        compare()
    assert sorted(con.execute(listed).fetchall()) == before
