"""The table of quality points: each department's dimensions, and their whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from catalog_specs.vocabulary import Dimension, Level
from governance.scores.formula import RuleCount
from governance.scores.scorecard import QualityScores, score_of
from outlets.views.scores_table import scores_table
from tests.city import PERSON
from tests.city.resources import catalog_of

DAY = date(2026, 3, 2)


def _rows(*counts: RuleCount) -> list[tuple[Any, ...]]:
    catalog = catalog_of()
    scores = (score_of(catalog, "civil_affairs", counts, (9, 9)),) if counts else ()
    made = scores_table(QualityScores(DAY, DAY, scores))
    return duckdb.sql(made.query).fetchall()


def test_a_department_has_a_row_for_each_dimension_and_one_for_all() -> None:
    """A dimension in which nothing was judged has no points; nothing is taken off."""
    rows = _rows(
        RuleCount(PERSON, "name:length", Dimension.ACCURACY, Level.WARN, 10, 1),
        RuleCount(PERSON, "name:required", Dimension.COMPLETENESS, Level.WARN, 10, 0),
    )
    told = {dimension: rest for _, _, dimension, _, *rest in rows}
    assert told.keys() == {*(one.value for one in Dimension), None}
    assert told["accuracy"] == [Decimal("90.00"), 1, 10, 1, DAY, DAY]
    assert told["timeliness"] == [None, 0, 0, 0, DAY, DAY]
    assert told[None] == [Decimal("94.55"), 2, 20, 1, DAY, DAY]  # (30 × 90 + 25 × 100) ÷ 55


def test_without_results_the_table_is_there_and_empty() -> None:
    """Its columns have their types all the same."""
    assert _rows() == []
