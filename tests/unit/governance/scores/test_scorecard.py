"""The scorecard: worked out by hand, and the same bytes for the same day whatever came since."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from catalog_specs.vocabulary import Dimension, Level
from governance.scores.canonical import canonical
from governance.scores.scorecard import MONTHS, scorecard
from storage.layout import Layout
from tests.city import NOW, PERSON, REGION
from tests.city.declared import compiled
from tests.city.homes import Town
from tests.city.records import people
from tests.unit.governance.scores.scored import delivered, ruled


def test_a_score_is_what_is_worked_out_by_hand(tmp_path: Path) -> None:
    """Two rules of completeness, one of accuracy, over two deliveries of the last thirty days.

    Completeness: a required name (level weight 2) fails 5 of 100 and 15 of 100, so 9/10; a warning
    (weight 1) fails half of 10. (2 × 9/10 + 1 × 1/2) ÷ 3 = 23/30, 76.67 points. Accuracy: 1 of 200
    fails, 99.50. Quality: (25 × 230/3 + 30 × 199/2) ÷ 55 = (5,750/3 + 2,985) ÷ 55 = 14,705/165.
    """
    layout = Layout(tmp_path)
    ruled(layout, 1, 1, 1, judged_at="2026-01-30T10:00:00+08:00")
    ruled(layout, 2, 100, 5)
    ruled(layout, 3, 100, 15)
    ruled(layout, 3, 10, 5, rule="note:required", level=Level.WARN)
    ruled(layout, 3, 200, 1, rule="sex:code_list", dimension=Dimension.ACCURACY)
    ruled(layout, 5, 10, 10)
    delivered(layout, 2)
    card = scorecard(layout, compiled(), date(2026, 3, 4))
    (one,) = [one for one in card.departments if one.department == "civil_affairs"]
    found = {d.dimension.value: (d.points, d.rules, d.judged, d.failing) for d in one.dimensions}
    assert found == {
        "accuracy": ("99.50", 1, 200, 1),
        "completeness": ("76.67", 2, 210, 25),
        "timeliness": (None, 0, 0, 0),
        "usability": (None, 0, 0, 0),
    }
    assert (one.quality, one.total) == ("89.12", "89.12")
    assert one.coverage is not None
    assert (one.coverage.aggregation, one.coverage.registration) == ("50.00", "100.00")


def test_a_trend_tells_every_month_by_itself(tmp_path: Path) -> None:
    """Months without a result are there, and say nothing."""
    layout = Layout(tmp_path)
    ruled(layout, 2, 10, 5)
    ruled(layout, 1, 10, 1, judged_at="2026-01-31T23:30:00+08:00")
    (one, *_) = scorecard(layout, compiled(), date(2026, 3, 2)).departments
    told = [(month.month, month.total) for month in one.trend]
    assert told == [
        ("2025-10", None),
        ("2025-11", None),
        ("2025-12", None),
        ("2026-01", "90.00"),
        ("2026-02", None),
        ("2026-03", "50.00"),
    ]
    assert len(told) == MONTHS


def test_an_earlier_day_gives_the_same_bytes_whatever_came_since(tmp_path: Path) -> None:
    """Deliveries, quarantined records, undeclared columns and a withdrawn day come after it."""
    town = Town(tmp_path)
    town.take(PERSON, "p1.csv", people(range(4), p2=("人2", 9, "1990-01-01", 350500, "1.00")))
    day, catalog = date(2026, 3, 2), town.city.catalog
    before = canonical(scorecard(town.layout, catalog, day).as_dict())
    for later in (1, 2):
        town.city = replace(town.city, clock=lambda n=later: NOW + timedelta(days=n))  # type: ignore[misc]
        town.take(PERSON, f"p{later + 1}.csv", people(range(5 + later)))
        header = "区划代码,区划名称,面积\n"
        town.take(REGION, f"r{later}.csv", f"{header}350500,一区{later},7\n350501,二区,8\n")
    assert canonical(scorecard(town.layout, catalog, day).as_dict()) == before
    after = scorecard(town.layout, catalog, date(2026, 3, 4)).as_dict()
    assert canonical(after) != before
    assert "人2" not in json.dumps(after, ensure_ascii=False)


def test_a_department_without_a_result_has_no_points(tmp_path: Path) -> None:
    """Nothing was judged: that is neither good nor bad, and its coverage says what is missing."""
    card = scorecard(Layout(tmp_path), compiled(), date(2026, 3, 2))
    assert [(one.department, one.total) for one in card.departments] == [
        ("civil_affairs", None),
        ("data_office", None),
    ]
    assert {one.coverage.aggregation for one in card.departments if one.coverage} == {"0.00"}
