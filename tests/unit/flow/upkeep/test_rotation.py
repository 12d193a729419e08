"""Rotation of the master key: each share whole under one version, whatever breaks off."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from catalog_specs.errors import AuditError, SettingsError
from catalog_specs.masks.hashes import PseudonymHash
from flow.city import City
from flow.derived import due_shares, refresh_or_withdraw, refresh_shares
from flow.failures import Faults
from flow.upkeep.rotation import key_versions, retire, rotate, version_to_begin
from governance.grants.text import explain
from governance.key_files import create_master_key
from governance.keys import KeyRing
from outlets.shares.state import remembered
from storage.delta.tables import live_files
from tests.city import GRANT, MASTER_KEY, NOW, PERSON, TODAY, VISIT
from tests.city.declared import compiled
from tests.city.homes import city_of
from tests.city.tables import fill, persons, someone
from tests.flow.old_town import OldTown

SECOND = "second"


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city with its own key, whose second grant has one pseudonym in two tables."""
    both = [
        {"resource": PERSON, "items": ["resident_id", "sex"]},
        {"resource": VISIT, "items": ["resident_id", "visit_no"]},
    ]
    document = compiled().grants[GRANT].model_dump(mode="json")
    document |= {"code": SECOND, "resources": both}
    made = city_of(compiled(**{"grants/second.yaml": document}), tmp_path)
    create_master_key(made.layout.master_key, TODAY - timedelta(days=3))
    people = [*persons(50), someone(97)]
    fill(made.layout, made.catalog, PERSON, people)
    visits = [{"resident_id": one["resident_id"], "visit_no": "1"} for one in people]
    fill(made.layout, made.catalog, VISIT, visits)
    return replace(made, keys=KeyRing.from_sources({}, tmp_path))


def refreshed(city: City) -> None:
    """Bring every share up to date; nothing fails."""
    faults = Faults(city.layout)
    refresh_shares(city, lambda *_: None, faults)
    assert faults.found == []


def pseudonyms(city: City, grant: str = SECOND) -> list[frozenset[str]]:
    """Return the pseudonyms in each table that a reader finds, of the file and of the extract."""
    layout, found = city.layout, []
    if layout.share_file(grant).exists():
        with duckdb.connect(layout.share_file(grant), read_only=True) as con:
            for view in ("人口基本信息", "办事记录信息"):
                rows = con.execute(f'SELECT resident_id FROM "{view}"').fetchall()
                found.append(frozenset(value for (value,) in rows))
    for ref in (PERSON, VISIT):
        if layout.share_table(grant, ref).exists():
            files = list(live_files(layout.share_table(grant, ref)))
            found.append(frozenset(pl.read_parquet(files)["resident_id"]))
    return found


class Broken(BaseException):
    """The process ends here."""


@contextmanager
def broken_off(step: int) -> Iterator[list[str]]:
    """Let nothing change from a step on that a reader sees, as if the process had been killed."""
    steps: list[str] = []
    watching = [True]

    def look(event: str, told: tuple[Any, ...]) -> None:
        places = [str(one) for one in told if isinstance(one, str | Path)]
        seen = any(one.endswith(("current", ".duckdb", "projection.json")) for one in places)
        if watching and seen and event in {"os.rename", "os.remove", "os.symlink"}:
            steps.append(f"{event} {places}")
            if len(steps) > step:
                raise Broken

    sys.addaudithook(look)
    with suppress(Broken):
        yield steps
    watching.clear()


def test_after_a_rotation_each_share_is_wholly_of_the_new_version(city: City) -> None:
    """Until the next run it is wholly of the former one; then the former one may be retired."""
    refreshed(city)
    (before,) = set(pseudonyms(city))

    assert rotate(city) == 2

    assert set(pseudonyms(city)) == {before}
    assert set(due_shares(city, Faults(city.layout))) == {GRANT, SECOND}
    first, second = key_versions(city)
    assert (first.named("share"), first.age, first.in_use) == ((GRANT, SECOND), 3, False)
    assert (second.named("share"), second.age, second.in_use) == ((), 0, True)
    with pytest.raises(SettingsError, match=f"share {SECOND}"):
        retire(city, 1)
    # a source that changed as well leaves no row of before as it was
    more = {"resident_id": someone(97)["resident_id"], "visit_no": "2"}
    fill(city.layout, city.catalog, VISIT, [more])
    refreshed(city)
    (after,) = set(pseudonyms(city))
    assert len(after) == len(before)
    assert not after & before
    retire(city, 1)
    assert [one.version for one in key_versions(city)] == [2]
    refreshed(city)
    assert set(pseudonyms(city)) == {after}
    assert [entry.act.content for entry in city.audit.read() if "主密钥" in entry.act.purpose] == [
        "主密钥第 2 版",
        "主密钥第 1 版",
    ]


def test_wherever_a_rebuild_breaks_off_no_two_keys_lie_side_by_side(city: City) -> None:
    """At each step a reader finds one version in all tables and files; the next run finishes."""
    refreshed(city)
    (former,) = set(pseudonyms(city))
    seen = set()
    for step in range(20):
        rotate(city)
        with broken_off(step) as steps:
            refresh_or_withdraw(city, SECOND, Faults(city.layout))
        found = set(pseudonyms(city))
        assert len(found) == 1, (step, steps)
        seen.add(found == {former})
        refresh_or_withdraw(city, SECOND, Faults(city.layout))
        (now,) = set(pseudonyms(city))
        assert now != former
        former = now
        if len(steps) <= step:
            break
    assert len(steps) <= step, "it never ended"
    assert seen == {True, False}


