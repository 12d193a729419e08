"""Entries of the ledgers: read once, found by delivery, and followed as a turn goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from register.approvals import APPROVALS, HELD, Answer, Approval, Held
from register.bundles import Bundle
from register.entries import Entries, entries_of, entries_of_all
from register.outcomes import Promotion, record_outcomes
from register.records import Delivery, Outcome, VerdictKind
from register.verdicts import VERDICTS
from storage.delta.tables import table_id
from storage.layout import Layout
from tests.city import FIRM, NOW, PERSON, VISIT
from tests.city.registers import delivery, verdict_on
from tests.city.resources import catalog_of
from tests.city.tables import apply, bench, someone

PASSED, REJECTED = VerdictKind.PASSED, VerdictKind.REJECTED
AT = NOW.isoformat()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a home without a ledger."""
    return Layout(tmp_path)


def outcome(one: Delivery, kind: VerdictKind = PASSED) -> Outcome:
    """Return an outcome without figures."""
    department, _, resource = one.resource.partition("/")
    return Outcome(department, resource, one.delivery, one.files, verdict=kind)


def promote(layout: Layout, one: Delivery, table: str, inserted: int = 0) -> None:
    """Record that a delivery was applied to a table."""
    told = replace(outcome(one), inserted=inserted)
    done = Promotion(inserted, 0, 0, 0, table, one.sequence, committed=True)
    assert record_outcomes(layout, Bundle((one,)), [(told, done)], NOW)


def everything(layout: Layout) -> None:
    """Record something of every kind about two resources."""
    for ref in (VISIT, PERSON):
        first, second = delivery(ref, 1, 3), delivery(ref, 2, 3)
        VERDICTS.record(layout, [verdict_on(first, PASSED)])
        VERDICTS.record(layout, [verdict_on(second, REJECTED, "GATE-101")])
        promote(layout, first, f"table of {ref}", inserted=3)
        HELD.record(layout, (Held(ref, second.delivery, 2, 9, 9, None, AT),))
        said = Approval(ref, second.delivery, "批1", "岗", Answer.APPROVE, AT)
        APPROVALS.record(layout, (said,))


def test_without_a_ledger_there_is_nothing(layout: Layout) -> None:
    """And no ledger has to exist to say so, of one resource or of many."""
    for found in (entries_of(layout, PERSON), entries_of_all(layout, [PERSON])[PERSON]):
        assert (found.kinds, found.told, found.applied, found.held, found.approvals) == (
            {}, frozenset(), frozenset(), (), {},
        )  # fmt: skip
        assert (found.newest_outcome, found.verdict("x"), found.outcome("x")) == (None, None, None)


def _said(found: Entries) -> object:
    names = [delivery(PERSON, n).delivery for n in (1, 2, 3)]
    each = [(found.verdict(name), found.outcome(name)) for name in names]
    return each, found.kinds, found.told, found.held, found.approvals, found.newest_outcome


def test_one_resource_alone_and_among_all_says_the_same(layout: Layout) -> None:
    """Reading all ledgers once for many resources parts them without a mistake."""
    everything(layout)

    alone = {ref: entries_of(layout, ref) for ref in (PERSON, VISIT, FIRM)}
    together = entries_of_all(layout, alone)

    assert {ref: _said(one) for ref, one in alone.items()} == {
        ref: _said(one) for ref, one in together.items()
    }
    assert _said(alone[PERSON]) != _said(alone[FIRM])


def test_ledgers_that_did_not_change_are_parted_once(layout: Layout, tmp_path: Path) -> None:
    """The next look finds the same rows as they lie; what is recorded meanwhile is seen at once."""
    everything(layout)
    before = entries_of_all(layout, [PERSON, VISIT])
    again = entries_of_all(layout, [VISIT, PERSON])
    assert again[PERSON].stored.verdicts is before[PERSON].stored.verdicts
    assert again[PERSON].stored is not before[PERSON].stored  # the table may be another by now
    third = delivery(PERSON, 3, 3)
    HELD.record(layout, (Held(PERSON, third.delivery, 3, 9, 9, None, AT),))
    VERDICTS.record(layout, [verdict_on(third, PASSED)])
    later = entries_of_all(layout, [PERSON])[PERSON]
    assert _said(later) == _said(entries_of(layout, PERSON))
    assert later.kinds[third.delivery] is PASSED
    assert [one.sequence for one in later.held] == [2, 3]
    assert not entries_of_all(Layout(tmp_path / "another"), [PERSON])[PERSON].kinds


def test_a_deliverys_entries_are_found_by_its_name(layout: Layout) -> None:
    """The verdict without its single rules, the last outcome, the wait, the approval."""
    everything(layout)
    first, second = (delivery(PERSON, n, 3) for n in (1, 2))

    found = entries_of(layout, PERSON)

    assert found.kinds == {first.delivery: PASSED, second.delivery: REJECTED}
    assert found.verdict(first.delivery) == verdict_on(first, PASSED)
    told = found.outcome(first.delivery)
    assert told is not None
    assert told.inserted == 3
    assert found.told == {first.delivery}
    assert [one.delivery for one in found.held] == [second.delivery]
    assert found.approvals[second.delivery].document == "批1"
    assert found.newest_outcome is not None
    assert found.newest_outcome.delivery == first.delivery


def test_applied_means_to_the_table_that_is_there(layout: Layout) -> None:
    """What was applied to one that is gone has an outcome, and is not applied."""
    with bench(layout.home) as con:
        apply(con, layout, catalog_of(), delivery(PERSON, 1), [someone(1)])
    present = table_id(layout.authoritative(PERSON))
    assert present
    promote(layout, delivery(PERSON, 1), "gone", inserted=1)
    promote(layout, delivery(PERSON, 1), present, inserted=2)
    promote(layout, delivery(PERSON, 2), "gone")

    found = entries_of(layout, PERSON)

    assert found.applied == {delivery(PERSON, 1).delivery}
    assert found.told == {delivery(PERSON, n).delivery for n in (1, 2)}


def test_what_is_recorded_in_a_turn_is_known_without_reading_again(layout: Layout) -> None:
    """Verdicts and outcomes that were given on stand before those that were read."""
    everything(layout)
    first, third = delivery(PERSON, 1, 3), delivery(PERSON, 3, 3)
    read = entries_of(layout, PERSON)

    turned = verdict_on(first, REJECTED, "GATE-108")
    now = read.with_verdicts([verdict_on(third, PASSED)]).with_verdicts([turned])
    now = now.with_outcomes([outcome(third)]).with_outcomes([outcome(first, REJECTED)])

    assert (now.kinds[first.delivery], now.kinds[third.delivery]) == (REJECTED, PASSED)
    assert now.verdict(first.delivery) == turned
    assert now.outcome(first.delivery) == outcome(first, REJECTED)
    assert {first.delivery, third.delivery} <= now.told
    assert now.applied == {third.delivery}
    assert read.kinds[first.delivery] is PASSED
    assert third.delivery not in read.told
