"""Counts of normalisation: what each step changes, and what none understands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalog_specs.models.feed import Feed
from tests.city.resources import fed, person
from tests.unit.values.normalise.steps import LISTS
from tests.unit.values.test_typed import rows_file
from values.normalise import Cells, Context, counted_cells


def counted(tmp_path: Path, normalise: Any, records: list[dict[str, Any]]) -> Any:
    """Return what changed in a delivery of persons."""
    resource = fed(person(), normalise=normalise)
    rows = rows_file(tmp_path / "rows.parquet", resource, records)
    return counted_cells(resource.feed, rows, rows.parent, Context()).changed


def test_changed_cells_are_counted_by_part_and_step(tmp_path: Path) -> None:
    """Each step is compared with the one before it, steps for every part included."""
    found = counted(
        tmp_path,
        {
            "*": ["trim"],
            "name": ["halfwidth", "collapse_spaces", "trim"],
            "birth_date": [{"dates": {"formats": ["%Y%m%d"]}}, {"nulls": {"texts": ["无"]}}],
        },
        [
            {"name": " Ａ\u3000\u3000Ｂ ", "birth_date": " 20240105", "children": "1"},
            {"name": "Ａ", "birth_date": "无", "children": " 1"},
            {"name": "甲\u3000", "birth_date": "2024", "children": None},
            {"_defect": "field_count", "_raw": " Ａ"},
        ],
    )
    assert found == {
        "name": {"trim": 2, "halfwidth": 2, "collapse_spaces": 1},
        "birth_date": {"trim": 1, "dates": 1, "nulls": 1},
        "children": {"trim": 1},
    }
    assert list(tmp_path.iterdir()) == [tmp_path / "rows.parquet"]


def test_what_no_step_understands_is_counted(tmp_path: Path) -> None:
    """A text counts once for its kind of step, unless it is a null marker of the feed."""
    resource = fed(
        person(),
        nulls=["", "无"],
        normalise={
            "name": [{"translate": {"code_list": "sex"}}],
            "birth_date": [
                {"dates": {"formats": ["%Y%m%d"]}},
                {"dates": {"formats": ["%d.%m.%Y"]}},
            ],
        },
    )
    days = ("20240105", "5.1.2024", "2024-01-05", "无", None)
    names = ("女", "1", "甲", "乙", None)
    records = [{"birth_date": d, "name": n} for d, n in zip(days, names, strict=True)]
    rows = rows_file(tmp_path / "rows.parquet", resource, records)

    found = counted_cells(resource.feed, rows, rows.parent, Context(code_lists=LISTS))

    assert found.changed == {"birth_date": {"dates": 2}, "name": {"translate": 1}}
    assert found.not_understood == {"birth_date": {"dates": 1}, "name": {"translate": 2}}


def test_nothing_declared_is_nothing_read(tmp_path: Path) -> None:
    """Without steps the rows are not even opened."""
    feed: Feed = person().feed
    assert counted_cells(feed, tmp_path / "absent.parquet", tmp_path, Context()) == Cells()


def test_a_step_that_stands_twice_counts_for_both(tmp_path: Path) -> None:
    """And each counts what it changed itself."""
    trims = {"*": ["trim"], "name": ["halfwidth", "trim"]}
    records = [{"name": " Ａ\u3000x"}, {"name": "Ａ"}, {"name": "x"}]
    assert counted(tmp_path, trims, records) == {"name": {"trim": 1, "halfwidth": 2}}
    records = [{"name": " ｘ"}, {"name": "\u3000"}]
    nulls = {"name": ["trim", {"nulls": {"texts": [""]}}, "trim"]}
    assert counted(tmp_path, nulls, records) == {"name": {"trim": 2, "nulls": 1}}
