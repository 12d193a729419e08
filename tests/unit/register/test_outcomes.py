"""Outcomes: each is recorded once, and read back as it was recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from register.bundles import Bundle
from register.outcomes import OUTCOMES, Promotion, record_outcomes
from register.records import Outcome, VerdictKind
from storage.layout import Layout
from tests.city import NOW, PERSON, VISIT
from tests.city.registers import delivery

REF = PERSON


def test_an_outcome_is_recorded_once_per_table(tmp_path: Path) -> None:
    """Replayed into a table made anew, a delivery gets a second row."""
    layout, receipt = Layout(tmp_path), delivery(REF, 1)
    outcome = Outcome(
        "civil_affairs", "person", receipt.delivery, ("甲.csv",), 5, 3, 2, 3, 0, 0, 0,
        reasons=("name:required",), seconds=0.25,
    )  # fmt: skip
    first = Promotion(3, 0, 0, 0, "table-1", 0, committed=True)
    assert record_outcomes(layout, Bundle((receipt,)), [(outcome, first)], NOW)
    assert not record_outcomes(layout, Bundle((receipt,)), [(outcome, first)], NOW)
    assert record_outcomes(
        layout, Bundle((receipt,)), [(outcome, replace(first, table_id="table-2"))], NOW
    )
    rejected = replace(outcome, verdict=VerdictKind.REJECTED, delivery=delivery(REF, 2).delivery)
    assert record_outcomes(layout, Bundle((delivery(REF, 2),)), [(rejected, None)], NOW)
    found = OUTCOMES.read(layout, REF)
    assert [(row.sequence, row.applied) for row in found] == [(1, True), (1, True), (2, False)]
    assert {row.table_id for row in found} == {"table-1", "table-2", None}
    assert found[0].outcome == outcome
    assert found[2].outcome == rejected
    assert found[0].delivery == receipt.delivery
    assert OUTCOMES.read(layout, VISIT) == ()
