"""Corrections the whole way: reported, decided, delivered again by the source, told to all."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from catalog_specs.errors import CaseError, CatalogLookupError
from flow.city import City
from flow.desk.cases import (
    decide_case,
    extend_case,
    reopen_case,
    report_wrong,
    shown_case,
    shown_cases,
)
from flow.run import run
from governance.cases.corrections import Wrong
from governance.cases.reading import CaseFile
from tests.city import GRANT, NOW, PERSON
from tests.city.declared import change
from tests.city.homes import Town
from tests.city.records import people, person_id

SAID = "姓名与户口簿不符"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return a city in which persons were delivered and handed out; nobody changes it."""
    town = Town(tmp_path_factory.mktemp("begun"))
    town.take(PERSON, "p1.csv", people(range(1, 13)))
    assert run(town.city).faults == ()
    return town


@pytest.fixture
def town(begun: Town, tmp_path: Path) -> Town:
    """Return a copy of it."""
    return begun.copied(tmp_path)


def later(town: Town, days: int) -> City:
    """Return the city so many days later."""
    return replace(town.city, clock=lambda: NOW + timedelta(days=days))


def wrong(town: Town, **said: object) -> Wrong:
    """Return what the consumer says of the third person's name."""
    catalog = town.city.catalog
    told: dict[str, object] = {
        "resource": catalog.resource(PERSON),
        "item": "name",
        "version": 0,
        "key": {"resident_id": person_id(3)},
        "text": SAID,
        "consumer": "data_office",
        "grant": catalog.grants[GRANT],
    }
    return Wrong(**(told | said))  # type: ignore[arg-type]


def deliver(town: Town, days: int, text: str) -> City:
    """Deliver persons on a later day and run."""
    town.take(PERSON, f"p{days}.csv", text)
    city = later(town, days)
    assert run(city).faults == ()
    return city


def kinds(found: CaseFile) -> list[str]:
    """Return what happened to a case, in order."""
    return [one.kind.value for one in found.events]


def renamed(name: str) -> str:
    """Return the same persons, the third under another name."""
    return people(range(1, 13), p3=(name, 1, "1990-01-01", 350500, "1.00"))


def test_a_report_lives_until_its_source_delivers_another_value(town: Town) -> None:
    """Other changes are no evidence; a corrected one is; the wrong value again opens it again."""
    number = report_wrong(town.city, wrong(town)).shown.case.number

    decide_case(later(town, 1), number, ("核实有误", "民函1"), correct=True)
    deliver(town, 2, people(range(1, 14)))
    assert shown_case(town.city, number).shown.case.state.value == "correcting"

    deliver(town, 3, renamed("改名"))
    found = shown_case(town.city, number)
    assert found.shown.case.state.value == "closed"
    assert found.events[-1].facts["delivery"].startswith("000003-")

    deliver(town, 4, people(range(1, 12)))
    found = shown_case(town.city, number)
    assert kinds(found) == [
        "opened", "dispatched", "decided", "closed", "reopened", "dispatched",
    ]  # fmt: skip
    assert found.shown.case.state.value == "dispatched"


def test_a_record_that_its_source_takes_back_is_evidence_too(town: Town) -> None:
    """The wrong value is no longer there, and its source said so."""
    number = report_wrong(town.city, wrong(town)).shown.case.number
    deliver(town, 1, people([n for n in range(1, 13) if n != 3]))
    found = shown_case(town.city, number)
    assert (found.shown.case.state.value, found.events[-1].facts) == ("closed", {"record_gone": 1})


def test_everybody_with_the_value_is_told_and_nothing_of_it_is_stored(town: Town) -> None:
    """Consumer and grant of each extract, at the dispute and when it is over; no key, no value."""
    number = report_wrong(town.city, wrong(town)).shown.case.number
    deliver(town, 1, renamed("改名"))

    told = [(one.party, one.grant, one.kind) for one in shown_case(town.city, number).notices]
    assert told == [("data_office", GRANT, "disputed"), ("data_office", GRANT, "corrected")]
    with sqlite3.connect(town.layout.governance_db) as con:
        dump = "\n".join(con.iterdump())
    con.close()
    assert SAID in dump
    assert person_id(3) not in dump
    assert "人3" not in dump


def test_the_same_value_reported_again_joins_its_case(town: Town) -> None:
    """One value that is wrong is one case, whoever says so and however often."""
    first = report_wrong(town.city, wrong(town))
    again = report_wrong(later(town, 1), wrong(town, text="又一次"))
    assert again.shown.case.number == first.shown.case.number
    assert kinds(again) == ["opened", "dispatched", "seen"]
    assert report_wrong(town.city, wrong(town, item="sex")).shown.case.number > 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": " "}, "1 to 200 characters"),
        ({"text": "长" * 201}, "1 to 200 characters"),
        ({"version": 9}, "no such version"),
        ({"key": {"resident_id": person_id(99)}}, "no record with this key"),
        ({"key": {"resident_id": "no id"}}, "no record with this key"),
        ({"item": "income"}, "does not cover"),
        ({"consumer": "civil_affairs"}, "not this consumer's"),
    ],
)
def test_a_report_points_at_what_there_is(town: Town, said: dict[str, object], why: str) -> None:
    """Anything else is refused, repeats no key, and leaves no case behind."""
    with pytest.raises(CaseError, match=why) as told:
        report_wrong(town.city, wrong(town, **said))
    assert person_id(99) not in str(told.value)
    assert shown_cases(town.city) == ()