def test_a_rebuild_that_fails_leaves_the_former_share_whole(city: City) -> None:
    """The other share is made anew; what failed is told, and made by the next run that can."""
    refreshed(city)
    (before,) = set(pseudonyms(city))
    rotate(city)
    log = max((city.layout.authoritative(VISIT) / "_delta_log").glob("*.json"))
    kept = log.read_bytes()
    log.write_text("{", encoding="utf-8")
    faults = Faults(city.layout)
    refresh_shares(city, lambda *_: None, faults)
    assert [one.subject for one in faults.found] == [SECOND]
    assert remembered(city.layout, GRANT)["key_version"] == 2
    assert set(pseudonyms(city)) == {before}
    log.write_bytes(kept)
    refreshed(city)
    (after,) = set(pseudonyms(city))
    assert not after & before


def test_a_process_that_runs_on_takes_the_version_in_use(city: City) -> None:
    """A city that was opened before the rotation makes nothing under the former version."""
    opened_before = city
    rotate(replace(city, keys=KeyRing.from_sources({}, city.layout.home)))
    refreshed(opened_before)
    assert remembered(city.layout, SECOND)["key_version"] == 2


def test_a_key_of_the_environment_is_rotated_where_it_is_kept(city: City) -> None:
    """Nothing is written; the error says what to add, and shows no key."""
    text = city.layout.master_key.read_text("ascii")
    digits = text.strip().rpartition(":")[2]
    elsewhere = replace(city, keys=KeyRing.load(text, where="QUANSHU_MASTER_KEY"))
    for change in (rotate, lambda one: retire(one, 1)):
        with pytest.raises(SettingsError, match=f"N@{TODAY.isoformat()}:<hex>") as refused:
            change(elsewhere)
        assert digits not in str(refused.value)
    assert city.layout.master_key.read_text("ascii") == text
    added = KeyRing.load(f"{text.strip()} 2@{TODAY.isoformat()}:{digits[::-1]}", where="test")
    refreshed(elsewhere)
    (before,) = set(pseudonyms(city))
    refreshed(replace(city, keys=added))
    (after,) = set(pseudonyms(city))
    assert not after & before


def test_what_is_not_on_record_is_not_done(city: City) -> None:
    """Where the act cannot be entered the key stays as it is, and so it does without a key."""
    before = city.layout.master_key.read_bytes()
    rotate(city)
    after = city.layout.master_key.read_bytes()
    assert after.startswith(before)
    (city.layout.audit / "checkpoint").write_text("not ours")
    with pytest.raises(AuditError):
        rotate(city)
    with pytest.raises(AuditError):
        retire(city, 1)
    assert city.layout.master_key.read_bytes() == after
    city.layout.master_key.unlink()
    with pytest.raises(SettingsError, match="quanshu key create"):
        rotate(city)


def test_what_is_in_use_or_unknown_is_not_retired(city: City) -> None:
    """The version in use stays, and one that is not there is told."""
    with pytest.raises(SettingsError, match="in use"):
        retire(city, 1)
    with pytest.raises(SettingsError, match="no version 7"):
        retire(city, 7)


def test_a_lost_key_is_not_taken_for_the_next_one(city: City) -> None:
    """A first key after a loss has a number that nothing on disk was made with."""
    assert version_to_begin(city.layout) == 1
    refreshed(city)
    (before,) = set(pseudonyms(city))
    city.layout.master_key.unlink()
    assert version_to_begin(city.layout) == 2
    create_master_key(city.layout.master_key, TODAY, version_to_begin(city.layout))
    refreshed(city)
    (after,) = set(pseudonyms(city))
    assert not after & before
    assert [one.version for one in key_versions(city)] == [2]


def test_a_home_of_before_is_rotated(tmp_path: Path) -> None:
    """Its key has no day and its share says little; both are brought along."""
    town = OldTown(tmp_path)
    town.layout.master_key.parent.mkdir(exist_ok=True)
    town.layout.master_key.write_text(f"{MASTER_KEY}\n", "ascii")
    town.layout.master_key.chmod(0o600)
    city = replace(town.city, keys=KeyRing.from_sources({}, town.home), clock=lambda: NOW)
    (only,) = key_versions(city)
    assert (only.version, only.age) == (1, None)
    rotate(city)
    with pytest.raises(SettingsError, match="still needed"):
        retire(city, 1)
    refreshed(city)
    retire(city, 1)
    assert remembered(town.layout, GRANT)["key_version"] == 2


def test_another_hash_makes_a_share_anew_and_is_named(city: City) -> None:
    """Under the profile's SM3 nothing of a share is under SHA-256, and its columns say so."""
    refreshed(city)
    (before,) = set(pseudonyms(city))
    profile = city.catalog.profile.model_copy(update={"pseudonym_hash": PseudonymHash.SM3})
    national = replace(city, catalog=replace(city.catalog, profile=profile))
    assert set(due_shares(national, Faults(city.layout))) == {GRANT, SECOND}
    refreshed(national)
    (after,) = set(pseudonyms(city))
    assert len(after) == len(before)
    assert not after & before
    with duckdb.connect(city.layout.share_file(SECOND), read_only=True) as con:
        said = con.execute(
            "SELECT DISTINCT comment FROM duckdb_columns() WHERE column_name = 'resident_id'"
        ).fetchall()
    assert all("HMAC-SM3" in comment for (comment,) in said)
    text, _ = explain(national.rights, national.catalog.grants[SECOND], NOW)
    assert "HMAC-SM3" in text
    assert "SHA256" not in text
    refreshed(city)
    assert set(pseudonyms(city)) == {before}
