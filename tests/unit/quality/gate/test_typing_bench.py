"""The bench on which bundles are typed: what is at hand, and when it may become a table's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from catalog_specs.errors import CheckError
from quality.gate.typing_bench import TypingBench
from register.bundles import Bundle
from register.records import Delivery
from storage.delta.table_shape import HASH, authoritative_shape
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import FIRM, PERSON, STAFF, VISIT
from tests.city.by_hand import ByHand
from tests.city.registers import delivery
from tests.city.resources import catalog_of
from tests.city.tables import apply, someone
from values.typed import Typed


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return an empty home."""
    return Layout(tmp_path / "home")


@pytest.fixture
def bench(layout: Layout, tmp_path: Path) -> Iterator[TypingBench]:
    """Yield a bench."""
    with open_workbench(layout.work) as con:
        yield TypingBench(con, tmp_path, layout, catalog_of())


def land(layout: Layout, ref: str, *names: str) -> Delivery:
    """Land a record for each key."""
    key = "uscc" if ref == FIRM else "resident_id"
    return ByHand(layout, catalog_of(), ref).land(
        *({key: name, "_op": "I", "_seq": "1"} for name in names)
    )


def test_what_was_typed_last_is_at_hand(bench: TypingBench, layout: Layout) -> None:
    """Until something else is typed, or typing fails."""
    one, other = Bundle((land(layout, PERSON, "1"),)), Bundle((land(layout, VISIT, "1"),))
    assert bench.known(one) is None

    typed = bench.typed(one)
    assert (bench.known(one), bench.known(other)) == (typed, None)
    bench.typed(other)
    assert bench.known(one) is None
    layout.rows(PERSON, one.last.delivery).unlink()
    with pytest.raises(Exception, match="rows"):
        bench.typed(one)
    assert (bench.known(one), bench.known(other)) == (None, None)


def test_landed_files_hold_what_their_receipts_count(bench: TypingBench, layout: Layout) -> None:
    """Otherwise they do not belong together, and nothing is judged by them."""
    one = land(layout, PERSON, "1", "2")
    layout.rows(PERSON, one.delivery).unlink()
    pq.write_table(
        pq.read_table(layout.rows(VISIT, land(layout, VISIT, "1").delivery)),
        layout.rows(PERSON, one.delivery),
    )

    with pytest.raises(CheckError, match="1 rows were typed where the receipts count 2"):
        bench.typed(Bundle((one,)))


@pytest.mark.parametrize(
    ("ref", "fills"), [(PERSON, True), (FIRM, False), (STAFF, False), (VISIT, True)]
)
def test_a_first_load_is_typed_into_files_where_they_can_be_the_tables(
    bench: TypingBench, layout: Layout, ref: str, fills: bool
) -> None:
    """A change feed's records are no rows; a value that is only referred to is never stored."""
    one = land(layout, ref, "1", "2")

    assert bench.typed(Bundle((one,))).files == ()  # nothing of it passes
    files = bench.typed(Bundle((one,)), {}).files

    assert bool(files) is fills
    if fills:
        [file] = files
        assert pq.read_metadata(file.path).num_rows == 2
        assert {*pq.read_table(file.path)["_delivery"].to_pylist()} == {one.delivery}


def test_a_bundle_or_a_table_with_rows_takes_no_files(bench: TypingBench, layout: Layout) -> None:
    """What is compared with stored rows is written by that comparison."""
    home = ByHand(layout, catalog_of(), VISIT)
    both = home.land({"resident_id": "1"}), home.land({"resident_id": "2"})
    assert bench.typed(Bundle(both), {}).files == ()

    one = land(layout, PERSON, "1")
    with open_workbench(layout.work) as con:
        apply(con, layout, catalog_of(), delivery(PERSON, 2), [])
        assert bench.typed(Bundle((one,)), {}).files != ()  # the table is there, and empty
        apply(con, layout, catalog_of(), delivery(PERSON, 3), [someone(1)])
    assert bench.typed(Bundle((one,)), {}).files == ()


def test_files_of_the_bundle_before_are_gone(bench: TypingBench, layout: Layout) -> None:
    """A run of many first loads holds one of them on disk."""
    [before] = bench.typed(Bundle((land(layout, PERSON, "1"),)), {}).files
    [after] = bench.typed(Bundle((land(layout, VISIT, "1"),)), {}).files

    assert not before.path.exists()
    assert after.path.exists()


def test_flags_are_columns_of_the_feed(bench: TypingBench, layout: Layout) -> None:
    """Each is worked out from the typed record."""
    one = Bundle((land(layout, FIRM, "A", "B"),))

    typed = bench.typed(one, {"_flags_0": "uscc = 'B'"})

    rows = bench.con.execute(f"SELECT uscc, _flags_0 FROM {typed.feed.sql} ORDER BY 1").fetchall()
    assert rows == [("A", False), ("B", True)]


def test_records_that_will_be_compared_have_a_hash(bench: TypingBench, layout: Layout) -> None:
    """It is of what the table holds of them; what nothing passes of, or fills one, needs none."""
    one = Bundle((land(layout, FIRM, "A", "B"),))
    shape = authoritative_shape(bench.catalog, bench.catalog.resource(FIRM))

    typed = bench.typed(one, {})

    same = f"SELECT count(*) FROM {typed.feed.sql} WHERE {HASH} = {shape.hash_sql}"
    assert bench.con.execute(same).fetchall() == [(2,)]
    assert not _hashed(bench.typed(one))
    assert not _hashed(bench.typed(Bundle((land(layout, PERSON, "1"),)), {}))


def _hashed(typed: Typed) -> bool:
    found = typed.feed.con.execute(f"FROM {typed.feed.sql} LIMIT 0").description
    return HASH in {name for name, *_ in found}
