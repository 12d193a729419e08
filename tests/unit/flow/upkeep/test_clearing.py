"""Clearing: landed files leave the disk where the store has them, and come back when asked for."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from flow.failures import Faults
from flow.stops import land_waiting
from flow.upkeep.clearing import Cleared, clear_landing
from flow.upkeep.moving import move
from landing import taking
from quality.quarantine.texts_again import written_rows
from register.bundles import landed_file
from register.landed import landed
from register.receipts import raw_file, rows_file
from storage.damage import Damages
from storage.layout import Layout
from storage.places.claim import bind
from storage.places.object_path import ObjectPath
from storage.places.parquet_files import rows_in
from tests.city import NOW, PERSON, REGION
from tests.city.homes import Town
from tests.city.records import people
from tests.harness.fixtures import store

__all__ = ["store"]

HEAVY = ("*/*/*/raw/*", "*/*/*/rows.parquet")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return a town with two deliveries of persons."""
    town = Town(tmp_path_factory.mktemp("lived"))
    town.take(PERSON, "一 #1%.csv", people(range(12), p2=("人2", 9, "1990-01-01", 350500, "1.00")))
    town.take(PERSON, "p2.csv", people(range(13)))
    return town


@pytest.fixture
def town(lived: Town, tmp_path: Path, store: ObjectPath) -> Town:
    """Return the town over a copy of its home, after that has moved to the store."""
    town = lived.copied(tmp_path)
    move(town.city, store)
    layout = Layout(town.home, store)
    bind(layout.store_note, store, begun=True)
    town.city = replace(town.city, layout=layout)
    return town


def _cleared(town: Town, room: int, *, dry_run: bool = False) -> Cleared:
    faults = Faults(town.city.layout)
    done = clear_landing(replace(town.city, landed_bytes=room), faults, dry_run=dry_run)
    assert faults.found == []
    return done


def _heavy(town: Town) -> list[Path]:
    root = town.layout.lake / "landing"
    return sorted(path for pattern in HEAVY for path in root.glob(pattern))


def test_what_was_landed_first_leaves_first(town: Town) -> None:
    """Until the rest fits; receipts stay, and a dry run says the same and removes nothing."""
    before = _heavy(town)
    newest = [path for path in before if PERSON in str(path) and "/000002-" in str(path)]
    room = sum(path.stat().st_size for path in newest)
    size = sum(path.stat().st_size for path in before) - room
    gone = len(before) - len(newest)
    assert _cleared(town, room, dry_run=True) == Cleared(gone, size)
    assert _heavy(town) == before
    assert _cleared(town, room) == Cleared(gone, size)
    assert _heavy(town) == newest
    assert _cleared(town, room) == Cleared()
    assert len(landed(town.layout, PERSON).said) == 2


def test_whoever_asks_has_it_back(town: Town) -> None:
    """The file as it was delivered, and the records of it, each where it was."""
    layout = town.city.layout
    first, last = landed(layout, PERSON).deliveries()
    before = {path: path.read_bytes() for path in _heavy(town)}
    _cleared(town, 0)
    assert _heavy(town) == []
    landed_file(layout, last)
    assert raw_file(layout, first).read_bytes() == before[raw_file(layout, first)]
    for path in written_rows(layout, PERSON, [first.delivery]):
        assert path.is_file()
    assert rows_file(layout, PERSON, first.delivery).is_file()
    assert town.take(PERSON, "p3.csv", people(range(14))).unchanged == 13
    (region,) = landed(layout, REGION).names
    assert Damages(layout).behind(REGION, OSError(f"lake/landing/{REGION}/{region}")) is None


def test_what_the_store_has_not_stays_until_it_has_it(town: Town) -> None:
    """A home of an earlier version had its deliveries on the disk alone; a torn object is none."""
    layout, kept = town.city.layout, town.city.layout.deposits(PERSON)
    assert isinstance(kept, ObjectPath)
    first, last = landed(layout, PERSON).names
    for one, _ in (kept / first).below():
        one.unlink()
    torn = kept / last / "raw" / "p2.csv"
    torn.write_bytes(b"x")
    assert _cleared(town, 0, dry_run=True).put == 1
    assert not (kept / first).is_dir()
    assert _cleared(town, 0).put == 1
    assert (kept / first / "receipt.json").is_file()
    assert _heavy(town) == [layout.delivery(PERSON, last) / "raw" / "p2.csv"]


def test_nobody_sees_a_delivery_that_the_store_has_not(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A landing that was killed before is finished by the next one."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    layout, kept = town.city.layout, town.city.layout.deposits(PERSON)
    assert isinstance(kept, ObjectPath)
    with monkeypatch.context() as patched:
        patched.setattr(taking, "deposit", killed)
        with pytest.raises(KeyboardInterrupt):
            town.take(PERSON, "p3.csv", people(range(14)))
    assert len(landed(layout, PERSON).names) == 2
    assert not [*layout.inbox(PERSON).iterdir()]
    assert town.take(PERSON, "p4.csv", people(range(15))).unchanged == 14
    third = landed(layout, PERSON).names[2]
    assert {one.name for one, _ in (kept / third).below()} >= {"receipt.json", "p3.csv"}


def test_what_must_not_be_kept_never_gets_there(town: Town) -> None:
    """Of a file that is marked as secret the store has the refusal, and neither file nor record."""
    path = town.city.layout.inbox(PERSON) / "s.csv"
    path.write_text(people(range(3), p1=("机密★10年", 1, "1990-01-01", 350500, "1.00")), "utf-8")
    os.utime(path, (NOW.timestamp() - 60,) * 2)
    land_waiting(town.city, PERSON)
    layout, kept = town.city.layout, town.city.layout.deposits(PERSON)
    assert isinstance(kept, ObjectPath)
    refused = landed(layout, PERSON).names[-1]
    assert {one.name for one, _ in (kept / refused).below()} == {"receipt.json", "rows.parquet"}
    assert rows_in(kept / refused / "rows.parquet") == 0
    assert not [one for one, _ in kept.below() if "机密★".encode() in one.read_bytes()]
    assert _cleared(town, 0).put == 0


def test_a_home_on_its_disk_alone_keeps_all(lived: Town) -> None:
    """There is nowhere else to have it back from."""
    before = _heavy(lived)
    assert _cleared(lived, 0) == Cleared()
    assert _heavy(lived) == before != []
