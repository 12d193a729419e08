"""Partitions made anew from landing: what was lost comes back, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from deltalake import DeltaTable

from audit.acts import Operation
from audit.lake import unexplained
from catalog_specs.errors import ForeignCommitError, TableError
from flow.acts import about_resource, at_work
from flow.derived import refresh_share
from flow.replays import replay
from flow.run import run
from flow.upkeep.rebuilding import rebuild_partition
from outlets.shares.project import Projection
from storage.foreign_commits import accept
from tests.city.grants import decide_as_typed
from tests.city.one_feed import REF, deliver, take
from tests.city.taps import BY_MONTH, FIRST, GRANT, HEADER, Taps, made, spoil
from tests.tiers import then_thorough


@pytest.fixture
def taps(tmp_path: Path) -> Taps:
    """Return taps of three months, corrected, with a record in quarantine."""
    taps = Taps(tmp_path, "upsert", BY_MONTH)
    taps.take(*FIRST, "q,2026-01-09,一二三四五六七八九十")
    taps.take("b,2026-01-06,南", "a,2026-02-06,东")
    taps.take("c,2026-01-07,北")
    return taps


def emptied(file: Path) -> None:
    """Leave no byte of a file."""
    file.write_bytes(b"")


def garbled(file: Path) -> None:
    """Change every byte between head and foot."""
    file.write_bytes(b"PAR1" + b"\xff" * (file.stat().st_size - 8) + b"PAR1")


@pytest.mark.parametrize("damage", then_thorough([Path.unlink], [emptied, garbled]))
def test_a_lost_partition_comes_back(taps: Taps, damage: Callable[[Path], None]) -> None:
    """Rows and their lineage are those of before; no other month is read, and the table stays."""
    before, known, rows = taps.found, taps.found.table_id, taps.rows
    lineage = dict(taps.found.uppermost("_delivery"))
    for file in before.within(["2026-01"]).files:
        damage(Path(file))
    others = {file: Path(file).read_bytes() for file in set(before.files) if Path(file).exists()}
    spoil(before, "2026-01")

    done = rebuild_partition(taps.city, REF, "2026-01")

    for file, data in others.items():
        if "2026-01" not in Path(file).parent.name:
            Path(file).write_bytes(data)
    assert (done.changed, done.rows, done.came, done.left) == (True, 3, 3, None)
    assert (taps.rows, taps.found.table_id, taps.found.uppermost("_delivery")) == (
        rows,
        known,
        lineage,
    )
    assert done.version == taps.found.version == before.version + 1
    assert [*unexplained(taps.city.audit)] == []
    assert run(taps.city).failures == ()
    assert taps.take("b,2026-01-06,西").updated == 1


@pytest.mark.parametrize("month", ["2026-01", "2026-02", "2026-03"])
def test_a_partition_as_it_ought_to_be_is_left_alone(taps: Taps, month: str) -> None:
    """No version is made, and it says so."""
    version = taps.found.version
    done = rebuild_partition(taps.city, REF, month)
    assert (done.changed, done.came, done.left) == (False, 0, 0)
    assert done.rows == taps.found.partitions()[month]
    assert done.version == taps.found.version == version


def test_a_snapshot_gives_what_its_last_delivery_left(tmp_path: Path) -> None:
    """What a later delivery lacked stays away, and what it quarantined stays."""
    taps = Taps(tmp_path, "snapshot", BY_MONTH)
    taps.take("a,2026-01-05,东", "b,2026-01-06,西", "c,2026-01-07,北")
    taps.take("a,2026-02-05,东")
    taps.take("a,2026-01-05,南", "b,2026-01-06,一二三四五六七八九十")
    rows = taps.rows
    assert ("b", "2026-01-06", "西") in rows
    [file] = taps.found.within(["2026-01"]).files
    Path(file).unlink()
    assert rebuild_partition(taps.city, REF, "2026-01").changed
    assert taps.rows == rows


def test_a_share_that_follows_changes_starts_from_the_table(tmp_path: Path) -> None:
    """The rows that were lost cannot be read to tell what left; the share is whole all the same."""
    whole = {"masks": {"tapped_on": {"mask": "generalise_date", "to": "year"}}}
    masked = GRANT | {"resources": [GRANT["resources"][0] | whole]}
    taps = made(tmp_path, **{"grants/taps.yaml": masked})
    city = taps.city
    decide_as_typed(city.layout, city.catalog)
    shared = refresh_share(city, "taps")
    assert isinstance(shared, Projection)
    for file in taps.found.within(["2026-01"]).files:
        garbled(Path(file))
    assert rebuild_partition(city, REF, "2026-01").left is None
    again = refresh_share(city, "taps")
    assert isinstance(again, Projection)
    assert again.rows == shared.rows == len(FIRST)


@pytest.mark.parametrize("kind", then_thorough(["snapshot"], ["upsert"]))
def test_replays_and_bundles_are_applied_as_they_were(kind: str, tmp_path: Path) -> None:
    """Deliveries of one run, and a replay that came too late for its month, give the same rows."""
    taps = Taps(tmp_path, kind, BY_MONTH)
    taps.catalogue = taps.declare(BY_MONTH, longest=1)
    with taps.opened() as (city, gate):
        files = [("a,2026-01-05,东", "b,2026-01-06,西站"), ("a,2026-02-05,东", "c,2026-02-06,西站")]
        texts = {f"{n}.csv": (HEADER + "\n".join(one)).encode() for n, one in enumerate(files)}
        deliver(city, texts | {"9.csv": f"{HEADER}a,2026-01-05,南\n".encode()})
        take(city, gate)
    taps.catalogue = taps.declare(BY_MONTH)
    replay(taps.city, REF)
    rows, months = taps.rows, [str(one) for one in taps.found.partitions()]
    assert ("c", "2026-02-06", "西站") in rows
    assert (("b", "2026-01-06", "西站") in rows) == (kind == "upsert")
    for month in months:
        assert not rebuild_partition(taps.city, REF, month).changed
    for file in taps.found.files:
        Path(file).unlink()
    for month in months:
        assert rebuild_partition(taps.city, REF, month).changed
    assert taps.rows == rows


def test_a_rebuild_that_breaks_off_is_done_again(
    taps: Taps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Table and log are as before, no folder stays at work, and the next one ends."""
    version, rows = taps.found.version, taps.rows
    for file in taps.found.within(["2026-01"]).files:
        Path(file).unlink()

    def full(*_: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as broken:
        broken.setattr("flow.upkeep.rebuilding.commit_replacement", full)
        with pytest.raises(OSError, match="full"):
            rebuild_partition(taps.city, REF, "2026-01")
    assert taps.found.version == version
    assert [*taps.city.layout.work.glob("rebuild_*")] == []
    assert rebuild_partition(taps.city, REF, "2026-01").version == version + 1
    assert taps.rows == rows


def test_what_stands_against_it_is_said(taps: Taps) -> None:
    """Nothing in landing, a stranger's commit, one that was accepted: each is refused."""
    with pytest.raises(TableError, match="no delivery in landing has a record of partition 2025"):
        rebuild_partition(taps.city, REF, "2025-01")
    run(taps.city)
    DeltaTable(str(taps.found.path)).delete("_partition = '2026-03'")
    with pytest.raises(ForeignCommitError):
        rebuild_partition(taps.city, REF, "2026-03")
    city, rows = taps.city, taps.rows
    with city.lock(REF), at_work(city, about_resource(city, Operation.MAINTAIN, REF)):
        accept(city.layout, REF, "批〔2026〕3号", city.actor, city.clock())
    with pytest.raises(TableError, match="批〔2026〕3号"):
        rebuild_partition(taps.city, REF, "2026-03")
    assert taps.rows == rows


def test_a_delivery_that_is_gone_is_missed(taps: Taps) -> None:
    """Rows that landing no longer gives are not taken out of the table."""
    landing = taps.city.layout.landing(REF)
    next(landing.glob("000001-*")).rename(taps.folder / "aside")
    with pytest.raises(TableError, match="1 deliveries that were applied are not in landing"):
        rebuild_partition(taps.city, REF, "2026-01")


def test_a_table_without_partitions_is_not_rebuilt_in_part(tmp_path: Path) -> None:
    """It says how the whole of it is."""
    taps = Taps(tmp_path, "upsert", None)
    taps.take("a,2026-01-05,东")
    with pytest.raises(TableError, match="no table with partitions"):
        rebuild_partition(taps.city, REF, "2026-01")
