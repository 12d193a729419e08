"""Notes of a share: what they say of one version of the data, and what at any time."""

from __future__ import annotations

from pathlib import Path

import pytest

from outlets.shares.about import about_share, labels_of, receipt_of
from outlets.shares.file import Note
from outlets.shares.plan import SharePlan, plan_share
from storage.layout import Layout
from tests.city import GRANT, NOW, PERSON
from tests.city.declared import compiled
from tests.city.grants import rights_of
from tests.city.homes import KEYS
from tests.city.tables import fill, persons

OF_A_VERSION = {"数据版本", "数据时点", "内容摘要", "生成时间"}
PARTS = {PERSON: {"table": "t", "version": 3, "rows": 60}}


@pytest.fixture
def plan(tmp_path: Path) -> SharePlan:
    """Return the plan of a grant whose table is there."""
    layout, catalog = Layout(tmp_path), compiled()
    fill(layout, catalog, PERSON, persons(60))
    return plan_share(layout, catalog, catalog.grants[GRANT], KEYS)


def test_without_a_moment_only_what_is_of_a_version_is_left_out(plan: SharePlan) -> None:
    """Everything else is said in the same words, so that files can be known again by it."""
    rights = rights_of(compiled())

    def notes(*, dated: bool) -> tuple[Note, Note]:
        now = NOW if dated else None
        said = about_share(rights.catalog, plan, now, {PERSON: "3%"})
        return said, receipt_of(rights, plan, now, PARTS)

    left_out = set()
    for whole, lasting in zip(notes(dated=True), notes(dated=False), strict=True):
        (said,), (kept,) = whole.rows, lasting.rows
        assert [*said] == [*kept]
        left_out |= {name for name, value in said.items() if kept[name] != value}
        assert {name for name, value in kept.items() if value is None} <= OF_A_VERSION
    assert left_out == OF_A_VERSION


def test_codes_that_are_still_seen_have_their_names(plan: SharePlan) -> None:
    """Those of a kept column; a pseudonym has none."""
    (part,) = plan.parts
    assert [*labels_of(compiled(), part)] == ["sex"]
