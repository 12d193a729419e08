"""Terms that end: what a catalogue says of today."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.laws.wording.terms import laws_of
from catalog_specs.loader import check
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    OFFICE,
    TODAY,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)


def _term(**more: Any) -> dict[str, Any]:
    return {"post": "数据管理员", "since": date(2024, 1, 2), "filing_no": "145-2024-01", **more}


def _reviewed(day: date) -> Change:
    share = {"type": "not_yet", "methods": ["verify"], "legal_basis": ["某法第一条"]}
    return change(share={**share, "review_on": day})


BREACHES = (
    at(
        "CAT-035",
        "a steward who is not in office yet",
        (OFFICE, "steward.since"),
        "begins on 2026-03-03",
        change(steward=_term(since=date(2026, 3, 3))),
    ),
    at(
        "CAT-035",
        "a term that ended yesterday",
        (OFFICE, "responsible.until"),
        "ended on 2026-03-01",
        change(responsible=_term(until=date(2026, 3, 1))),
    ),
    at(
        "CAT-035",
        "a review that is overdue",
        (VISIT, "share.review_on"),
        "looked at again on 2026-03-01",
        change(
            share={
                "type": "not_yet",
                "methods": ["verify"],
                "legal_basis": ["某法第一条"],
                "review_on": date(2026, 3, 1),
            }
        ),
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "the first day of a term": {OFFICE: change(steward=_term(since=TODAY))},
    "the last day of a term": {OFFICE: change(responsible=_term(until=TODAY))},
    "the day of the review": {VISIT: _reviewed(TODAY)},
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_what_is_over_or_has_not_begun_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A post outside its term and a review in arrears are reported with the day."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_first_and_last_days_count(changes: dict[str, Change], tmp_path: Path) -> None:
    """Terms are inclusive, and a review is due on its day."""
    assert_lawful(changes, tmp_path)


def test_a_catalogue_grows_old_by_the_day_of_asking(tmp_path: Path) -> None:
    """The same catalogue is lawful today and not tomorrow; without a day nothing is said."""
    root = write_catalog(tmp_path, **{OFFICE: change(steward=_term(until=TODAY))})
    assert check(root)[1] == ()
    assert check(root, laws_of(TODAY))[1] == ()
    assert [p.code for p in check(root, laws_of(TODAY + timedelta(days=1)))[1]] == ["CAT-035"]
