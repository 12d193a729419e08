"""Behaviour of the look at a home: it changes with what any page may tell of."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flow.city import City
from outlets.reports.facts.seen import seen_in
from register.approvals import APPROVALS, Answer, Approval
from tests.city import NOW, PERSON
from tests.city.homes import copied


def test_a_look_changes_with_the_day_and_with_every_ledger(reported: City, tmp_path: Path) -> None:
    """The same home on the same day looks the same; a day or an approval later it does not."""
    city = copied(reported, tmp_path)
    before = seen_in(city.layout, city.catalog, NOW)
    assert before == seen_in(city.layout, city.catalog, NOW + timedelta(minutes=5))
    assert before != seen_in(city.layout, city.catalog, NOW + timedelta(days=1))
    one = Approval(PERSON, "000003-0", "文 1", "tests", Answer.APPROVE, NOW.isoformat())
    APPROVALS.record(city.layout, [one])
    assert before != seen_in(city.layout, city.catalog, NOW)
