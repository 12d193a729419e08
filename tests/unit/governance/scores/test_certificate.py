"""The certificate: counts of one department and month, digests of what they are made from."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from governance.scores.canonical import canonical
from governance.scores.certificate import Certificate, certificate, period_of
from governance.scores.moments import Span
from storage.delta.tables import snapshot
from storage.digests import sha256_of
from tests.city import NOW, PERSON, REGION
from tests.city.homes import Town
from tests.city.records import people

ZONE = "Asia/Shanghai"
NEXT = date(2026, 4, 1)
BAD = ("CANARY2", 9, "1990-01-01", 350500, "1.00")


@pytest.mark.parametrize(
    ("text", "last", "complete"),
    [
        ("2026-02", date(2026, 2, 28), True),
        ("2026-03", date(2026, 3, 31), False),
        ("2024-02", date(2024, 2, 29), True),
    ],
)
def test_a_period_is_a_month_up_to_today(text: str, last: date, *, complete: bool) -> None:
    """On its last day it is not over yet."""
    found = period_of(text, date(2026, 3, 31), ZONE)
    assert found
    assert (found.span.last, found.complete) == (last, complete)


@pytest.mark.parametrize("text", ["2026-04", "2026-13", "2026", "2026-3", "二零二六", ""])
def test_what_is_no_month_or_is_to_come_is_no_period(text: str) -> None:
    """Nothing can be certified of it."""
    assert period_of(text, date(2026, 3, 31), ZONE) is None


def _certified(town: Town) -> Certificate:
    period = period_of("2026-03", NEXT, ZONE)
    assert period
    return certificate(town.layout, town.city.catalog, "civil_affairs", period)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return a home to which divisions and four persons came in March, one of them bad."""
    made = Town(tmp_path_factory.mktemp("certified"))
    made.take(PERSON, "p1.csv", people(range(4), p2=BAD))
    return made


def test_it_counts_what_came_in_the_month(town: Town) -> None:
    """Two deliveries, of six records, of which one was quarantined."""
    one = _certified(town)
    assert (one.deliveries, one.passed, one.rejected) == (2, 2, 0)
    assert (one.records, one.accepted, one.quarantined) == (6, 5, 1)
    assert one.complete
    assert one.violations == {"confirmed": 0, "rectified": 0, "circulated": 0, "referred": 0}


def test_its_tables_are_those_of_that_day(town: Town) -> None:
    """Delta's own time travel finds as many rows at the version that it names."""
    told = {one.resource: one for one in _certified(town).resources}
    for ref, rows in ((REGION, 2), (PERSON, 3)):
        found = snapshot(town.layout.authoritative(ref), told[ref].table_version)
        assert found
        assert (told[ref].rows, found.rows(), found.table_id) == (rows, rows, told[ref].table_id)


def test_it_is_canonical_and_its_digest_can_be_worked_out(town: Town) -> None:
    """By anybody who has the file, without the home."""
    document = json.loads(_certified(town).document())
    assert canonical(document) == _certified(town).document()
    assert sha256_of(canonical(document["content"]).encode()) == document["sha256"]
    ledgers = {one["ledger"]: one["rows"] for one in document["content"]["sources"]}
    assert ledgers["verdicts"] == ledgers["outcomes"] == 2
    assert ledgers["rule_results"] > 0


def test_no_value_of_the_data_is_in_it(town: Town) -> None:
    """Counts, codes, names of the catalogue, digests."""
    said = _certified(town).document()
    assert "CANARY" not in said
    assert "350500199001010" not in said


def test_a_later_month_changes_nothing(town: Town, tmp_path: Path) -> None:
    """The same department and month give the same bytes after more deliveries."""
    later = town.copied(tmp_path)
    before = _certified(later).document()
    for days in (31, 40):
        later.city = replace(later.city, clock=lambda n=days: NOW + timedelta(days=n))  # type: ignore[misc]
        later.take(PERSON, f"p{days}.csv", people(range(4 + days)))
    assert _certified(later).document() == before
    inside = town.copied(tmp_path / "inside")
    inside.city = replace(inside.city, clock=lambda: NOW + timedelta(days=5))
    inside.take(PERSON, "p5.csv", people(range(9)))
    assert _certified(inside).document() != before


def test_a_department_without_anything_is_certified_as_such(town: Town) -> None:
    """No delivery, no points; its resources are named."""
    period = period_of("2026-03", NEXT, ZONE)
    assert period
    one = certificate(town.layout, town.city.catalog, "data_office", period)
    assert (one.deliveries, one.score.total) == (0, None)
    assert {told.rows for told in one.resources} == {None}
    assert isinstance(period.span, Span)
