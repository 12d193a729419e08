"""Supervision from run to score: days of one violation over the holidays, and nothing of the data.

The city's clock is the test's. What is expected at each moment was worked out by hand, from the
calendar as it was published for 2026.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from catalog_specs.rules.violations import ViolationState
from catalog_specs.working_days import working_days
from cli.violations import document_of
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from flow.run import run
from flow.supervision.suspecting import suspect
from governance.cases.disputes import seen_before
from governance.scores.canonical import canonical
from governance.scores.certificate import certificate, period_of
from governance.scores.scorecard import scorecard
from governance.store.database import open_store
from governance.violations.life import Decision, Violation, as_of, decided
from governance.violations.records import violations, write
from tests.city import PERSON, TODAY
from tests.city.declared import change
from tests.city.homes import Town
from tests.city.records import PEOPLE, csv_text, people, person_id

OFFICE = "departments/civil_affairs.yaml"


def _at(town: Town, moment: str) -> None:
    """Put the town's clock to a moment of its own time."""
    now = datetime.fromisoformat(f"{moment}+08:00")
    town.city = replace(town.city, clock=lambda: now)


def _decide(town: Town, state: ViolationState, until: date | None = None) -> None:
    (one,) = violations(town.layout)
    decision = Decision(state, "督查科科长", f"督〔2026〕{state.value}", "", until)
    after = decided(one, decision, (town.city.clock(), "督查科"))
    assert after
    with open_store(town.layout) as store, store.writing() as session:
        write(session, after)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return a town in which a steward's term ends before 春节 and nobody follows for weeks.

    The ten working days from 12 February: 13 and 14 February are worked (the 14th is a
    Saturday), 15 to 23 February are off, 24 to 28 February are worked (the 28th a Saturday), then
    2, 3 and 4 March.
    """
    town = Town(tmp_path_factory.mktemp("year"))
    quiet = {"update_cycle": "yearly"}  # so that no silence is suspected beside it
    for name in ("civil_affairs/person", "civil_affairs/region", "data_office/visit"):
        town.declare(**{f"resources/{name}.yaml": change(**quiet)})
    town.declare(**{"resources/data_office/permit.yaml": change(**quiet)})
    town.declare(**{OFFICE: change(steward__until="2026-02-10")})
    _at(town, "2026-02-10T20:00:00")
    town.take(PERSON, "p.csv", people(range(4), p2=("人2", 9, "1990-01-01", 350500, "1.00")))
    assert suspect(town.city) == (0, 0)
    _at(town, "2026-02-11T08:00:00")
    assert suspect(town.city) == (1, 0)
    _at(town, "2026-02-12T10:00:00")
    term = working_days(town.city.catalog).after(date(2026, 2, 12), 10)
    assert (term.day, term.provisional) == (date(2026, 3, 4), False)
    _decide(town, ViolationState.CONFIRMED, term.day)
    town.declare(**{OFFICE: change(steward__since="2026-03-06")})
    _at(town, "2026-03-06T09:00:00")
    assert suspect(town.city) == (0, 1)
    _at(town, "2026-03-09T11:00:00")
    _decide(town, ViolationState.RECTIFIED)
    return town


MOMENTS = {
    "the last day of his term": ("2026-02-10", None, None, None, 0),
    "the day after": ("2026-02-11", "suspected", None, None, 0),
    "the day of the decision": ("2026-02-12", "confirmed", False, False, 0),
    "a Saturday that is worked": ("2026-02-14", "confirmed", False, False, 0),
    "the eve of the new year": ("2026-02-16", "confirmed", False, False, 0),
    "the new year": ("2026-02-17", "confirmed", False, False, 0),
    "ten calendar days later": ("2026-02-22", "confirmed", False, False, 0),
    "the first day worked again": ("2026-02-24", "confirmed", False, False, 0),
    "ten weekdays later": ("2026-02-26", "confirmed", False, False, 0),
    "the second Saturday worked": ("2026-02-28", "confirmed", False, False, 0),
    "the eve of the last day": ("2026-03-03", "confirmed", False, False, 0),
    "the last day of the term": ("2026-03-04", "confirmed", False, False, 0),
    "the day after the term": ("2026-03-05", "confirmed", True, False, 2),
    "the day a steward is named": ("2026-03-06", "confirmed", True, True, 2),
    "the weekend": ("2026-03-08", "confirmed", True, True, 2),
    "the day it is put right": ("2026-03-09", "rectified", False, True, 0),
    "the day after that": ("2026-03-10", "rectified", False, True, 0),
}
"""Moment → day, state, overdue, no longer seen, and the points that it costs."""


@pytest.mark.parametrize("name", MOMENTS)
def test_a_violation_stands_on_every_day_as_it_did_then(year: Town, name: str) -> None:
    """State, term, whether it was still seen, and the points off, all asked long afterwards."""
    text, state, overdue, gone, off = MOMENTS[name]
    day = date.fromisoformat(text)
    (one,) = violations(year.layout)
    end = datetime.fromisoformat(f"{text}T23:59:59+08:00")
    then = as_of(one, end)
    assert (then.state.value if then else None) == state
    if then is not None and then.state.counts:
        assert (then.overdue(day), then.gone_since is not None) == (overdue, gone)
    card = scorecard(year.layout, year.city.catalog, day)
    (mine,) = [each for each in card.departments if each.department == "civil_affairs"]
    assert mine.violations == off // 2
    assert Decimal(mine.quality or 0) - Decimal(mine.total or 0) == off


def test_a_term_into_a_year_that_is_not_published_is_provisional(year: Town) -> None:
    """From 30 December 2026 on, 2027 is counted by its weekdays, and that is said."""
    assert working_days(year.city.catalog).after(date(2026, 12, 30), 10).provisional


CANARIES = 1_000


def _canary(number: int) -> str:
    return f"CANARY{number:04}"


def test_no_value_of_the_data_leaves_by_supervision(tmp_path: Path) -> None:
    """A thousand values, in declared and undeclared columns, are in no file and no answer of it."""
    town = Town(tmp_path)
    few = {"supervision": {"least_values": {"value": 2, "unit": "个", "clause": "三(三)"}}}
    town.declare(**{"profiles/test_rules.yaml": change(**few)})
    rows = [
        (person_id(n), _canary(n), 1 + n % 9, "1990-01-01", 350500, "1.00", _canary(n))
        for n in range(CANARIES)
    ]
    inbox = town.layout.inbox(PERSON)
    inbox.mkdir(parents=True, exist_ok=True)
    file = inbox / "people.csv"
    file.write_text(csv_text(f"{PEOPLE},手机号", *rows), encoding="utf-8")
    os.utime(file, (town.city.clock().timestamp() - 60,) * 2)
    result = run(town.city)
    assert result.failures == ()
    assert result.desk.suspected > 0
    suspected = violations(town.layout)
    assert any(one.evidence.get("header") == "手机号" for one in suspected)
    period = period_of(f"{TODAY:%Y-%m}", TODAY, "Asia/Shanghai")
    assert period
    catalog = town.city.catalog
    answers = [
        canonical(scorecard(town.layout, catalog, TODAY).as_dict()),
        *(
            certificate(town.layout, catalog, department, period).document()
            for department in catalog.departments
        ),
        *(repr(document_of(one, TODAY)) for one in suspected),
    ]
    kept = [*town.home.glob("governance.db*"), *town.layout.work.glob("*.json")]
    assert kept
    answers += [path.read_bytes().decode("utf-8", "replace") for path in kept]
    found = [number for number in range(CANARIES) for text in answers if _canary(number) in text]
    assert found == []
    assert not any(person_id(7) in text for text in answers)


def test_a_detector_that_fails_is_told_and_keeps_nothing_else(tmp_path: Path) -> None:
    """Cases are settled all the same, and the next run looks again."""
    town = Town(tmp_path)
    town.layout.ledger("undeclared").mkdir(parents=True)
    (town.layout.ledger("undeclared") / "_delta_log").mkdir()
    (town.layout.ledger("undeclared") / "_delta_log" / f"{0:020}.json").write_text("{")

    faults = Faults(town.layout)
    keep_desk(town.city, faults)
    assert [(one.stop, one.subject) for one in faults.found] == [("desk", "violations")]
    assert seen_before(town.layout) == ""


def test_the_same_violation_keeps_its_id(year: Town) -> None:
    """It follows from what it is about, so that a store made anew has the same."""
    (one,) = violations(year.layout)
    assert isinstance(one, Violation)
    assert one.id.startswith("V09-")
