"""A year of three resources over 春节, 国庆 and into an unpublished year, worked out by hand.

The daily one brings yesterday's records by ten o'clock, the weekly one comes on Thursdays, the
monthly one on the tenth. What came is written by hand; the clock moves over it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalog_specs.loader import load
from catalog_specs.working_days import working_days
from flow.city import City
from flow.failures import Faults
from flow.timeliness import look_at_clock
from quality.timeliness.duties import due_list
from quality.timeliness.ledger import DUE
from register.outcomes import OUTCOMES, Applied
from register.receipts import write_receipt
from register.records import Outcome, VerdictKind
from register.rule_results import RULE_RESULTS, Origin
from register.verdicts import VERDICTS
from tests.city import PERMIT, PERSON, VISIT
from tests.city.declared import change, compiled, write_catalog
from tests.city.homes import city_of
from tests.city.registers import delivery, verdict_on
from tests.harness.engines import only_on_duckdb
from tests.harness.placing import only_on_disk

WHY = "what is due by when is a matter of calendars"
pytestmark = [only_on_disk(WHY), only_on_duckdb(WHY)]
ZONE = ZoneInfo("Asia/Shanghai")
DECLARED: dict[str, Any] = {
    f"resources/{PERSON}.yaml": change(update_cycle="daily", due={"grace": 1, "time": "10:00"}),
    f"resources/{VISIT}.yaml": change(update_cycle="weekly"),
    f"resources/{PERMIT}.yaml": change(update_cycle="monthly", due={"grace": 3}),
}
NOTICE = {
    "year": 2027,
    "notice": "国办发明电〔2026〕7号",
    "days_off": [
        {"name": "元旦", "first": date(2027, 1, 1), "last": date(2027, 1, 3)},
        {"name": "劳动节", "first": date(2027, 5, 1), "last": date(2027, 5, 3)},
        {"name": "国庆节", "first": date(2027, 10, 1), "last": date(2027, 10, 7)},
    ],
}
CALENDAR = working_days(compiled())


def looked(city: City) -> None:
    """Look at the clock; nothing fails."""
    faults = Faults(city.layout)
    look_at_clock(city, faults)
    assert faults.found == []


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZONE)


def _daily() -> Iterator[datetime]:
    """Every working day at nine: but on 4 March, and from 29 September to 10 October."""
    silent = {date(2026, 3, 4)} | {date(2026, 9, 29) + timedelta(days=n) for n in range(12)}
    day = date(2026, 2, 2)
    while day <= date(2026, 12, 31):
        if CALENDAR.is_working_day(day) and day not in silent:
            yield _moment(f"{day} 09:00")
        day += timedelta(days=1)
    yield _moment("2027-01-04 09:00")


def _weekly() -> Iterator[datetime]:
    """Every Thursday but in 春节, in mid May and in 国庆; what was left out comes on other days."""
    left_out = {date(2026, 2, 19), date(2026, 5, 14), date(2026, 10, 1), date(2026, 10, 8)}
    day = date(2026, 2, 5)
    while day <= date(2026, 12, 31):
        if day not in left_out:
            yield _moment(f"{day} 15:00")
        day += timedelta(days=7)
    yield _moment("2026-02-24 15:00")
    yield _moment("2026-05-19 08:00")
    yield _moment("2026-10-08 15:00")


def _monthly() -> Iterator[datetime]:
    """The tenth of every month but June and August; June's comes on 2 July, in its grace."""
    for month in (2, 3, 4, 5, 7, 9, 10, 11, 12):
        yield _moment(f"2026-{month:02}-10 12:00")
    yield _moment("2026-07-02 12:00")


