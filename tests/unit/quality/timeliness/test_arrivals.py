"""Arrivals: which deliveries count, and when, for the duty and for the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from landing.repeats import record_repeat
from quality.timeliness.arrivals import Arrivals, arrivals
from register.bundles import Bundle
from register.outcomes import Promotion, record_outcomes
from register.receipts import write_receipt
from register.records import REPLAYED, Delivery, Outcome, VerdictKind
from register.verdicts import VERDICTS
from storage.layout import Layout
from tests.city import NOW, VISIT
from tests.city.registers import delivery, verdict_on
from tests.city.resources import visit


def landed(layout: Layout, sequence: int, **said: object) -> Delivery:
    """Put a delivery into landing, an hour after the one before."""
    moment = NOW + timedelta(hours=sequence)
    one = replace(delivery(VISIT, sequence), landed_at=moment.isoformat(), **said)  # type: ignore[arg-type]
    path = layout.receipt(VISIT, one.delivery)
    path.parent.mkdir(parents=True)
    write_receipt(path, one)
    return one


def found(layout: Layout) -> Arrivals:
    """Return what came."""
    return arrivals(layout, [visit()])[VISIT]


def test_what_passed_or_awaits_its_verdict_counts(tmp_path: Path) -> None:
    """At the moment of landing; a rejected delivery, a replay and their repeats do not."""
    layout = Layout(tmp_path)
    assert found(layout) == Arrivals(None, (), ())
    passed = landed(layout, 1, as_of="2026-03-01")
    rejected = landed(layout, 2)
    replayed = landed(layout, 3, origin=REPLAYED)
    awaited = landed(layout, 4)
    VERDICTS.record(layout, [verdict_on(passed, VerdictKind.PASSED)])
    VERDICTS.record(layout, [verdict_on(rejected, VerdictKind.REJECTED)])
    VERDICTS.record(layout, [verdict_on(replayed, VerdictKind.PASSED)])
    for one in (passed, rejected, replayed):
        record_repeat(layout, VISIT, one.delivery, NOW + timedelta(hours=9))
    came = found(layout)
    assert came.first == NOW + timedelta(hours=1)
    assert [(one.delivery, one.at, one.day) for one in came.delivered] == [
        (passed.delivery, NOW + timedelta(hours=1), date(2026, 3, 1)),
        (awaited.delivery, NOW + timedelta(hours=4), None),
        (passed.delivery, NOW + timedelta(hours=9), date(2026, 3, 1)),
    ]
    assert came.applied == ()


def test_the_table_has_what_was_applied_and_its_repeats(tmp_path: Path) -> None:
    """At the first moment at which it was: a table that was made anew got it again."""
    layout = Layout(tmp_path)
    one = landed(layout, 1)
    VERDICTS.record(layout, [verdict_on(one, VerdictKind.PASSED)])
    record_repeat(layout, VISIT, one.delivery, NOW + timedelta(hours=9))
    assert found(layout).applied == ()
    outcome = Outcome("data_office", "visit", one.delivery, one.files)
    for number, hours in (("1", 3), ("2", 7)):
        promotion = Promotion(0, 0, 0, 0, table_id=number, table_version=1, committed=True)
        moment = NOW + timedelta(hours=hours)
        record_outcomes(layout, Bundle((one,)), [(outcome, promotion)], moment)
    assert [came.at for came in found(layout).applied] == [
        NOW + timedelta(hours=3),
        NOW + timedelta(hours=9),
    ]