def test_clocks_run_from_dispatch_and_from_the_decision(town: Town) -> None:
    """5 working days to decide, 10 to deliver again; overdue is told once of each due day."""
    number = report_wrong(town.city, wrong(town)).shown.case.number
    due = shown_case(town.city, number).shown.due
    assert due
    assert (due.day.isoformat(), due.provisional, due.clause) == ("2026-03-09", False, "七(二)")

    assert run(later(town, 7)).desk.reminded == 1
    assert run(later(town, 8)).desk.overdue == 1
    assert run(later(town, 9)).desk.overdue == 0
    city = later(town, 9)
    assert shown_case(city, number).shown.standing.value == "overdue"
    assert shown_cases(city)[0].case.number == number

    decided = decide_case(city, number, ("", "民函2"), correct=True)
    assert decided.shown.due
    assert decided.shown.due.day.isoformat() == "2026-03-25"
    with pytest.raises(CaseError, match="profile allows no extension"):
        extend_case(city, number, "民函3")


def test_an_extension_is_the_profiles(town: Town) -> None:
    """Where it allows one, it is given once, on a document."""
    figure = {"value": 3, "unit": "working_day", "clause": "示例"}
    town.declare(**{"profiles/test_rules.yaml": change(correction_extension_days=figure)})
    number = report_wrong(town.city, wrong(town)).shown.case.number
    decide_case(town.city, number, ("", None), correct=True)
    found = extend_case(town.city, number, "批1")
    assert found.shown.due
    assert found.shown.due.day.isoformat() == "2026-03-19"
    with pytest.raises(CaseError, match="extended before"):
        extend_case(town.city, number, "批2")


def test_a_rejection_is_told_and_a_person_may_open_it_again(town: Town) -> None:
    """The reporter and everybody who was told of the dispute learn of both."""
    number = report_wrong(town.city, wrong(town)).shown.case.number
    found = decide_case(town.city, number, ("与原件一致", None), correct=False)
    assert [one.kind for one in found.notices] == ["disputed", "rejected"]
    assert number not in [one.case.number for one in shown_cases(town.city)]
    again = reopen_case(later(town, 1), number, ("补充了证明", "函4"))
    assert [one.kind for one in again.notices] == ["disputed", "rejected", "reopened"]
    assert again.events[-2].document == "函4"


def test_a_value_that_was_corrected_since_is_not_disputed_for_long(town: Town) -> None:
    """Who still has the former version reports it again: the next run knows better, at once."""
    number = report_wrong(town.city, wrong(town)).shown.case.number
    deliver(town, 0, renamed("改名"))
    assert not shown_case(town.city, number).shown.case.state.open
    again = report_wrong(later(town, 1), wrong(town))
    assert (again.shown.case.number, again.shown.case.state.open) == (number, True)
    run(later(town, 1))
    assert not shown_case(town.city, number).shown.case.state.open


def test_what_was_rejected_stays_rejected_when_it_is_reported_again(town: Town) -> None:
    """The reporter is told; nobody else is told of a dispute."""
    number = report_wrong(town.city, wrong(town)).shown.case.number
    decide_case(town.city, number, ("与原件一致", None), correct=False)
    again = report_wrong(later(town, 1), wrong(town))
    assert again.shown.case.state.value == "rejected"
    assert [one.kind for one in again.notices] == ["disputed", "rejected"]


def test_an_unknown_case_is_told(town: Town) -> None:
    """Before there is any, and when there are others; no store is made for it."""
    town.layout.governance_db.unlink()
    with pytest.raises(CatalogLookupError, match="no case 1"):
        decide_case(town.city, 1, ("", None), correct=True)
    assert not town.layout.governance_db.exists()


def test_a_disputed_value_is_marked_until_it_is_settled(town: Town) -> None:
    """In the subject view and in `quality.disputed`, by place; no value is repeated there."""
    number = report_wrong(town.city, wrong(town)).shown.case.number
    report_wrong(town.city, wrong(town, item="sex"))
    run(town.city)
    with duckdb.connect(town.layout.city_views, read_only=True) as con:
        marked = con.execute(
            'SELECT resident_id, _disputed FROM subjects."人口" WHERE _disputed IS NOT NULL'
        ).fetchall()
        joined = con.execute(
            "SELECT p.resident_id, d.item FROM civil_affairs.person p JOIN quality.disputed d "
            'ON d.delivery = p._delivery AND d."row" = p._row AND d."case" = ?',
            [number],
        ).fetchall()
    assert marked == [(person_id(3), "name、sex")]
    assert joined == [(person_id(3), "name")]

    deliver(town, 1, renamed("改名"))
    with duckdb.connect(town.layout.city_views, read_only=True) as con:
        assert con.execute("SELECT item FROM quality.disputed").fetchall() == [("sex",)]
        left = con.execute('SELECT DISTINCT _disputed FROM subjects."人口"').fetchall()
    assert sorted(left, key=str) == [("sex",), (None,)]


def test_a_share_marks_what_is_disputed_where_its_grant_asks_for_it(town: Town) -> None:
    """By the granted items alone; without the asking there is no such column."""
    assert _extract(town).columns == ["resident_id", "name", "sex", "birth_date", "residence"]
    town.declare(**{"grants/residents_for_office.yaml": change(resources__0__mark_disputed=True)})
    report_wrong(town.city, wrong(town))
    run(town.city)
    marked = _extract(town)
    assert marked["_disputed"].drop_nulls().to_list() == ["name"]
    assert marked["_disputed"].null_count() == len(marked) - 1

    deliver(town, 1, renamed("改名"))
    assert not run(later(town, 1)).faults
    assert _extract(town)["_disputed"].null_count() == len(marked)


def _extract(town: Town) -> pl.DataFrame:
    folder = town.layout.share_table(GRANT, PERSON)
    return pl.read_parquet(sorted(folder.glob("*.parquet")))