def _write(city: City, ref: str, moments: Sequence[datetime]) -> None:
    """Write deliveries that came, passed and were applied at these moments."""
    made = [
        replace(delivery(ref, number), landed_at=moment.isoformat())
        for number, moment in enumerate(sorted(moments), start=1)
    ]
    for one in made:
        path = city.layout.receipt(ref, one.delivery)
        path.parent.mkdir(parents=True)
        write_receipt(path, one)
    department, _, resource = ref.partition("/")
    VERDICTS.record(city.layout, [verdict_on(one, VerdictKind.PASSED) for one in made])
    OUTCOMES.record(
        city.layout,
        [
            Applied(
                Outcome(department, resource, one.delivery, one.files),
                one.sequence, "t", one.sequence, True, one.landed_at,
            )
            for one in made
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return the city in whose home the year was written; a look adds to the ledgers alone."""
    folder = tmp_path_factory.mktemp("year")
    city = city_of(load(write_catalog(folder, **DECLARED)), folder / "home")
    for ref, moments in ((PERSON, _daily()), (VISIT, _weekly()), (PERMIT, _monthly())):
        _write(city, ref, [*moments])
    return city


def _states(city: City, said: str, ref: str) -> dict[str, str]:
    found = {one.resource: one for one in due_list(city.catalog, city.layout, _moment(said))}
    return {
        duty.period: f"{duty.state.value}{' ~' if duty.provisional else ''}"
        for duty in found[ref].duties
    }


@pytest.mark.parametrize(
    ("said", "ref", "told"),
    [
        ("2026-02-02 09:00", PERSON, {"2026-02-02": "met", "2026-02-03": "waiting"}),
        # Wednesday 4 March was left out: Thursday's file is for it, and so on
        ("2026-03-05 08:59", PERSON, {"2026-03-04": "waiting", "2026-03-05": "waiting"}),
        ("2026-03-05 10:01", PERSON, {"2026-03-04": "met", "2026-03-05": "waiting"}),
        ("2026-03-06 10:01", PERSON, {"2026-03-05": "met", "2026-03-06": "waiting"}),
        # a week that is free as a whole is owed on the first day after it
        ("2026-02-24 14:59", VISIT, {"2026-W07": "met", "2026-W08": "waiting"}),
        ("2026-02-24 15:00", VISIT, {"2026-W08": "met", "2026-W09": "waiting"}),
        ("2026-03-03 00:00", VISIT, {"2026-W09": "met", "2026-W10": "waiting"}),
        # the week to Sunday 17 May is due on Monday
        ("2026-05-18 23:59", VISIT, {"2026-W20": "waiting", "2026-W21": "waiting"}),
        ("2026-05-19 00:00", VISIT, {"2026-W20": "missing", "2026-W21": "waiting"}),
        ("2026-05-19 08:00", VISIT, {"2026-W20": "late", "2026-W21": "met"}),
        # 8 October is for the week before; the week to Sunday the 11th is due on the 12th
        ("2026-10-12 23:59", VISIT, {"2026-W40": "met", "2026-W41": "waiting"}),
        ("2026-10-13 00:00", VISIT, {"2026-W41": "missing", "2026-W42": "waiting"}),
        ("2026-10-15 15:00", VISIT, {"2026-W41": "late", "2026-W42": "met"}),
        ("2027-01-05 00:00", VISIT, {"2026-W53": "met ~", "2027-W01": "waiting ~"}),
        ("2026-02-10 12:00", PERMIT, {"2026-02": "met", "2026-03": "waiting"}),
        ("2026-07-02 11:59", PERMIT, {"2026-06": "waiting", "2026-07": "waiting"}),
        ("2026-07-02 12:00", PERMIT, {"2026-06": "met", "2026-07": "waiting"}),
        ("2026-09-03 23:59", PERMIT, {"2026-08": "waiting", "2026-09": "waiting"}),
        ("2026-09-04 00:00", PERMIT, {"2026-08": "missing", "2026-09": "waiting"}),
        ("2026-09-10 12:00", PERMIT, {"2026-08": "late", "2026-09": "met"}),
        ("2027-01-06 00:00", PERMIT, {"2026-12": "met ~", "2027-01": "waiting ~"}),
    ],
)
def test_each_named_moment_is_as_worked_out(
    year: City, said: str, ref: str, told: dict[str, str]
) -> None:
    """At every moment each period stands as somebody with the calendar on the wall would say."""
    found = _states(year, said, ref)
    assert {period: found[period] for period in told} == told


def test_what_is_recorded_over_the_year_is_settled_by_the_notice(
    year: City, tmp_path: Path
) -> None:
    """Looked at every Monday at noon; the notice for 2027 turns the last silence into none."""
    city, at = year, _moment("2026-02-02 12:00")
    while at < _moment("2027-01-04 12:00"):
        looked(replace(city, clock=lambda now=at: now))
        at += timedelta(days=7)
    looked(replace(city, clock=lambda: _moment("2027-01-04 12:00")))
    standing = {(one.resource, one.period): one for one in DUE.read(city.layout)}
    counts = Counter((ref, one.state.value) for (ref, _), one in standing.items())
    assert {pair: n for pair, n in counts.items() if pair[1] != "met"} == {
        (PERSON, "missing"): 6,  # 28, 29, 30 September, 8, 9 October; 31 December, provisionally
        (VISIT, "late"): 2,
        (PERMIT, "late"): 1,
    }
    assert standing[PERSON, "2026-12-31"].provisional

    noticed = load(write_catalog(tmp_path, **DECLARED, **{"calendar/2027.yaml": NOTICE}))
    looked(replace(city, catalog=noticed, clock=lambda: _moment("2027-01-04 13:00")))
    after = {(one.resource, one.period): one for one in DUE.read(city.layout)}
    last, void = after[PERSON, "2026-12-31"], after[PERSON, "2027-01-01"]
    assert (last.state.value, last.due_at, last.provisional) == (
        "met",
        "2027-01-04T10:00:00+08:00",
        False,
    )
    assert void.state.value == "void"
    clock = [one for one in RULE_RESULTS.read(city.layout) if one.origin is Origin.CLOCK]
    missing = Counter(
        one.resource for one in clock if one.rule == "delivery:missing" and one.failing
    )
    # no Monday fell between the due moments of the two late weeks and what came
    assert missing == {PERSON: 6, PERMIT: 1}
    late = Counter(one.resource for one in clock if one.rule == "delivery:late" and one.failing)
    assert late == {VISIT: 2, PERMIT: 1}
