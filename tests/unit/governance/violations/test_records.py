"""Violations in the store: they come back as they were written, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog_specs.rules.violations import Confidence, ViolationKind, ViolationState
from governance.store.database import Store
from governance.violations.detector import Suspicion
from governance.violations.life import Decision, decided
from governance.violations.records import read_violations, settle_violations, write
from tests.city import NOW, PERSON

SEEN = Suspicion(
    ViolationKind.SCOPE,
    "civil_affairs",
    PERSON,
    "header:面积",
    "甲",
    "a",
    Confidence.HIGH,
    "out_of_catalogue",
    {"deliveries": 3, "newest": "000003-aaaaaaaaaaaa"},
)
BY = (NOW, "测试账号")
LATER = (NOW + timedelta(days=1), "测试账号")


def test_a_violation_comes_back_as_it_was_written(store: Store) -> None:
    """With its evidence, its decision, and everything that happened to it."""
    decision = Decision(
        ViolationState.CONFIRMED,
        "督查科科长",
        "督〔2026〕1号",
        "属实",
        date(2026, 3, 16),
        "免〔1〕",
    )
    with store.writing() as session:
        assert settle_violations(session, [SEEN], BY) == (1, 0)
        (one,) = read_violations(session).values()
        after = decided(one, decision, LATER)
        assert after
        write(session, after)
    with store.reading() as session:
        (found,) = read_violations(session).values()
    assert found == after
    assert found.decision == decision


def test_settling_the_same_again_enters_nothing(store: Store) -> None:
    """Only what changes is an event: newer evidence is not one, being gone and back are."""
    with store.writing() as session:
        settle_violations(session, [SEEN], BY)
        more = replace(SEEN, evidence={"deliveries": 4})
        assert settle_violations(session, [more], LATER) == (0, 0)
        assert settle_violations(session, [], LATER) == (0, 1)
        assert settle_violations(session, [], LATER) == (0, 0)
        assert settle_violations(session, [more], LATER) == (1, 0)
        (one,) = read_violations(session).values()
    assert one.evidence == {"deliveries": 4}
    assert [event.what for event in one.history] == ["suspected", "gone", "seen again"]


@pytest.mark.parametrize(
    "act", ["UPDATE violation_events SET what = 'gone'", "DELETE FROM violation_events"]
)
def test_no_event_of_a_violation_is_ever_changed(store: Store, act: str) -> None:
    """The database itself refuses it."""
    with store.writing() as session:
        settle_violations(session, [SEEN], BY)
    with pytest.raises(DBAPIError, match="never changed"), store.writing() as session:
        session.execute(text(act))
