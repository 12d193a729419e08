"""Sources of a certificate: their digests name the rows, and a gained column changes none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from governance.scores.moments import Span
from governance.scores.sources import Source, read_tables, sources_of
from storage.layout import Layout
from tests.city import VISIT
from tests.unit.governance.scores.scored import delivered, ruled

ZONE = "Asia/Shanghai"


def _sources(layout: Layout, last: int) -> dict[str, Source]:
    span = Span(date(2026, 3, 1), date(2026, 3, last), ZONE)
    tables = read_tables(layout, span).of("civil_affairs")
    return {one.ledger: one for one in sources_of(tables)}


def test_only_rows_of_the_department_and_the_days_count(tmp_path: Path) -> None:
    """What another department has, or what comes later, changes no digest."""
    layout = Layout(tmp_path)
    delivered(layout, 2, undeclared=("手机号",))
    ruled(layout, 2, 10, 1)
    before = _sources(layout, 3)
    assert {name: one.rows for name, one in before.items()} == {
        "outcomes": 1,
        "rule_results": 1,
        "undeclared": 1,
        "verdicts": 1,
    }
    delivered(layout, 3, VISIT)
    delivered(layout, 4, undeclared=("邮箱",))
    ruled(layout, 4, 10, 2)
    assert _sources(layout, 3) == before
    after = _sources(layout, 4)
    assert all(after[name].sha256 != one.sha256 for name, one in before.items())


def test_a_figure_with_a_point_has_one_text(tmp_path: Path) -> None:
    """Rules about figures observe shares and means; a certificate names those rows like others."""
    layout = Layout(tmp_path)
    ruled(layout, 2, 10, 1)
    tables = read_tables(layout, Span(date(2026, 3, 1), date(2026, 3, 3), ZONE))
    place = tables.rule_results.schema.get_field_index("observed")
    digests = {
        one.sha256
        for share in (0.1, 0.30000000000000004, 0.3)
        for column in [pa.array([share])]
        for one in sources_of(
            replace(tables, rule_results=tables.rule_results.set_column(place, "observed", column))
        )
        if one.ledger == "rule_results"
    }
    assert len(digests) == 3
