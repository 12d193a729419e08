"""The year as it was lived, against what was worked out by hand (`moments`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pytest

from governance.cases.clocks import Clocks
from governance.cases.reading import case_files
from governance.cases.states import CaseState
from governance.scores.scorecard import scorecard
from governance.store.database import open_store
from quality.timeliness.duties import due_list
from quality.timeliness.ledger import DUE
from register.outcomes import OUTCOMES
from register.rule_results import RULE_RESULTS, Origin, RuleJudged, rule_results
from register.verdicts import VERDICTS
from tests.city import PERSON
from tests.flow.year.acts import QUARTER, ZONE, Year, lived
from tests.flow.year.city import BY_HAND, DRIFTS, LATE, RULE, SILENT
from tests.flow.year.moments import CASES, CLOCKS, SCORES, VIOLATIONS
from tests.harness.placing import only_on_disk

pytestmark = only_on_disk("hundreds of runs, whose commits are like those of any other test")
TO_ITS_END = pytest.mark.thorough
"""Of what is seen when the year is over; the suite lives through its first quarter."""


def _by_quarter(cases: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Leave cases after the first quarter to `make thorough`; their moment comes first."""
    return [pytest.param(*one, marks=TO_ITS_END if one[0][:10] > QUARTER else ()) for one in cases]


@pytest.fixture(scope="module")
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Year:
    """Return the year as it was lived, as far as these tests ask; nobody changes it."""
    asked = [item for item in request.session.items if item.path == request.path]
    whole = any(item.get_closest_marker("thorough") for item in asked)
    return lived(tmp_path_factory.mktemp("year"), None if whole else QUARTER)


@pytest.mark.parametrize("moment", _by_quarter(zip(CLOCKS)))
def test_at_each_moment_cases_and_clocks_are_as_worked_out(year: Year, moment: str) -> None:
    """So many cases are open and overdue, and the most pressing one is due on that day."""
    assert year.seen[moment].clocks == CLOCKS[moment]


@pytest.mark.parametrize("moment", _by_quarter(zip(CASES)))
def test_at_each_moment_what_fails_has_one_case(year: Year, moment: str) -> None:
    """A silence, a delivery that is late, figures that drift, a rule that fails: one each."""
    others = [one.case for one in year.seen[moment].cases if one.case.origin.value != "report"]
    assert {one.owner: one.about for one in others} == CASES[moment]
    assert {one.state for one in others} <= {CaseState.DISPATCHED}


@pytest.mark.parametrize("moment", _by_quarter(zip(VIOLATIONS)))
def test_at_each_moment_violations_stand_as_worked_out(year: Year, moment: str) -> None:
    """Suspected as soon as it is seen, counted when a post confirmed it, overdue after its term."""
    found: dict[str, list[str]] = {}
    for one in year.seen[moment].violations:
        if one.current:
            late = ", overdue" if one.overdue(date.fromisoformat(moment[:10])) else ""
            found.setdefault(one.department, []).append(f"{one.id[:3]} {one.state.value}{late}")
    told = {department: ", ".join(sorted(some)) for department, some in found.items()}
    assert told == VIOLATIONS[moment]


