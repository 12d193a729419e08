"""Retention: what is purged is old enough, held by nobody, and the lake stays explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from audit.acts import Operation
from audit.lake import SEALED, unexplained
from audit.verifier import check_log
from catalog_specs.errors import AuditError
from flow.acts import about_city
from flow.city import City
from flow.run import run
from flow.upkeep.retention import hold, purge_log, release
from storage.delta.appending import append
from storage.delta.commits import Commit
from tests.city import NOW, REGION
from tests.city.declared import change, compiled
from tests.city.homes import Town, city_of
from tests.city.resources import catalog_of

DAY = NOW.date() + timedelta(days=1)
"""The log's entries are of the day before."""


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city whose log has three hundred entries of one day."""
    made = city_of(catalog_of(), tmp_path, decide=False)
    filled(made)
    return made


def filled(city: City) -> None:
    """Enter three hundred acts."""
    act = about_city(city, Operation.ANALYSE, "用途", "内容")
    city.audit.append([replace(act, rows=number) for number in range(300)])


def at(city: City, day: date) -> City:
    """Return the city on another day."""
    return replace(city, clock=lambda: NOW + (day - NOW.date()))


def test_entries_are_kept_three_years_to_the_day(city: City, tmp_path: Path) -> None:
    """A day too early is refused; then a document and the file are on record."""
    early = at(city, DAY.replace(year=DAY.year + 3) - timedelta(days=1))
    with pytest.raises(AuditError, match="3 years at least"):
        purge_log(early, DAY, "号", tmp_path / "gone.jsonl")

    done = purge_log(
        at(city, early.clock().date() + timedelta(days=1)), DAY, "号", tmp_path / "gone"
    )

    assert (done.first, done.end) == (0, 256)
    last = list(city.audit.read())[-1].act
    assert (last.approver, last.facts["purged"]["file"]) == ("号", "gone")


@pytest.mark.parametrize(("said", "kept"), [(5, 5), (1, 3)])
def test_a_profile_may_ask_for_more_and_not_for_less(tmp_path: Path, said: int, kept: int) -> None:
    """However it came to say less than the regulation."""
    catalog = compiled(**{"profiles/test_rules.yaml": change(log_years__value=said)})
    city = city_of(catalog, tmp_path, decide=False)
    filled(city)
    late = DAY.replace(year=DAY.year + kept)
    with pytest.raises(AuditError, match=f"{kept} years at least"):
        purge_log(at(city, late - timedelta(days=1)), DAY, "号", tmp_path / "gone")
    assert purge_log(at(city, late), DAY, "号", tmp_path / "gone").end == 256


def test_a_legal_hold_keeps_what_it_covers(city: City, tmp_path: Path) -> None:
    """Begun and ended by documents, both of them entries; a day to come is refused."""
    late = at(city, DAY.replace(year=DAY.year + 4))
    with pytest.raises(AuditError, match="has not come"):
        hold(late, "检〔2030〕1号", "案件调查", date(2031, 1, 1))
    hold(late, "检〔2030〕1号", "案件调查", None)
    with pytest.raises(AuditError, match="检〔2030〕1号"):
        purge_log(late, DAY, "号", tmp_path / "gone")
    release(late, "检〔2030〕1号", "检〔2030〕2号")
    assert purge_log(late, DAY, "号", tmp_path / "gone").end == 256
    approvers = [one.act.approver for one in city.audit.read(300)]
    assert approvers == ["检〔2030〕1号", "检〔2030〕2号", "号"]


def test_the_lake_stays_explained_after_its_seals_went(tmp_path: Path) -> None:
    """They are entered again: nothing is unexplained, and the next run seals as before."""
    town = Town(tmp_path)
    run(town.city)
    filled(town.city)
    late = at(town.city, DAY.replace(year=DAY.year + 4))
    sealed = [one for one in town.city.audit.read() if SEALED in one.act.facts]

    done = purge_log(late, DAY, "号", tmp_path / "gone")

    assert done.carried > 0
    assert sealed[0].index < done.end
    assert list(unexplained(town.city.audit)) == []
    town.layout.sealed.unlink()
    assert [one for one in run(town.city).faults if one.stop == "audit"] == []
    log = town.city.audit
    list(check_log(log.folder, log.verifiers)[1])


def test_nothing_goes_while_a_commit_is_unexplained(city: City, tmp_path: Path) -> None:
    """What explains it might be what goes."""
    append(city.layout.holding(REGION), pa.table({"a": [1]}), Commit("x", 1))
    late = at(city, DAY.replace(year=DAY.year + 4))
    newest = max((city.layout.holding(REGION) / "_delta_log").glob("*.json"))
    newest.write_text(newest.read_text().replace('"quanshu":"1"', '"other":"1"'))
    with pytest.raises(AuditError, match="not explained"):
        purge_log(late, DAY, "号", tmp_path / "gone")
    assert city.audit.minimum == 0
