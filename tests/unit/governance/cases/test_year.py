"""A year of cases with an injected clock, against days and counts that were worked out by hand.

2026: off are 15 to 23 February (春节), 4 to 6 April, 1 to 5 May, 19 to 21 June, 25 to 27 September
and 1 to 7 October (国庆); worked are the Saturdays 14 and 28 February, 9 May and 10 October, and
Sunday 20 September. 2027 is not published; on 30 December its first days are entered as off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from catalog_specs.working_days import WorkingDays
from governance.cases.clocks import Clocks, Standing
from governance.cases.reading import cases
from governance.cases.reminding import remind
from governance.cases.settling import case_with_key, settle, stored
from governance.cases.signals import CaseOrigin, Signal
from governance.cases.states import By, Case, CaseState, Step, decided, extended
from governance.store.database import Store, open_store
from governance.store.tables.cases import EventRow
from storage.layout import Layout
from tests.city.declared import compiled

ZONE = ZoneInfo("Asia/Shanghai")
A, B, C = (range(1, 11), range(11, 21), range(21, 31))
"""The 30 corrections, reported on 9 February, 29 September and 25 December."""
DEPARTMENTS = 12


class Year:
    """The store, its clock, and the acts of the year."""

    def __init__(self, store: Store) -> None:
        """Begin on the first of January."""
        self.store, self.clocks, self.day = store, Clocks.of(compiled()), date(2026, 1, 1)
        self.acts = _acts()

    def by(self, document: str | None = None, note: str = "") -> By:
        """Name a post at nine o'clock of the day."""
        at = datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=ZONE)
        return By("岗位", at, document, note)

    def tell(self, origin: CaseOrigin, about: str, cause: str = "", *, failing: bool) -> None:
        """Let a fact of the day meet the cases."""
        owner = f"d{len(about) % DEPARTMENTS:02}"
        signal = Signal(
            *(origin, f"{owner}/r", about, cause, failing, 1), {}, self.by().at, owner=owner
        )
        with self.store.writing() as session:
            settle(session, [signal], self.by())

    def report(self, numbers: range | list[int], *, wrong: bool = True) -> None:
        """Let consumers report values, or their sources deliver others."""
        for number in numbers:
            self.tell(CaseOrigin.REPORT, "x" * number, failing=wrong)

    def step(self, numbers: range | list[int], act: Callable[[Case, By], Step], by: By) -> None:
        """Take a step of some corrections."""
        for number in numbers:
            owner = f"d{number % DEPARTMENTS:02}"
            key = ("report", f"{owner}/r", "x" * number, "")
            with self.store.writing() as session:
                case, row = case_with_key(session, key)
                stored(session, act(case, by), row)

    def decide(self, numbers: range | list[int], *, correct: bool) -> None:
        """Enter decisions."""
        by = self.by("函", "与原件一致")
        self.step(numbers, lambda case, by: decided(case, by, correct=correct), by)

    def extend(self, number: int) -> None:
        """Extend one correction by five working days."""
        self.step([number], lambda case, by: extended(case, by, 5), self.by("批1"))

    def enter_2027(self) -> None:
        """Enter that the first three days of 2027 are off."""
        known = self.clocks.calendar
        off = known.off | {date(2027, 1, day) for day in (1, 2, 3)}
        calendar = WorkingDays(known.years | {2027}, off, known.worked)
        self.clocks = replace(self.clocks, calendar=calendar)

    def live(self, until: str) -> tuple[int, int, str | None, bool]:
        """Let the days pass; return open and overdue cases, the first due day, and its doubt."""
        last = date.fromisoformat(until)
        while True:
            self._morning()
            with self.store.writing() as session:
                remind(session, self.clocks, self.by())
            if self.day == last:
                break
            self.day += timedelta(days=1)
        with self.store.reading() as session:
            found = cases(session, self.clocks, self.by().at)
        overdue = sum(one.standing is Standing.OVERDUE for one in found)
        due = found[0].due if found else None
        return len(found), overdue, str(due.day) if due else None, bool(due and due.provisional)

    def _morning(self) -> None:
        """Do what the day brings, once."""
        for act in self.acts.pop(str(self.day), ()):
            act(self)