@pytest.mark.parametrize(
    ("said", "ref", "told"),
    _by_quarter(
        [
            ("2026-01-05 09:00", PERSON, {"2026-01-04": "met", "2026-01-05": "met"}),
            # the worked Saturday before 春节 stands for all days off behind it
            ("2026-02-14 20:00", LATE, {"2026-02-13": "met", "2026-02-14": "met"}),
            ("2026-02-23 20:00", LATE, {"2026-02-14": "met", "2026-02-24": "waiting"}),
            ("2026-02-24 20:00", LATE, {"2026-02-14": "met", "2026-02-24": "met"}),
            # nothing came on 4 March, and what came on the fifth came in the evening
            ("2026-03-05 10:00", LATE, {"2026-03-03": "met", "2026-03-04": "waiting"}),
            ("2026-03-05 10:01", LATE, {"2026-03-04": "missing", "2026-03-05": "waiting"}),
            ("2026-03-05 20:00", LATE, {"2026-03-04": "late", "2026-03-05": "met"}),
            # the same file again is a delivery all the same
            ("2026-05-15 20:00", DRIFTS, {"2026-05-14": "met", "2026-05-15": "met"}),
            # silence from 29 September over 国庆 to the worked Saturday, and on
            ("2026-09-30 10:00", SILENT, {"2026-09-28": "met", "2026-09-29": "waiting"}),
            ("2026-09-30 10:01", SILENT, {"2026-09-29": "missing", "2026-09-30": "waiting"}),
            ("2026-10-08 10:00", SILENT, {"2026-09-29": "missing", "2026-09-30": "waiting"}),
            ("2026-10-08 10:01", SILENT, {"2026-09-30": "missing", "2026-10-08": "waiting"}),
            ("2026-10-12 10:01", SILENT, {"2026-10-09": "missing", "2026-10-10": "missing"}),
            ("2026-10-15 09:01", SILENT, {"2026-10-13": "missing", "2026-10-14": "met"}),
            # who delivers on working days alone has what is due on New Year's Day,
            # as far as is known
            ("2027-01-01 10:00", BY_HAND, {"2026-12-30": "met", "2026-12-31": "waiting ~"}),
            ("2027-01-01 10:01", BY_HAND, {"2026-12-31": "missing ~", "2027-01-01": "waiting ~"}),
            ("2027-01-01 20:00", BY_HAND, {"2026-12-31": "waiting", "2027-01-01": None}),
            ("2027-01-04 09:01", BY_HAND, {"2026-12-31": "met", "2027-01-04": "waiting"}),
        ],
    ),
)
def test_at_each_moment_what_is_due_is_as_worked_out(
    year: Year, said: str, ref: str, told: Mapping[str, str | None]
) -> None:
    """Each period stands as somebody with the calendar on the wall would say; `~` provisionally."""
    now = datetime.fromisoformat(said).replace(tzinfo=ZONE)
    offices = due_list(
        year.catalog_on(said), year.city.layout, now, frozenset({ref.partition("/")[0]})
    )
    (found,) = [one for one in offices if one.resource == ref]
    states = {
        duty.period: f"{duty.state.value}{' ~' if duty.provisional else ''}"
        for duty in found.duties
    }
    assert {period: states.get(period) for period in told} == told


@pytest.mark.parametrize(("day", "department"), _by_quarter(SCORES))
def test_on_each_day_scores_are_as_worked_out(year: Year, day: str, department: str) -> None:
    """Asked long afterwards, by the catalogue of that day."""
    points, total = SCORES[day, department]
    name, _, figure = points.partition(" ")
    card = scorecard(year.city.layout, year.catalog_on(day), date.fromisoformat(day))
    (score,) = [one for one in card.departments if one.department == department]
    found = {one.dimension.value: one.points for one in score.dimensions}
    assert found == dict.fromkeys(found, "100.00") | {name: figure}
    assert score.total == total


def _results(year: Year, ref: str, rule: str) -> list[RuleJudged]:
    rows = rule_results(year.city.layout, ref).to_pylist()
    found = [one for one in map(RULE_RESULTS.fact, rows) if one.rule == rule]
    return sorted(found, key=lambda one: one.judged_at)


@TO_ITS_END
def test_a_figure_that_drifts_fires_on_its_day_and_comes_back(year: Year) -> None:
    """The mean was 200, then 250, where the last three allow 160 to 240; then 200.5."""
    found = {one.judged_at[:10]: one for one in _results(year, DRIFTS, "steady")}
    one = found["2026-04-28"]
    assert (one.passed, one.observed, one.against) == (False, 250, 3)
    assert (one.low, one.high) == pytest.approx((160, 240))
    assert found["2026-04-27"].passed
    assert "2026-05-10" not in found  # the same file again is judged no second time
    # of 200, 200 and 250 the median is 200
    back = found["2026-05-20"]
    assert (back.passed, back.observed) == (True, 200.5)
    assert (back.low, back.high) == pytest.approx((160, 240))


