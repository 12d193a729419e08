"""Records of cases: found by key or place, and known again by digests that nobody can undo."""

from __future__ import annotations

import pytest

from governance.cases.records import Asked, Record, known_again, record_with_key, still_there
from governance.keys import KeyRing
from storage.delta.tables import snapshot
from storage.engines.workbench import open_workbench
from tests.city import PERSON
from tests.city.homes import KEYS, Town
from tests.city.records import people, person_id


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return a city with two versions of its persons; the third has another name in the second."""
    made = Town(tmp_path_factory.mktemp("town"))
    made.take(PERSON, "p1.csv", people(range(1, 13)))
    other = ("改名", 1, "1990-01-01", 350500, "1.00")
    made.take(PERSON, "p2.csv", people(range(1, 13), p3=other))
    return made


def asked(town: Town, item: str = "name", version: int | None = None) -> Asked:
    """Return one item of the persons, in one version."""
    found = snapshot(town.layout.authoritative(PERSON), version)
    assert found
    return Asked(town.city.catalog, town.city.catalog.resource(PERSON), item, found)


def record(
    town: Town, number: int, item: str = "name", version: int | None = None, keys: KeyRing = KEYS
) -> Record:
    """Return the record of a person."""
    with open_workbench(town.layout.work) as con:
        key = {"resident_id": person_id(number)}
        found = record_with_key(con, asked(town, item, version), keys, key)
    assert found
    return found


def test_a_digest_tells_record_item_and_value_apart(town: Town) -> None:
    """The same key has one digest; another item or value has another of the whole."""
    first, now = record(town, 3, version=0), record(town, 3)
    assert first.key == now.key
    assert first.value != now.value
    assert record(town, 3, "sex").key == first.key
    assert len({record(town, n, item).value for n in (1, 2) for item in ("name", "sex")}) == 4
    assert record(town, 1, version=0).value == record(town, 1).value


def test_a_digest_needs_the_master_key(town: Town) -> None:
    """Whoever has the store and the table, but not the key, cannot compare the two."""
    other = KeyRing({1: b"another key of this length, kept"})
    assert record(town, 1, keys=other) != record(town, 1)


def test_a_version_of_a_record_is_found_by_its_place(town: Town) -> None:
    """What a later delivery changed is no longer there; all others are."""
    places = [record(town, n, version=0).place for n in (1, 3)]
    with open_workbench(town.layout.work) as con:
        assert still_there(con, asked(town).found, places) == {places[0]}
        assert still_there(con, asked(town, version=0).found, places) == set(places)


def test_a_changed_record_is_known_again(town: Town) -> None:
    """By its key's digest, whichever version of the master key made it, among later records."""
    rotated = KeyRing({**KEYS.masters, 2: bytes(range(40, 72))[::-1] + b"rotated"})
    before = record(town, 3, version=0)
    wanted = {before.key: (1, before.place[0]), "0" * 64: (2, before.place[0])}
    with open_workbench(town.layout.work) as con:
        found = dict(known_again(con, asked(town), rotated, wanted))
    assert found == {before.key: record(town, 3)}


def test_an_unknown_key_is_none(town: Town) -> None:
    """So is a text that is no value of the key's type."""
    with open_workbench(town.layout.work) as con:
        assert record_with_key(con, asked(town), KEYS, {"resident_id": "x"}) is None
