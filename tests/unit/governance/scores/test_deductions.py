"""Deductions: violations and overdue cases that count in a span, from events alone."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from catalog_specs.rules.violations import ViolationState
from governance.scores.deductions import Deductions, counting, deductions
from governance.scores.moments import Span
from governance.store.database import open_store
from governance.store.tables.cases import CaseRow, EventRow
from governance.violations.life import Decision, Violation, decided, entered
from governance.violations.records import write
from storage.layout import Layout
from tests.unit.governance.scores.scored import at

WHO = "测试账号"


def _by(day: int) -> tuple[datetime, str]:
    return datetime.fromisoformat(at(day)), WHO


def _span(first: int, last: int) -> Span:
    return Span(date(2026, 3, first), date(2026, 3, last), "Asia/Shanghai")


def _entered(*steps: tuple[int, ViolationState]) -> Violation:
    """Return one that was entered on the 1st and decided on these days; its term is the 10th."""
    one = entered(("civil_affairs", "civil_affairs"), ("八(三)", "介质"), _by(1))
    for day, state in steps:
        after = decided(one, Decision(state, "岗", "文", "", date(2026, 3, 10)), _by(day))
        assert after
        one = after
    return one


def _days(one: Violation) -> list[int]:
    """Return the days of March on which it costs points, looked at over the last five days."""
    return [day for day in range(5, 26) if counting([one], _span(day - 4, day))]


def test_a_suspicion_costs_nothing_and_neither_does_a_term_that_runs() -> None:
    """Only from the day after the term on does a confirmed one count."""
    assert _days(_entered()) == []
    assert _days(_entered((2, ViolationState.CONFIRMED))) == [*range(11, 26)]


def test_what_was_put_right_stops_costing() -> None:
    """From the day on which a post says so; before its term it never did."""
    confirmed = (2, ViolationState.CONFIRMED)
    assert _days(_entered(confirmed, (9, ViolationState.RECTIFIED))) == []
    assert _days(_entered(confirmed, (14, ViolationState.RECTIFIED))) == [11, 12, 13]


def test_one_that_ended_badly_costs_in_the_span_of_its_end() -> None:
    """Circulated on the 14th: it counts as overdue until then, and for the span afterwards."""
    ends = (2, ViolationState.CONFIRMED), (14, ViolationState.CIRCULATED)
    assert _days(_entered(*ends)) == [*range(11, 19)]
    assert _days(_entered((2, ViolationState.CONFIRMED), (3, ViolationState.DISMISSED))) == []


def test_the_store_is_read_once_and_a_home_without_one_has_none(tmp_path: Path) -> None:
    """Cases count on the day on which their term was over, for their owner."""
    layout = Layout(tmp_path)
    assert deductions(layout) == Deductions()
    moment = _by(1)[0]
    texts = {"wording": "", "wording_en": "", "state": "correcting", "owner": "data_office"}
    moments = dict.fromkeys(("opened_at", "dispatched_at", "seen_at"), moment)
    key = {"origin": "rule", "resource": "d/r", "about": "R1", "cause": ""}
    with open_store(layout) as store, store.writing() as session:
        row = CaseRow(**key, **texts, **moments, count=1, evidence={}, extended_days=0)
        session.add(row)
        session.flush()
        event = {"kind": "overdue", "by": WHO, "note": "", "facts": {}}
        session.add(EventRow(case_id=row.id, at=_by(8)[0], **event))
        write(session, _entered((2, ViolationState.CONFIRMED)))
    kept = deductions(layout)
    found = {day: kept.of(_span(day - 4, day)) for day in (7, 8, 11, 13)}
    assert [(v["civil_affairs"], late["data_office"]) for v, late in found.values()] == [
        (0, 0),
        (0, 1),
        (1, 1),
        (1, 0),
    ]
