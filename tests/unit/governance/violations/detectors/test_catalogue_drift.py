"""① Catalogue drift: after how many days it is suspected, and of which metadata."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.violations.facts import Afterwards, Misfit
from tests.city import PERSON, TODAY
from tests.city.declared import change, compiled
from tests.unit.governance.violations.suspecting import facts_of, outside, suspected

NAME = "catalogue_drift"
PERSON_FILE, VISIT_FILE = "resources/civil_affairs/person.yaml", "resources/data_office/visit.yaml"


@pytest.mark.parametrize(("days", "count"), [(29, 0), (30, 0), (31, 1)])
def test_an_undeclared_column_counts_after_the_days_of_the_profile(days: int, count: int) -> None:
    """Thirty days are allowed; on the thirty-first the catalogue is suspected of being old."""
    found = suspected(NAME, facts_of(outside=(outside("手机号", days),)))
    assert len(found) == count
    assert [one.evidence["days"] for one in found] == [days] * count


def test_the_profile_says_how_many_days() -> None:
    """Another profile allows another number."""
    ten = {"value": 10, "unit": "天", "clause": "四(二)"}
    path = "profiles/test_rules.yaml"
    catalog = compiled(**{path: change(supervision={"catalogue_days": ten})})
    assert suspected(NAME, facts_of(catalog, outside=(outside("手机号", 11),)))
    assert not suspected(NAME, facts_of(catalog, outside=(outside("手机号", 10),)))


def test_a_header_that_an_item_had_before_says_so() -> None:
    """A department that still delivers under a retired name is told which item that was."""
    retired = {"old_phone": {"on": "2025-01-01", "reason": "不再采集"}}
    catalog = compiled(**{VISIT_FILE: change(retired_items=retired)})
    (one,) = suspected(NAME, facts_of(catalog, outside=(outside("OLD_PHONE", 40),)))
    assert one.evidence["was"] == "old_phone"


@pytest.mark.parametrize(("days", "count"), [(30, 0), (31, 1)])
def test_columns_refused_for_long_are_drift(days: int, count: int) -> None:
    """Deliveries whose columns are refused again and again are the catalogue's affair."""
    since = TODAY - timedelta(days=days)
    misfit = Misfit(PERSON, "code", since, 5, "000005-aaaaaaaaaaaa")
    found = suspected(NAME, facts_of(misfits=(misfit,)))
    assert [one.about for one in found] == [PERSON] * count


def test_deliveries_of_a_retired_resource_are_drift() -> None:
    """Somebody still collects what the catalogue has given up."""
    after = Afterwards("civil_affairs/old", 2, "000009-aaaaaaaaaaaa")
    (one,) = suspected(NAME, facts_of(afterwards=(after,)))
    assert (one.department, one.evidence["deliveries"]) == ("civil_affairs", 2)


def test_a_producer_without_a_resource_is_suspected() -> None:
    """A unit that produces and registered nothing has no catalogue; a consumer needs none."""
    files = ("region", "person")
    catalog = compiled(**{f"resources/civil_affairs/{name}.yaml": None for name in files})
    (one,) = suspected(NAME, facts_of(catalog))
    assert (one.department, one.cause) == ("civil_affairs", "no resource")
    consumer = {"departments/civil_affairs.yaml": change(roles=["consumer"])}
    gone = {f"resources/civil_affairs/{name}.yaml": None for name in files}
    assert not suspected(NAME, facts_of(compiled(**gone, **consumer)))


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (change(share__condition=...), "共享条件"),
        (change(share__type="not_yet"), "暂不共享依据"),
        (change(open={"type": "authorised"}), "开放条件"),
        (change(aggregation={"mode": "batch"}), "备案号"),
    ],
)
def test_core_metadata_that_are_missing_are_named(edit: object, field: str) -> None:
    """Each field that the national guide asks of such a resource is suspected by its name."""
    (one,) = suspected(NAME, facts_of(compiled(**{PERSON_FILE: edit})))
    assert (one.about, one.evidence["field"]) == (PERSON, field)


def test_a_city_in_order_is_suspected_of_nothing() -> None:
    """The small city's catalogue has all core metadata, and nothing drifts."""
    assert suspected(NAME, facts_of()) == []
