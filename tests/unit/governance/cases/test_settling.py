"""Settling: signals meet stored cases, on both databases, and history stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from catalog_specs.errors import CatalogLookupError
from governance.cases.settling import open_cases, settle, stored, stored_case
from governance.cases.signals import CaseOrigin, Signal
from governance.cases.states import By, CaseState, decided
from governance.store.database import Store
from governance.store.tables.cases import EventRow

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def fact(about: str, hour: int, *, failing: bool, cause: str = "") -> Signal:
    """Return a fact about a rule."""
    evidence = {"delivery": f"{hour:06}"}
    seen_at = START + timedelta(hours=hour)
    return Signal(CaseOrigin.RULE, "d/r", about, cause, failing, 3, evidence, seen_at)


def by(hour: int = 0) -> By:
    """Name somebody at an hour."""
    return By("岗位", START + timedelta(hours=hour))


def test_each_origin_resource_subject_and_cause_is_one_case(store: Store) -> None:
    """Told again it is the same case; by another cause it is another."""
    facts = [fact("R1", 1, failing=True), fact("R2", 1, failing=True)]
    other = fact("R1", 1, failing=True, cause="other")
    with store.writing() as session:
        assert len(settle(session, facts, by()).opened) == 2
    with store.writing() as session:
        done = settle(session, [*facts, other], by())
        assert [one.cause for one in done.opened] == ["other"]
        assert len(open_cases(session)) == 3


def test_many_cases_are_stored_in_as_many_steps_as_one(store: Store) -> None:
    """A city begins with hundreds; each has its own number and history."""
    flushed: list[object] = []
    counts = []
    for name, many in (("A", 1), ("B", 40)):
        flushed.clear()
        with store.writing() as session:
            event.listen(session, "after_flush", lambda *given: flushed.append(given))
            done = settle(session, [fact(f"{name}{n}", n, failing=True) for n in range(many)], by())
            counts.append(len(flushed))
        with store.reading() as session:
            for one in done.opened:
                asked = select(EventRow.kind).where(EventRow.case_id == one.number)
                assert session.scalars(asked.order_by(EventRow.id)).first() == "opened"
                assert stored_case(session, one.number)[0].about == one.about
    assert counts == [2, 2]


def test_facts_of_one_run_are_settled_oldest_first(store: Store) -> None:
    """A rule that failed and then held within one run leaves a closed case with its history."""
    facts = [fact("R1", 2, failing=False), fact("R1", 1, failing=True)]
    with store.writing() as session:
        done = settle(session, facts, by(3))
        assert [one.state for one in done.closed] == [CaseState.CLOSED]
        kinds = session.scalars(select(EventRow.kind).order_by(EventRow.id)).all()
    assert kinds == ["opened", "dispatched", "closed"]


def test_many_facts_at_once_find_their_cases(store: Store) -> None:
    """More than one query asks for at once."""
    facts = [fact(f"R{n}", 1, failing=True) for n in range(450)]
    with store.writing() as session:
        settle(session, facts, by())
    over = [fact(f"R{n}", 2, failing=False) for n in range(450)]
    with store.writing() as session:
        assert len(settle(session, over, by()).closed) == 450
        assert open_cases(session) == ()


def test_a_decision_is_stored_with_who_took_it(store: Store) -> None:
    """The case and the event come back as they were."""
    with store.writing() as session:
        settle(session, [fact("R1", 1, failing=True)], by())
        case, row = stored_case(session, open_cases(session)[0].number)
        stored(session, decided(case, By("审核岗", START, "函1"), correct=True), row)
    with store.reading() as session:
        case, _ = stored_case(session, case.number)
        event = session.scalars(select(EventRow).order_by(EventRow.id.desc())).first()
        assert (case.state, case.decided_at) == (CaseState.CORRECTING, START)
        assert event
        assert (event.kind, event.by, event.document) == ("decided", "审核岗", "函1")
        assert open_cases(session, CaseOrigin.REPORT) == ()


def test_an_unknown_number_is_told(store: Store) -> None:
    """The message names where numbers are listed."""
    with store.reading() as session, pytest.raises(CatalogLookupError, match="case list"):
        stored_case(session, 7)
