"""The years of the codes of divisions: what the data holds, and how its gaps are read."""

from __future__ import annotations

from collections import Counter

import pytest

from quality.rules.divisions.years import FIRST, Span, division_spans, last_year

SPANS = division_spans()


def _of(code: str) -> list[tuple[int, int]]:
    return [(span.first, span.last) for span in SPANS if span.code == code]


def test_spans_are_codes_and_years_that_are_known() -> None:
    """Six digits, from the first year to the last; thousands of codes, few in force twice."""
    assert all(len(span.code) == 6 and span.code.isdigit() for span in SPANS)
    assert all(FIRST <= span.first <= span.last <= last_year() for span in SPANS)
    often = Counter(span.code for span in SPANS)
    assert len(often) > 6_000
    assert max(often.values()) <= 4


@pytest.mark.parametrize(
    ("code", "spans"),
    [
        ("350582", [(1995, 2025)]),  # came, and stands
        ("350522", [(1985, 1992)]),  # came and went
        ("352422", [(1980, 1985)]),  # was there before, and went
        ("350100", [(1980, 2025)]),  # nothing is known to have happened to it
        ("350403", [(1983, 2023)]),  # on the list no more, though no change says so
        ("500101", [(1997, 2025)]),  # no older than its province
        ("820000", [(1980, 2025)]),
        ("999999", []),
    ],
)
def test_a_gap_in_the_data_is_read_in_one_way(code: str, spans: list[tuple[int, int]]) -> None:
    """What the changes leave open is closed by the list of one year, by the province, or not."""
    assert [*dict.fromkeys(_of(code))] == spans


def test_every_prefecture_has_its_urban_districts() -> None:
    """The code that ends in 01 is in force as long as its prefecture's."""
    known = set(SPANS)
    prefectures = [
        one for one in SPANS if one.code.endswith("00") and not one.code.endswith("0000")
    ]
    assert len(prefectures) > 300
    assert all(Span(f"{one.code[:4]}01", one.first, one.last) in known for one in prefectures)