def _acts() -> dict[str, list[Callable[[Year], None]]]:
    """Return what happens, by day."""
    rule, late = CaseOrigin.RULE, CaseOrigin.LATENESS
    return {
        "2026-02-09": [lambda y: y.report(A)],
        "2026-02-12": [lambda y: y.decide(range(1, 7), correct=True)],
        "2026-02-13": [lambda y: y.decide([7, 8], correct=False)],
        "2026-02-24": [lambda y: y.decide([9, 10], correct=True)],
        "2026-03-03": [lambda y: y.report([1, 2, 3], wrong=False), lambda y: y.extend(4)],
        "2026-03-09": [lambda y: y.report([9, 10], wrong=False)],
        "2026-03-11": [lambda y: y.report([4], wrong=False)],
        "2026-03-20": [lambda y: y.report([5, 6], wrong=False)],
        # one department is silent for a period
        "2026-03-16": [lambda y: y.tell(late, "2026-03", failing=True)],
        "2026-04-02": [lambda y: y.tell(late, "2026-03", failing=False)],
        # one rule drifts, and comes back
        "2026-04-28": [lambda y: y.tell(rule, "drift", "f", failing=True)],
        "2026-05-20": [lambda y: y.tell(rule, "drift", "f", failing=False)],
        # one rule is changed while it fails
        "2026-06-01": [lambda y: y.tell(rule, "changed", "f1", failing=True)],
        "2026-06-10": [
            lambda y: y.tell(rule, "changed", "f1", failing=False),
            lambda y: y.tell(rule, "changed", "f2", failing=True),
        ],
        "2026-06-16": [lambda y: y.tell(rule, "changed", "f2", failing=False)],
        "2026-09-29": [lambda y: y.report(B)],
        "2026-10-12": [lambda y: y.decide(B, correct=True)],
        "2026-10-26": [lambda y: y.report(range(11, 19), wrong=False)],
        "2026-11-02": [lambda y: y.report([19, 20], wrong=False)],
        "2026-11-16": [lambda y: y.report([20])],  # the wrong value again
        "2026-11-20": [lambda y: y.decide([20], correct=False)],
        "2026-12-25": [lambda y: y.report(C)],
        "2026-12-30": [lambda y: y.enter_2027()],
    }


MOMENTS = (
    # day, open, overdue, first due day, provisional
    ("2026-02-08", 0, 0, None, False),
    ("2026-02-09", 10, 0, "2026-02-14", False),  # 10, 11, 12, 13, and Saturday 14 is worked
    ("2026-02-13", 8, 0, "2026-02-14", False),  # two are rejected
    ("2026-02-15", 8, 2, "2026-02-14", False),  # two were not decided, on the first day off
    ("2026-02-23", 8, 2, "2026-02-14", False),
    ("2026-02-24", 8, 0, "2026-03-04", False),  # 13, 14, 24 to 28, 2, 3, 4 March
    ("2026-03-04", 5, 0, "2026-03-04", False),  # three were corrected the day before
    ("2026-03-05", 5, 2, "2026-03-04", False),  # 5 and 6 are late, 4 is extended
    ("2026-03-10", 3, 2, "2026-03-04", False),  # 9 and 10 came on their day, 9 March
    ("2026-03-11", 2, 2, "2026-03-04", False),  # 4 came on its fifteenth day
    ("2026-03-20", 1, 0, "2026-03-23", False),  # the silent department is left
    ("2026-03-24", 1, 1, "2026-03-23", False),
    ("2026-04-02", 0, 0, None, False),
    ("2026-05-08", 1, 0, "2026-05-08", False),  # 29, 30 April, 6, 7, 8 May
    ("2026-05-09", 1, 1, "2026-05-08", False),
    ("2026-05-20", 0, 0, None, False),
    ("2026-06-08", 1, 0, "2026-06-08", False),
    ("2026-06-09", 1, 1, "2026-06-08", False),
    ("2026-06-10", 1, 0, "2026-06-17", False),  # another definition, another case
    ("2026-06-16", 0, 0, None, False),
    ("2026-10-07", 10, 0, "2026-10-12", False),  # 30 September, 8, 9, 10 (Saturday), 12
    ("2026-10-26", 2, 0, "2026-10-26", False),  # 13 to 16, 19 to 23, 26; eight came
    ("2026-10-27", 2, 2, "2026-10-26", False),
    ("2026-11-02", 0, 0, None, False),
    ("2026-11-16", 1, 0, "2026-11-23", False),  # opened again, with a new term
    ("2026-11-20", 0, 0, None, False),
    ("2026-12-29", 10, 0, "2027-01-01", True),  # 28 to 31, and a Friday that nobody knows yet
    ("2026-12-30", 10, 0, "2027-01-04", False),  # the notice is entered
    ("2027-01-04", 10, 0, "2027-01-04", False),
    ("2027-01-05", 10, 10, "2027-01-04", False),
)


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Year]:
    """Yield a year that has not begun."""
    with open_store(Layout(tmp_path)) as store:
        yield Year(store)


def test_a_year_of_cases(year: Year) -> None:
    """At each moment as many are open and overdue as by hand; every word was said once."""
    for day, *expected in MOMENTS:
        assert (day, *year.live(day)) == (day, *expected)

    with year.store.reading() as session:
        asked = select(EventRow.kind, func.count().label("told")).group_by(EventRow.kind)
        told = {row.kind: row.told for row in session.execute(asked)}
        found = cases(session, year.clocks, year.by().at, every=True)
    assert told["opened"] == 30 + 1 + 1 + 2
    assert told["overdue"] == 2 + 2 + 1 + 1 + 1 + 2 + 10
    assert (told["extended"], told["reopened"], told["rejected"]) == (1, 1, 3)
    assert Counter(one.case.state for one in found) == {
        CaseState.REJECTED: 3,
        CaseState.CLOSED: 30 + 1 + 1 + 2 - 3 - 10,
        CaseState.DISPATCHED: 10,
    }
