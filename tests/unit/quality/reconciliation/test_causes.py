"""Behaviour of causes: each pattern that an item had, as its last comparison found it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from catalog_specs.rules.mismatches import MismatchPattern, Uncompared
from quality.reconciliation.causes import causes
from register.comparisons import Scope
from storage.layout import Layout
from tests.city import PERSON, STAFF
from tests.unit.quality.reconciliation.test_matrix import comparison, record


def told(layout: Layout) -> list[tuple[str, str, int]]:
    """Return item, pattern, records."""
    return [(one.item, one.pattern.stored, one.records) for one in causes(layout)]


def test_a_pattern_that_is_found_no_longer_is_told_with_no_record(tmp_path: Path) -> None:
    """It is the evidence on which a case closes; the rest has the count that stands."""
    layout = Layout(tmp_path)
    assert told(layout) == []
    record(layout, comparison(STAFF, "name", 0, 10, 4))
    assert told(layout) == [("name", "form", 1), ("name", "part", 3)]
    later = replace(comparison(STAFF, "name", 1, 10, 2), patterns=("part",), pattern_rows=(2,))
    record(layout, later)
    assert told(layout) == [("name", "form", 0), ("name", "part", 2)]
    (_, cause) = causes(layout)
    assert (cause.pattern, cause.compared, cause.owner) == (
        MismatchPattern.PART,
        10,
        "civil_affairs",
    )
    assert (cause.source, cause.source_version) == (f"{PERSON}.name", 1)


def test_a_comparison_without_a_source_is_no_evidence(tmp_path: Path) -> None:
    """Nothing was looked at; where no record has a value any more, nothing differs."""
    layout, none = Layout(tmp_path), comparison(STAFF, "name", 1, 0, 0)
    record(layout, comparison(STAFF, "name", 0, 10, 1))
    record(layout, replace(none, reason=Uncompared.NO_SOURCE, source_version=None))
    assert told(layout) == []
    record(layout, replace(comparison(STAFF, "name", 2, 0, 0), reason=Uncompared.NO_VALUE))
    assert [records for *_, records in told(layout)] == [0, 0]


def test_single_deliveries_are_no_cause(tmp_path: Path) -> None:
    """Only what stands counts."""
    layout = Layout(tmp_path)
    record(layout, replace(comparison(STAFF, "name", 0, 10, 1), scope=Scope.DELIVERY))
    assert told(layout) == []
