"""Results of the clock: what each rule says of a period, and only what is new of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quality.timeliness.ledger import Change, DueSettled
from quality.timeliness.results import clock_results
from quality.timeliness.settling import DueState
from tests.city import NOW, VISIT
from tests.city.resources import visit

MET = DueSettled(
    department="data_office",
    resource=VISIT,
    period="2026-02-27",
    first_day="2026-02-27",
    last_day="2026-02-27",
    due_at="2026-02-27T23:59:00+08:00",
    provisional=False,
    state=DueState.MET,
    stale=False,
    delivery="000001-aaaaaaaaaaaa",
    came_at="2026-02-27T12:00:00+08:00",
    days_late=0,
    recorded_at=NOW.isoformat(),
)
MISSING = replace(MET, state=DueState.MISSING, stale=True, delivery=None, came_at=None)
LATE = replace(MET, state=DueState.LATE, stale=True)
HELD = replace(MET, stale=True)
VOID = replace(MISSING, state=DueState.VOID, stale=False)


def said(now: DueSettled, before: DueSettled | None = None) -> list[str]:
    """Return the rules of the results, `!` before those that are broken."""
    found = clock_results(visit(), Change(now, before))
    return [f"{'' if one.passed else '!'}{one.rule}" for one in found]


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (MET, None, ["delivery:missing", "delivery:late", "table:stale"]),
        (MISSING, None, ["!delivery:missing", "!table:stale"]),
        (LATE, MISSING, ["delivery:missing", "!delivery:late"]),
        (LATE, None, ["delivery:missing", "!delivery:late", "!table:stale"]),
        (HELD, None, ["delivery:missing", "delivery:late", "!table:stale"]),
        (MISSING, HELD, ["!delivery:missing"]),
        (VOID, MISSING, ["delivery:missing", "table:stale"]),
        (replace(MISSING, provisional=True), MISSING, []),
    ],
)
def test_each_rule_says_what_is_new(
    now: DueSettled, before: DueSettled | None, told: list[str]
) -> None:
    """A rule whose answer is as it was has no further result."""
    assert said(now, before) == told


def test_a_changed_term_is_another_rule() -> None:
    """Its fingerprint follows the declaration; `since` is no part of what is asked."""
    plain = visit()

    def mark(**due: object) -> str:
        changed = plain.model_copy(update={"due": plain.due.model_copy(update=due)})
        return next(clock_results(changed, Change(MET, None))).fingerprint

    assert mark() == mark(since=NOW.date())
    assert len({mark(), mark(grace=1), mark(time="10:00"), mark(every_day=True)}) == 4
