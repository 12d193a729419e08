"""Partitioned resources: a delivery reads and writes the partitions that its records name."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from catalog_specs.errors import TableError
from flow.derived import refresh_views
from flow.failures import Faults
from flow.replays import replay
from flow.upkeep.evolution import evolve, plan
from register.records import VerdictKind
from register.register import State, open_register
from storage.engines.workbench import open_workbench
from tests.city.one_feed import REF, deliver, facts, fed_catalogue, take
from tests.city.taps import BY_MONTH, FEED, Taps, spoil
from tests.harness.placing import opened, remove


@pytest.fixture
def taps(tmp_path: Path) -> Taps:
    """Taps of three months, added to."""
    made = Taps(tmp_path, "upsert", BY_MONTH)
    made.take("a,2026-01-05,东", "b,2026-01-06,西", "a,2026-02-05,东", "a,2026-03-05,东")
    return made


def test_a_late_correction_reads_and_writes_its_partition_alone(taps: Taps) -> None:
    """The commit names no file of another month, and none of them is read on the way."""
    before = taps.found
    spoil(before, "2026-01")

    outcome = taps.take("b,2026-01-06,南")

    assert (outcome.updated, outcome.inserted, outcome.deleted) == (1, 0, 0)
    touched = [one for kind, one in taps.actions() if kind in {"add", "remove", "cdc"}]
    assert {one["partitionValues"]["_partition"] for one in touched} == {"2026-01"}
    assert len(touched) == 3
    others = set(before.files) - set(before.within(["2026-01"]).files)
    assert others < set(taps.found.files)
    assert taps.found.partitions() == {"2026-01": 2, "2026-02": 1, "2026-03": 1}


def test_the_table_is_what_readers_of_delta_take_for_partitioned(taps: Taps) -> None:
    """Partition column, bounds, transaction and change feed are there for delta-rs as ever."""
    taps.take("b,2026-01-06,南", "c,2026-04-01,北")
    table = DeltaTable(str(taps.found.path))
    assert table.metadata().partition_columns == ["_partition"]
    assert table.transaction_version(REF) == 2
    read = table.to_pyarrow_table(filters=[("_partition", "=", "2026-01")])
    assert sorted(read["stop"].to_pylist()) == ["东", "南"]
    changes = pa.table(table.load_cdf(1).read_all()).to_pylist()
    assert sorted((one["_change_type"], one["_partition"]) for one in changes) == [
        ("insert", "2026-04"),
        ("update_postimage", "2026-01"),
        ("update_preimage", "2026-01"),
    ]


def test_a_snapshot_replaces_the_partitions_that_it_names_alone(tmp_path: Path) -> None:
    """What it lacks of its month goes, other months stay, and no delivery overtakes another."""
    taps = Taps(tmp_path, "snapshot", BY_MONTH)
    taps.take("a,2026-01-05,东", "b,2026-01-06,西")
    taps.take("a,2026-02-05,东")
    outcome = taps.take("b,2026-01-06,西", "c,2026-01-07,北")
    assert (outcome.inserted, outcome.deleted, outcome.unchanged) == (1, 1, 1)
    assert taps.rows == {
        ("b", "2026-01-06", "西"),
        ("c", "2026-01-07", "北"),
        ("a", "2026-02-05", "东"),
    }
    city = taps.city
    register = open_register(city.layout, city.catalog.resource(REF))
    assert {register.state(name) for name in register.passed} == {State.APPLIED}


def test_a_snapshot_that_empties_its_partition_is_held(tmp_path: Path) -> None:
    """The loss is measured by what the partition holds, however many others there are."""
    taps = Taps(tmp_path, "snapshot", BY_MONTH)
    for month in (1, 2, 3, 4):
        taps.take(*(f"c{n},2026-{month:02}-01,东" for n in range(30)))
    assert taps.take("c1,2026-02-01,东").verdict is VerdictKind.HELD
    assert len(taps.rows) == 120


def test_a_record_without_the_item_is_quarantined(taps: Taps) -> None:
    """It has no partition: `tapped_on:required` says so, and every record is counted."""
    outcome = taps.take("d,,东", "d,2026-13-01,东", "d,2026-03-01,东")
    assert (outcome.delivered, outcome.accepted, outcome.quarantined) == (3, 1, 2)
    codes = [one["rules"] for one in facts(taps.city).quarantined]
    assert "tapped_on:required" in str(codes[0])
    assert taps.found.partitions() == {"2026-01": 2, "2026-02": 1, "2026-03": 2}


@pytest.mark.parametrize(
    ("later", "replayed"),
    [
        pytest.param(("a,2026-02-05,东",), True, marks=pytest.mark.thorough),
        (("a,2026-01-05,东",), False),
        pytest.param(("a,2026-01-05,东", "b,2026-01-06,南"), False, marks=pytest.mark.thorough),
    ],
    ids=[
        "another month came",
        "its month came without it",
        "it came again",
    ],
)
def test_a_replay_does_not_bring_back_what_its_partition_no_longer_has(
    tmp_path: Path, later: tuple[str, ...], replayed: bool
) -> None:
    """A quarantined record is too late once its own month was delivered again."""
    taps = Taps(tmp_path, "snapshot", BY_MONTH)
    taps.catalogue = taps.declare(BY_MONTH, longest=1)
    assert taps.take("a,2026-01-05,东", "b,2026-01-06,西站").quarantined == 1
    taps.take(*later)
    taps.catalogue = taps.declare(BY_MONTH)

    replay(taps.city, REF)

    mine = {row[2] for row in taps.rows if row[0] == "b"}
    assert bool(mine - {"南"}) == replayed


def test_a_table_that_is_gone_is_filled_again_from_landing(taps: Taps) -> None:
    """Every partition is as it was."""
    taps.take("b,2026-01-06,南", "c,2026-04-01,北")
    rows, partitions = taps.rows, taps.found.partitions()
    remove(taps.found.path)
    with taps.opened() as (city, gate):
        take(city, gate)
    assert (taps.rows, taps.found.partitions()) == (rows, partitions)


WAYS = [None, BY_MONTH, {"by": "day", "of": "tapped_on"}, None, {"by": "year", "of": "tapped_on"}]


def test_an_existing_table_is_parted_otherwise_by_evolve(taps: Taps) -> None:
    """It waits until then; rows, identity and applied deliveries stay, in every order of ways."""
    rows, known = taps.rows, taps.found.table_id
    for way in WAYS:
        if str(way and way["by"]) + " of tapped_on" == taps.found.parted_by:
            continue
        taps.catalogue = taps.declare(way)
        with pytest.raises(TableError, match=r"parted by .*quanshu evolve"):
            taps.take("z,2026-03-09,东")
        [planned] = evolve(taps.city)
        assert ([str(one.kind) for one in planned.differences], planned.refused) == (
            ["EVO-108"],
            (),
        )
        assert plan(taps.city) == ()
        assert taps.found.table_id == known
        rows |= {("z", "2026-03-09", "东")}
        with taps.opened() as (city, gate):
            take(city, gate)
        assert taps.rows == rows
        table = DeltaTable(str(taps.found.path))
        assert len(table.to_pyarrow_table()) == len(rows)
        assert table.metadata().partition_columns == (["_partition"] if way else [])
        taps.take("z,2026-03-10,东")
        rows |= {("z", "2026-03-10", "东")}
        assert taps.rows == rows
    assert list(taps.found.partitions()) == ["2026"]


def test_a_new_column_costs_an_entry_of_the_log(taps: Taps) -> None:
    """No partition is written again for it, and older rows read null."""
    spoil(taps.found, "2026-01")
    before = {*taps.found.files}
    taps.catalogue = fed_catalogue(
        taps.folder / "d",
        {
            "feed": {"kind": "upsert", "columns": FEED["columns"] | {"线路": "line"}},
            "types": {"tapped_on": "date"},
            "key": ["card", "tapped_on"],
            "resource": {"partition": BY_MONTH},
        },
    )
    with taps.opened() as (city, gate):
        deliver(city, {"n.csv": "卡号,时间,站点,线路\nb,2026-01-06,南,1\n".encode()})
        take(city, gate)
    assert len({*taps.found.files} - before) == 1
    january = taps.found.within(["2026-01"])
    with open_workbench(city.layout.work) as con:
        read = con.sql(f"SELECT card, line FROM {january.scan_sql()} ORDER BY 1").fetchall()
    assert read == [("a", None), ("b", "1")]


def test_a_view_reads_the_partition_that_is_asked_for(taps: Taps) -> None:
    """By `_partition` no file of another month is opened, and by the item none of its pages."""
    with taps.opened() as (city, _):
        refresh_views(city, Faults(city.layout))
    spoil(taps.found, "2026-01")
    file = taps.city.layout.city_views
    with opened(file) as con:
        table = "data_office.visit"
        counted = f"SELECT count(*), max(stop) FROM {table} WHERE _partition = '2026-01'"
        assert con.execute(counted).fetchall() == [(2, "西")]
        with pytest.raises(duckdb.Error):
            con.execute(f"SELECT max(stop) FROM {table}").fetchall()
        columns = con.execute(f"DESCRIBE {table}").fetchall()
    assert [one[0] for one in columns][-3:] == ["_delivery", "_row", "_partition"]


def test_a_home_below_a_folder_that_reads_as_a_column_keeps_its_values(tmp_path: Path) -> None:
    """`card=9` in a path is no card of anybody; then views have no column of partitions."""
    taps = Taps(tmp_path / "card=9", "upsert", BY_MONTH)
    taps.take("a,2026-01-05,东")
    taps.take("b,2026-01-05,东")
    with taps.opened() as (city, _):
        refresh_views(city, Faults(city.layout))
    with opened(taps.city.layout.city_views) as con:
        found = con.execute("FROM data_office.visit ORDER BY card").fetchall()
    assert [one[0] for one in found] == ["a", "b"]
