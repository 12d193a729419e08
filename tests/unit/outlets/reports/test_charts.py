"""Behaviour of charts: small, whole, and escaped."""

from __future__ import annotations

import re

from outlets.reports.charts import POINTS, columns, spark
from outlets.reports.marks import NOTHING


def test_a_line_needs_two_points_and_shows_the_newest() -> None:
    """One point is no course; of many the newest are drawn, and the last one sorts it."""
    assert spark([0.5]) is NOTHING
    drawn = spark([0.0] * 500 + [0.25])
    assert len(re.findall(r"l\d", drawn.html)) == POINTS - 1
    assert drawn.key == "0.25"
    assert len(drawn.html) < 400


def test_a_course_without_failures_is_drawn_at_the_bottom() -> None:
    """Shares of nothing divide by nothing."""
    assert "M0 19l88 0" in spark([0.0, 0.0]).html


def test_columns_tell_what_they_are_and_which_stand_out() -> None:
    """Each column has a title, escaped; a failing one has a class of its own."""
    drawn = columns([(0.0, "a<b", False), (1.0, "c", True)], 'told "so"').html
    assert "<title>a&lt;b</title>" in drawn
    assert drawn.count("class=stop") == 1
    assert 'aria-label="told &#34;so&#34;"' in drawn
