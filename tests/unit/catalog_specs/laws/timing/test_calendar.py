"""The operator's calendar: slips in a typed-in notice are reported in their place."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.loader import check
from tests.city.declared import Change, write_catalog
from tests.unit.catalog_specs.laws.breach import Breach, assert_lawful, assert_reported_alone

FILE = "calendar/2027.yaml"
NEXT = "calendar/2028.yaml"


def _off(name: str, first: date, last: date) -> dict[str, Any]:
    return {"name": name, "first": first, "last": last}


def _notice(year: int = 2027, **more: Any) -> dict[str, Any]:
    """Return a notice that breaks no law, changed in places."""
    return {
        "year": year,
        "notice": f"国办发明电〔{year - 1}〕7号",
        "days_off": [
            _off("元旦", date(year - 1, 12, 31), date(year, 1, 2)),
            _off("劳动节", date(year, 5, 1), date(year, 5, 5)),
            _off("国庆节", date(year, 10, 1), date(year, 10, 7)),
        ],
        **more,
    }


def _more_off(*holidays: dict[str, Any]) -> dict[str, Any]:
    return _notice(days_off=[*_notice()["days_off"], *holidays])


def _broken(name: str, path: str, says: str, notice: dict[str, Any]) -> Breach:
    return Breach("CAT-045", name, FILE, path, says, {FILE: notice})


BREACHES = (
    _broken(
        "a day of another year",
        "days_off[3]",
        "neither in 2027 nor in the December before",
        _more_off(_off("春节", date(2026, 2, 6), date(2026, 2, 8))),
    ),
    _broken(
        "a working weekend that is a Monday",
        "working_weekends[0]",
        "no Saturday or Sunday",
        _notice(working_weekends=[date(2027, 2, 15)]),
    ),
    _broken(
        "a day both off and worked",
        "working_weekends[0]",
        "2027-10-02 is named already, in `days_off[2]` of 2027",
        _notice(working_weekends=[date(2027, 10, 2)]),
    ),
    _broken(
        "a holiday twice",
        "days_off[3]",
        "named already",
        _more_off(_off("中秋节", date(2027, 10, 7), date(2027, 10, 8))),
    ),
    _broken(
        "a fixed holiday that is missing",
        "days_off",
        "2027-05-01, a day off in every year, is missing",
        _notice(days_off=[_notice()["days_off"][0], _notice()["days_off"][2]]),
    ),
    Breach(
        "CAT-045",
        "two notices for one day",
        NEXT,
        "days_off[0]",
        "`working_weekends[0]` of 2027",
        {
            FILE: _notice(working_weekends=[date(2027, 12, 25)]),
            NEXT: _notice(
                2028,
                days_off=[
                    _off("元旦", date(2027, 12, 25), date(2028, 1, 1)),
                    *_notice(2028)["days_off"][1:],
                ],
            ),
        },
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "a year": {FILE: _notice()},
    "two years": {FILE: _notice(), NEXT: _notice(2028)},
    "a worked Sunday": {FILE: _notice(working_weekends=[date(2027, 9, 26)])},
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_slip_in_a_notice_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A wrong or doubled day would move deadlines without anybody noticing."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_a_copied_notice_is_lawful(changes: dict[str, Change], tmp_path: Path) -> None:
    """What stands in a notice can be written down."""
    assert_lawful(changes, tmp_path)


@pytest.mark.parametrize(
    ("notice", "path"),
    [
        (_notice(2028), "year"),
        (_more_off(_off("春节", date(2027, 2, 8), date(2027, 2, 6))), "days_off[3]"),
        (_more_off(_off("春节", date(2027, 2, 6), date(2072, 2, 8))), "days_off[3]"),
    ],
)
def test_a_malformed_notice_names_its_place(
    notice: dict[str, Any], path: str, tmp_path: Path
) -> None:
    """A file of another year, and holidays that end before they begin or never, are no notice."""
    catalog, problems = check(write_catalog(tmp_path, **{FILE: notice}))
    assert catalog is None
    assert (FILE, path) in {(problem.file, problem.path) for problem in problems}
