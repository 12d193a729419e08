"""Behaviour of the matrix: figures of what was compared last, and of moments before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from catalog_specs.rules.mismatches import MismatchPattern
from quality.reconciliation.matrix import matrix
from register.comparisons import COMPARISONS, Comparison, Scope
from storage.layout import Layout
from tests.city import NOW, PERSON, STAFF, VISIT
from tests.city.registers import delivery
from tests.city.resources import catalog_of


def comparison(ref: str, item: str, hour: int, compared: int, wrong: int) -> Comparison:
    """Return a comparison of what stands, made at an hour; `wrong` records have another name."""
    resource = catalog_of().resource(ref)
    declared = resource.item(item)
    return Comparison(
        ref,
        delivery(ref, 1).delivery,
        item,
        declared.source or "",
        compared,
        compared - wrong,
        wrong,
        0,
        department=resource.provider,
        element=declared.element,
        scope=Scope.STANDING,
        patterns=("form", "part") if wrong else (),
        pattern_rows=(1, wrong - 1) if wrong else (),
        source_version=hour,
        compared_at=(NOW + timedelta(hours=hour)).isoformat(),
    )


def record(layout: Layout, *found: Comparison) -> None:
    """Record comparisons under a name of their own."""
    assert COMPARISONS.record_rows(layout, COMPARISONS.rows(found), str(found))


def test_an_empty_home_has_an_empty_matrix(tmp_path: Path) -> None:
    """Nothing was compared: no cell, no pair, nothing divided by nothing."""
    found = matrix(Layout(tmp_path), catalog_of())
    assert (found.cells, found.pairs, found.compared) == ((), (), 0)


def test_a_trend_is_cut_and_its_last_point_stands(tmp_path: Path) -> None:
    """Each point is what had been found by then; the newest comparison counts."""
    layout = Layout(tmp_path)
    for hour, wrong in enumerate((5, 4, 0, 2)):
        record(layout, comparison(STAFF, "name", hour, 10, wrong))
    (cell,) = matrix(layout, catalog_of(), trend=3).cells
    assert [one.mismatched for one in cell.trend] == [4, 0, 2]
    assert (cell.mismatched, cell.rate) == (2, 0.2)
    assert cell.lines[0].patterns == ((MismatchPattern.FORM, 1), (MismatchPattern.PART, 1))
    early = datetime.fromisoformat("2026-03-02T11:00:00+00:00")
    assert [one.mismatched for one in matrix(layout, catalog_of(), early).cells[0].trend] == [5, 4]


def test_cells_add_up_their_items_and_worst_comes_first(tmp_path: Path) -> None:
    """An element that two resources of a department refer to has one cell of two lines."""
    layout = Layout(tmp_path)
    record(layout, comparison(STAFF, "name", 0, 10, 2), comparison(STAFF, "born", 0, 10, 3))
    record(layout, replace(comparison(VISIT, "resident_id", 1, 4, 0), missing_in_source=1))
    record(layout, comparison(STAFF, "resident_id", 2, 6, 0))
    found = matrix(layout, catalog_of())
    assert [(one.element, one.mismatched, one.missing) for one in found.cells] == [
        ("birth_date", 3, 0),
        ("person_name", 2, 0),
        ("resident_id", 0, 1),
    ]
    keys = found.cells[-1]
    assert [one.resource for one in keys.lines] == sorted((STAFF, VISIT))
    assert [(one.compared, one.mismatched) for one in keys.trend] == [(4, 0), (10, 0)]
    (pair,) = found.pairs
    assert (pair.department, pair.owner) == (STAFF.split("/")[0], PERSON.split("/")[0])
    assert (pair.compared, pair.mismatched, pair.element) == (30, 5, "birth_date")
    assert pair.rate == 0.166667
    assert (found.compared, found.mismatched, found.missing) == (30, 5, 1)


def test_what_the_catalogue_no_longer_has_is_left_out(tmp_path: Path) -> None:
    """So are comparisons of single deliveries, which say nothing of what stands."""
    layout = Layout(tmp_path)
    record(layout, replace(comparison(STAFF, "name", 0, 10, 2), item="former"))
    record(layout, replace(comparison(STAFF, "born", 0, 10, 2), scope=Scope.DELIVERY))
    assert matrix(layout, catalog_of()).cells == ()
