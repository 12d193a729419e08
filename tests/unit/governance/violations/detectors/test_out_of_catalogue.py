"""② Out of catalogue: what stands in the newest delivery without an exception."""

from __future__ import annotations

from tests.unit.governance.violations.suspecting import facts_of, outside, suspected

NAME = "out_of_catalogue"


def test_an_undeclared_column_is_suspected_at_once() -> None:
    """It is collected today; how sure that is follows from whether it holds anything."""
    seen = (outside("手机号", 0), outside("空列", 0, cells=0), outside("sheet:附表", 0, cells=None))
    found = suspected(NAME, facts_of(outside=seen))
    assert [one.confidence.value for one in found] == ["high", "medium", "medium"]
    assert len({one.id for one in found}) == 3
    assert "cells" not in found[2].evidence


def test_without_an_undeclared_column_nothing_is_suspected() -> None:
    """What an exception covers is not among the facts."""
    assert suspected(NAME, facts_of()) == []
