"""Behaviour of marks: everything that was not ours is escaped, and figures read as they are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from outlets.reports.marks import (
    NOTHING,
    Cell,
    alarm,
    bar,
    code,
    lamp,
    link,
    moment,
    number,
    percent,
    said,
    table_row,
)
from outlets.reports.words import Words

HOSTILE = '"><script>alert(1)</script>'


def test_nothing_that_a_mark_is_given_becomes_markup() -> None:
    """Words, codes, links and the kinds of lamps are escaped wherever they stand."""
    made = (said(HOSTILE), said(Words(HOSTILE, HOSTILE + "x")), code(HOSTILE).html)
    made += (link(HOSTILE, HOSTILE).html, lamp(HOSTILE, Words(HOSTILE)).html)
    for html in made:
        assert "<script" not in html
        assert '"><' not in html.replace(' kind"><', "")


def test_words_alike_in_both_languages_are_said_once() -> None:
    """A code that both languages share is no pair of spans."""
    assert said(Words("SHA-256", "SHA-256")) == said(Words("SHA-256")) == "SHA-256"
    assert said(Words("拒收", "refused")) == "<span lang=zh>拒收</span><span lang=en>refused</span>"


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(0, 0, "–"), (0, 5, "0.00%"), (1, 8, "12.50%"), (1, 10**6, "&lt;0.01%"), (5, 5, "100.00%")],
)
def test_a_share_that_is_something_never_reads_as_nothing(part: int, whole: int, told: str) -> None:
    """A share is told to two places, and a very small one as smaller than those."""
    assert percent(part, whole).html == told


def test_a_bar_is_as_long_as_its_share() -> None:
    """Of a share of nothing it is empty; of nothing at all there is a dash."""
    assert "width:25%" in bar(1, 4).html
    assert bar(0, 4).html == "0<span class=bar></span>"
    assert bar(0, 0) is NOTHING


def test_moments_are_told_on_the_citys_wall_clock() -> None:
    """A moment of any zone is shown in the city's, to the minute; none is a dash."""
    shanghai = ZoneInfo("Asia/Shanghai")
    assert "2026-03-02 17:30" in moment("2026-03-02T09:30:59+00:00", shanghai).html
    assert moment(None, shanghai) is NOTHING


def test_figures_part_their_thousands() -> None:
    """A count reads as people write it, and an unknown one is a dash."""
    assert number(1234567).html == "1,234,567"
    assert number(None) is NOTHING


def test_what_ought_to_be_zero_has_a_lamp_where_it_is_not() -> None:
    """A zero is plain; any other count is told in red, and sorted by itself."""
    assert alarm(0) == Cell("0")
    assert alarm(3).html.startswith('<span class="lamp stop">')
    assert alarm(3).key == "3"


def test_the_first_cell_of_a_row_names_it() -> None:
    """Cells are drawn as they are, with what they are sorted by, which is escaped."""
    row = table_row([code("a&b"), Cell("1", HOSTILE), Cell("–", "-1", "mild")])
    assert row.startswith("<tr><th scope=row><code>a&amp;b</code></th><td data-k=")
    assert "<script" not in row
    assert row.endswith('<td data-k="-1" class="mild">–</td></tr>')
