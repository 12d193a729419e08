"""Lateness: one case for a silence, ended by whatever comes; one for what comes late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from governance.cases.signals import CaseOrigin, Signal
from governance.cases.sources.lateness import lateness
from quality.timeliness.ledger import Change, record_due
from quality.timeliness.settling import DueState
from storage.layout import Layout
from tests.city import NOW, VISIT
from tests.city.declared import Change as Edit
from tests.city.declared import change, compiled
from tests.unit.quality.timeliness.test_results import MET


def told(folder: Path, states: Mapping[str, DueState], **edits: Edit) -> dict[str, Signal]:
    """Record a state for each day, and return what is said of each rule."""
    layout = Layout(folder)
    for number, (day, state) in enumerate(states.items()):
        came = state in {DueState.MET, DueState.LATE}
        row = replace(
            MET,
            period=day,
            due_at=f"{day}T23:59:00+08:00",
            state=state,
            delivery=MET.delivery if came else None,
            provisional=state is DueState.MISSING,
            recorded_at=(NOW + timedelta(hours=number)).isoformat(),
        )
        record_due(layout, [Change(row, None)])
    found = list(lateness(layout, compiled(**edits), NOW + timedelta(days=1)))
    assert {one.origin for one in found} <= {CaseOrigin.LATENESS}
    assert {one.cause for one in found} <= {""}
    return {one.about: one for one in found}


def test_nothing_settled_says_nothing(tmp_path: Path) -> None:
    """A home in which nothing was due has no facts."""
    assert told(tmp_path, {}) == {}


def test_a_silence_is_one_case_that_counts_its_periods(tmp_path: Path) -> None:
    """It names the first period that is missing; the days before it do not matter."""
    days = {
        "2026-02-24": DueState.MISSING,
        "2026-02-25": DueState.MET,
        "2026-02-26": DueState.MISSING,
        "2026-02-27": DueState.MISSING,
    }
    missing = told(tmp_path, days)["delivery:missing"]
    assert (missing.failing, missing.count) == (True, 2)
    assert missing.evidence == {"period": "2026-02-26", "due": "2026-02-26 23:59", "provisional": 1}
    assert missing.wording.endswith("2026-02-26 应于 2026-02-26 23:59 前（暂定）")
    assert missing.seen_at == NOW + timedelta(hours=3)


def test_what_comes_ends_it_and_may_be_late(tmp_path: Path) -> None:
    """The silence is over; that it came late is a case of its own, until one is in time."""
    found = told(tmp_path, {"2026-02-26": DueState.MISSING, "2026-02-27": DueState.LATE})
    assert (found["delivery:missing"].failing, found["delivery:late"].failing) == (False, True)
    assert found["delivery:late"].evidence["delivery"] == MET.delivery
    after = told(tmp_path, {"2026-02-28": DueState.MET})
    assert (after["delivery:missing"].failing, after["delivery:late"].failing) == (False, False)


def test_a_void_period_says_nothing(tmp_path: Path) -> None:
    """A day that turned out to be off ends no silence and makes none."""
    found = told(tmp_path, {"2026-02-26": DueState.MISSING, "2026-02-27": DueState.VOID})
    assert found["delivery:missing"].count == 1


def test_whoever_owes_nothing_any_more_has_no_case(tmp_path: Path) -> None:
    """A resource that is no longer aggregated: the case ends, now."""
    exempt = {f"resources/{VISIT}.yaml": change(aggregation={"mode": "exempt"})}
    found = told(tmp_path, {"2026-02-26": DueState.MISSING}, **exempt)
    assert not found["delivery:missing"].failing
    assert found["delivery:missing"].seen_at == NOW + timedelta(days=1)


def test_a_silence_that_was_none_ends_its_case(tmp_path: Path) -> None:
    """The notice moved its due moment ahead: the fact is as new as that, and nothing is missing."""
    days = {"2026-12-30": DueState.MET, "2026-12-31": DueState.MISSING}
    layout = Layout(tmp_path)
    assert told(tmp_path, days)["delivery:missing"].failing
    waits = replace(
        MET,
        period="2026-12-31",
        due_at="2026-12-31T23:59:00+08:00",
        state=DueState.WAITING,
        delivery=None,
        recorded_at=(NOW + timedelta(hours=9)).isoformat(),
    )
    record_due(layout, [Change(waits, None)])
    (missing,) = (
        one
        for one in lateness(layout, compiled(), NOW + timedelta(days=1))
        if one.about == "delivery:missing"
    )
    assert (missing.failing, missing.seen_at) == (False, NOW + timedelta(hours=9))
