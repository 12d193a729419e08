"""The states of a case, held to a plain model over many invented lives, in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from catalog_specs.errors import CaseError
from governance.cases.signals import CaseOrigin, Signal
from governance.cases.states import (
    By,
    Case,
    CaseState,
    EventKind,
    Step,
    decided,
    extended,
    reopened,
    seen,
)

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
REASON = st.sampled_from(["", "  ", "查无此错"])


class Life(RuleBasedStateMachine):
    """One case, and beside it the few words that say where it must be."""

    def __init__(self) -> None:
        """Begin without a case."""
        super().__init__()
        self.case: Case | None = None
        self.now = START
        self.told = START
        self.kinds: list[EventKind] = []
        self.state = "none"
        self.extended = False

    def by(self, note: str = "", document: str | None = None) -> By:
        """Let time pass, and name somebody."""
        self.now += timedelta(hours=1)
        return By("岗位", self.now, document, note)

    def took(self, step: Step, state: str) -> None:
        """Remember a step, which ends in a state."""
        before = self.case
        self.case, events = step
        self.kinds += [one.kind for one in events]
        if before is not None:
            assert self.case.key == before.key
            assert self.case.opened_at == before.opened_at
        self.state = state

    @rule(failing=st.booleans(), count=st.integers(0, 9), old=st.booleans())
    def a_fact(self, failing: bool, count: int, old: bool) -> None:
        """A fact opens, feeds, closes or opens again; one that is known does nothing."""
        if not old:
            self.told += timedelta(hours=1)
        by = self.by()
        signal = Signal(
            *(CaseOrigin.RULE, "d/r", "R1", "f", failing, count), {"delivery": "1"}, self.told
        )
        step = seen(self.case, signal, by)
        is_open = self.state in {"dispatched", "correcting"}
        if self.case is None:
            assert (step is not None) == failing
            if step:
                self.took(step, "dispatched")
        elif self.told <= self.case.seen_at:
            assert step is None
        elif not failing:
            assert (step is not None) == is_open
            if step:
                self.took(step, "closed")
        else:
            assert step is not None
            self.took(step, "dispatched" if self.state == "closed" else self.state)
            self.extended = self.extended and self.state == "correcting"

    @rule(correct=st.booleans(), reason=REASON)
    def a_decision(self, correct: bool, reason: str) -> None:
        """Only a case that waits for a decision is decided, and rejected with a reason."""
        if self.case is None:
            return
        right = self.state == "dispatched" and (correct or reason.strip() != "")
        by = self.by(reason)
        if right:
            self.took(decided(self.case, by, correct=correct), self._decided(correct))
            assert self.case.decided_at == by.at
            self.extended = False
        else:
            with pytest.raises(CaseError):
                decided(self.case, by, correct=correct)

    @staticmethod
    def _decided(correct: bool) -> str:
        return "correcting" if correct else "rejected"

    @rule(days=st.sampled_from([0, 5]), document=st.sampled_from([None, "", "批〔2026〕1号"]))
    def an_extension(self, days: int, document: str | None) -> None:
        """A case is extended once, where the profile allows it, on a document."""
        if self.case is None:
            return
        by = self.by(document=document)
        if self.state == "correcting" and days and document and not self.extended:
            self.took(extended(self.case, by, days), "correcting")
            self.extended = True
        else:
            with pytest.raises(CaseError):
                extended(self.case, by, days)

    @rule(reason=REASON)
    def a_hand(self, reason: str) -> None:
        """What is over is opened again with a reason, and its clocks start anew."""
        if self.case is None:
            return
        by = self.by(reason)
        if self.state in {"closed", "rejected"} and reason.strip():
            self.took(reopened(self.case, by), "dispatched")
            assert (self.case.dispatched_at, self.case.decided_at) == (by.at, None)
            self.extended = False
        else:
            with pytest.raises(CaseError):
                reopened(self.case, by)

    @invariant()
    def it_is_where_the_model_is(self) -> None:
        """State, extension and history agree with the plain words."""
        if self.case is None:
            assert self.kinds == []
            return
        assert self.case.state.value == self.state
        assert bool(self.case.extended_days) == self.extended
        assert (self.case.closed_at is None) == self.case.state.open
        assert self.kinds[:2] == [EventKind.OPENED, EventKind.DISPATCHED]
        again = self.kinds.count(EventKind.REOPENED)
        over = sum(kind in {EventKind.CLOSED, EventKind.REJECTED} for kind in self.kinds)
        assert over - again == (not self.case.state.open)
        assert self.kinds.count(EventKind.DISPATCHED) == again + 1


Life.TestCase.settings = settings(max_examples=1_000, stateful_step_count=12, deadline=None)


class TestLife(Life.TestCase):  # type: ignore[name-defined, misc]
    """A case is where its history says, through any life."""


def test_a_rejected_case_is_not_opened_again_by_the_same_failure() -> None:
    """What a department decided not to correct stays decided until a person opens it."""
    by = By("岗位", START, None, "数据无误")
    fact = Signal(CaseOrigin.RULE, "d/r", "R1", "f", True, 1, {}, START)
    opened = seen(None, fact, by)
    assert opened
    rejected, _ = decided(opened[0], by, correct=False)
    later = Signal(CaseOrigin.RULE, "d/r", "R1", "f", True, 4, {}, START + timedelta(days=1))

    again = seen(rejected, later, by)

    assert again
    assert (again[0].state, again[0].count) == (CaseState.REJECTED, 4)
    assert [one.kind for one in again[1]] == [EventKind.SEEN]
