"""Behaviour of the ledgers of comparisons and mismatches: once each, and which of them stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from catalog_specs.rules.mismatches import MismatchPattern
from register.comparisons import COMPARISONS, Comparison, Scope
from register.mismatches import (
    MISMATCHES,
    Mismatch,
    known_sql,
    record_again,
    record_promoted,
)
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import Shape
from storage.layout import Layout
from tests.city import NOW, PERSON, STAFF
from tests.city.registers import delivery

FIRST, SECOND = (delivery(STAFF, number).delivery for number in (1, 2))


def comparison(name: str = FIRST, **more: Any) -> Comparison:
    """Return a comparison of one delivery with three records that differ."""
    found: dict[str, Any] = {"compared": 9, "matched": 6, "mismatched": 2, "missing_in_source": 1}
    found |= {"patterns": ("form", "no_source_row"), "pattern_rows": (2, 1)}
    return Comparison(STAFF, name, "born", f"{PERSON}.birth_date", **found | more)


def mismatches(name: str, *rows: int, stands: bool = True) -> pa.Table:
    """Return mismatches of a delivery as the ledger stores them."""
    facts = [
        Mismatch(
            STAFF, name, row, "born", "birth_date", f"{PERSON}.birth_date", "000001-bb", row,
            MismatchPattern.FORM, stands, NOW.isoformat(),
        )
        for row in rows
    ]  # fmt: skip
    return MISMATCHES.rows(facts)


def standing(layout: Layout) -> Sequence[tuple[str, int]]:
    """Return the mismatches that stand."""
    with duckdb.connect() as con:
        query = f'SELECT delivery, "row" FROM {known_sql(layout, STAFF)} ORDER BY ALL'
        return con.execute(query).fetchall()


def test_a_delivery_is_recorded_once(tmp_path: Path) -> None:
    """In whatever bundle it is promoted again, its first comparison and mismatches stay."""
    layout = Layout(tmp_path)
    assert not record_promoted(layout, (), mismatches(FIRST))
    assert record_promoted(layout, [comparison()], mismatches(FIRST, 1, 2))
    both = pa.concat_tables([mismatches(FIRST, 1, 2), mismatches(SECOND, 5)])
    assert record_promoted(layout, [comparison(), comparison(SECOND)], both)
    assert not record_promoted(layout, [comparison(), comparison(SECOND)], both)
    assert [one.delivery for one in COMPARISONS.read(layout, STAFF)] == [FIRST, SECOND]
    assert standing(layout) == [(FIRST, 1), (FIRST, 2), (SECOND, 5)]
    assert MISMATCHES.read(layout, PERSON) == ()


def test_a_comparison_reads_back_as_it_was_recorded(tmp_path: Path) -> None:
    """Codes become members again, and patterns stand with their counts."""
    layout, one = Layout(tmp_path), comparison(source_version=4, scope=Scope.STANDING)
    assert record_promoted(layout, [one, comparison(SECOND, compared=0)], mismatches(FIRST))
    assert COMPARISONS.read(layout)[0] == one
    assert one.by_pattern == {MismatchPattern.FORM: 2, MismatchPattern.NO_SOURCE_ROW: 1}
    assert one.differing == 3


def test_what_is_found_no_longer_does_not_stand(tmp_path: Path) -> None:
    """A mismatch may go and come back; the same versions are recorded once."""
    layout = Layout(tmp_path)
    assert record_promoted(layout, [comparison()], mismatches(FIRST, 1, 2))
    later = [comparison(since=FIRST, source_version=number) for number in (1, 2)]
    gone, back = mismatches(FIRST, 2, stands=False), mismatches(FIRST, 2)
    assert not record_again(layout, (), gone)
    assert record_again(layout, later[:1], gone)
    assert not record_again(layout, later[:1], gone)
    assert standing(layout) == [(FIRST, 1)]
    assert record_again(layout, later[1:], back)
    assert standing(layout) == [(FIRST, 1), (FIRST, 2)]


def test_a_ledger_of_the_earlier_shape_goes_on(tmp_path: Path) -> None:
    """Its rows read with what they lack as empty; it gains the columns with the next comparison."""
    layout = Layout(tmp_path)
    old = COMPARISONS.shape.columns[:8]
    row = {
        name: value for name, value in asdict(comparison()).items() if name in {c.name for c in old}
    }
    listed = {"mismatched_rows": pa.array([[1, 2]], pa.list_(pa.int64()))}
    table = pa.table({name: [value] for name, value in row.items()} | listed)
    former = Shape(
        "一致性比对台账", "", (*old, replace(old[0], name="mismatched_rows", type="BIGINT[]"))
    )
    assert append(COMPARISONS.path(layout), table, Commit("old", 1), former)
    (before,) = COMPARISONS.read(layout, STAFF)
    assert (before.compared, before.scope, before.element) == (9, Scope.DELIVERY, "")
    assert (before.patterns, before.reason, before.source_version) == ((), None, None)
    assert record_promoted(layout, [comparison(SECOND)], mismatches(SECOND, 1))
    assert [one.delivery for one in COMPARISONS.read(layout, STAFF)] == [FIRST, SECOND]
