"""Checks of a release: each is asked in its place, and of the grouping that it is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from catalog_specs.errors import DisclosureError
from catalog_specs.rules.disclosure import RefusalCode
from governance.disclosure import grouped_here
from outlets.open_data.checks import Checks
from outlets.open_data.plan import plan_release
from storage.layout import Layout
from tests.city import OPEN_SET, PERSON
from tests.city.declared import compiled
from tests.city.homes import KEYS
from tests.city.tables import fill, someone
from tests.unit.outlets.open_data.test_release import group


def checks(folder: Path, rows: list[dict[str, Any]], k: int = 5) -> Checks:
    """Return the checks of the small city's open set over such persons."""
    layout, catalog = Layout(folder), compiled()
    fill(layout, catalog, PERSON, rows)
    return Checks(plan_release(layout, catalog, catalog.open_sets[OPEN_SET], KEYS), k)


def test_small_classes_are_left_out_of_what_is_kept(tmp_path: Path) -> None:
    """Rows of a class of one do not leave, and nothing refuses the others."""
    asked = checks(tmp_path, [*group(6), someone(900, residence="119999")])
    risk = asked.measured()
    assert (risk.rows, risk.small_rows) == (7, 1)
    assert asked.refused(risk) is None
    assert asked.kept(risk).collect().height == 6
    empty = replace(asked, k=50)
    refused = empty.refused(empty.measured())
    assert refused is not None
    assert refused.code is RefusalCode.NOTHING_LEFT


def test_a_file_with_a_small_class_is_not_published(tmp_path: Path) -> None:
    """Whatever its rows were like before."""
    asked = checks(tmp_path / "home", [*group(6)])
    file = tmp_path / "data.parquet"
    asked.kept(asked.measured()).head(4).sink_parquet(file)
    with pytest.raises(DisclosureError, match="smaller than k"):
        asked.verified(file, asked.measured(), tmp_path)


def test_whatever_counts_does_the_counting(tmp_path: Path) -> None:
    """Of the rows and of the finished file alike."""
    told: list[tuple[str, ...]] = []

    def grouped(frame: pl.LazyFrame, columns: Any, exprs: Any) -> pl.LazyFrame:
        told.append(tuple(columns))
        return grouped_here(frame, columns, exprs)

    asked = replace(checks(tmp_path / "home", [*group(6), someone(900)]), grouped=grouped)
    risk = asked.measured()
    file = tmp_path / "data.parquet"
    asked.kept(risk).sink_parquet(file)
    assert asked.verified(file, risk, tmp_path).safe
    assert told == [asked.plan.counted] * 3
