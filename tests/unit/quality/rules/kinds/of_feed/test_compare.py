"""The kind `compare`: a figure of a delivery against one of another resource."""

from __future__ import annotations

from typing import Any

import pytest

from storage.layout import Layout
from tests.city import FIRM, PERSON, REGION
from tests.city.resources import catalog_of, firm, person
from tests.city.tables import fill, persons
from tests.unit.quality.rules.kinds.of_feed.figured import asking, firms, judge, people


def test_before_the_other_resource_is_delivered_it_passes(layout: Layout) -> None:
    """There is nothing to compare with, and the result says so."""
    compare = {"figure": "row_count", "to": {"resource": FIRM, "figure": "row_count"}}
    (found,), _ = judge(layout, asking(person(), compare=compare), PERSON, people(3))
    assert (found.passed, found.against, found.low) == (True, 0, None)


@pytest.mark.parametrize(("within", "passed"), [(0, [False, True]), (50, [True, True])])
def test_numbers_of_records_are_compared(layout: Layout, within: float, passed: list[bool]) -> None:
    """As far apart as the rule allows, in per cent of the other."""
    compare = {"figure": "row_count", "within": within}
    compare |= {"to": {"resource": REGION, "figure": "row_count"}}
    catalog = asking(person(), compare=compare)
    # the region that every delivery brings stands beside this one
    fill(layout, catalog, REGION, [{"code": "350503", "name": "区"}])
    found, _ = judge(layout, catalog, PERSON, people(3), people(2))
    assert [one.passed for one in found] == passed
    assert [one.observed for one in found] == [3, 2]


def test_sums_are_compared_over_the_rows_that_both_sides_mean(layout: Layout) -> None:
    """A sum that tells of persons on the other side is compared, and none of it is stored."""
    to: dict[str, Any] = {"resource": PERSON, "figure": "sum", "item": "income"}
    to |= {"where": [{"item": "sex", "op": "eq", "value": "1"}]}
    compare = {"figure": "sum", "item": "capital", "to": to}
    catalog = asking(firm(), compare=compare, where=[{"item": "capital", "op": "lt", "value": 50}])
    fill(layout, catalog, PERSON, persons(9))  # of even numbers: 0, 0.5, 1, 1.5, 2
    found, _ = judge(layout, catalog, FIRM, firms("2.00", "3.00", "99"), firms("2.00", "3.01"))
    assert [one.passed for one in found] == [True, False]
    assert [(one.observed, one.low) for one in found] == [(None, None)] * 2
    assert [one.against for one in found] == [1, 1]


def test_two_resources_of_the_catalogue_are_taken_in_order() -> None:
    """The one that is compared with comes first."""
    compare = {"figure": "row_count", "to": {"resource": FIRM, "figure": "row_count"}}
    catalog = asking(person(), compare=compare)
    order = [one.ref for one in catalog.in_order()]
    assert order.index(FIRM) < order.index(PERSON)
    assert FIRM not in catalog_of(person()).upstream(person())