@TO_ITS_END
def test_a_changed_rule_begins_a_new_line_and_the_old_one_keeps_its_words(year: Year) -> None:
    """Until 10 June figures lay between 0 and 1,000, and so it says of what was judged by it."""
    found = _results(year, RULE, "figure:range")
    lines: dict[str, list[RuleJudged]] = {}
    for one in found:
        lines.setdefault(one.fingerprint, []).append(one)
    former, present = lines.values()
    assert (former[-1].judged_at[:10], present[0].judged_at[:10]) == ("2026-06-01", "2026-06-10")
    assert {one.wording_en for one in former} == {"`figure` must be between 0 and 1000"}
    assert {one.wording_en for one in present} == {"`figure` must be between 0 and 500"}
    # 1 on 1 January, two a day on the 150 days to 31 May, three on 1 June, of which the last fails
    assert Counter(one.failing for one in former) == {0: 1 + 2 * 150 + 2, 1: 1}
    # 10 June and 16 June, then two a day from 17 June to 5 January
    assert Counter(one.failing for one in present) == {1: 1, 0: 1 + 2 * 203}


@TO_ITS_END
def test_the_whole_year_lies_in_the_ledgers(year: Year) -> None:
    """More than eight thousand deliveries, each with its verdict and its outcome."""
    layout = year.city.layout
    assert year.came >= 8_760
    verdicts = VERDICTS.table(layout, columns=("resource", "delivery"))
    outcomes = OUTCOMES.table(layout, columns=("resource", "delivery"))
    assert verdicts.num_rows == outcomes.num_rows >= 8_000


@TO_ITS_END
def test_what_the_clock_recorded_is_settled_by_the_notice(year: Year) -> None:
    """Seven periods of the silence are missing, one came late; New Year's silence was none."""
    standing = {(one.resource, one.period): one for one in DUE.read(year.city.layout)}
    counts = Counter((ref, one.state.value) for (ref, _), one in standing.items())
    assert {pair: n for pair, n in counts.items() if pair[1] != "met"} == {
        (LATE, "late"): 1,
        (SILENT, "missing"): 7,  # 29, 30 September, 8, 9, 10, 12, 13 October
    }
    last = standing[BY_HAND, "2026-12-31"]
    assert (last.due_at, last.provisional) == ("2027-01-04T10:00:00+08:00", False)
    said = [
        (one.judged_at[:16], one.passed)
        for one in _results(year, BY_HAND, "delivery:missing")
        if one.origin is Origin.CLOCK and one.judged_at > "2026-12-31T21"
    ]
    # missing at noon, not any more in the evening; the two periods after it came in time
    assert said[:2] == [("2027-01-01T12:00", False), ("2027-01-01T20:00", True)]
    assert {passed for _, passed in said[2:]} == {True}


@TO_ITS_END
def test_thirty_corrections_come_to_their_ends(year: Year) -> None:
    """Each word was said once: opened, extended, reopened, rejected, overdue."""
    with open_store(year.city.layout) as store, store.reading() as session:
        files = case_files(session, Clocks.of(year.city.catalog), year.city.clock())
    told = Counter(event.kind.value for one in files for event in one.events)
    # 30 reports, one delivery that was late, one drift, two of the changed rule, two silences
    assert told["opened"] == 30 + 1 + 1 + 2 + 2
    # reports 9 and 10, corrections 5 and 6, the drift, the rule, the silence, 19 and 20, all ten
    assert told["overdue"] == 2 + 2 + 1 + 1 + 1 + 2 + 10
    assert (told["extended"], told["reopened"], told["rejected"]) == (1, 1, 3)
    assert Counter(one.shown.case.state for one in files) == {
        CaseState.REJECTED: 3,
        CaseState.CLOSED: 36 - 3 - 10,
        CaseState.DISPATCHED: 10,
    }
    ended = [one for one in files if one.report and one.shown.case.state is CaseState.CLOSED]
    # by evidence alone: each names the delivery that brought another value
    assert len(ended) == 17
    assert all(one.events[-1].facts["delivery"] for one in ended)
