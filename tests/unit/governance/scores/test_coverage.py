"""Coverage: what is registered and what is aggregated, as of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Retirement
from governance.scores.coverage import Coverage, coverage_of, registered
from governance.scores.moments import Span
from register.records import VerdictKind
from storage.layout import Layout
from tests.city import PERSON, REGION
from tests.city.declared import change, compiled
from tests.unit.governance.scores.scored import delivered

OF = "civil_affairs"


def _of(layout: Layout, day: int, catalog: Catalog | None = None) -> Coverage:
    last = date(2026, 3, day)
    return coverage_of(layout, catalog or compiled(), Span(last, last, "Asia/Shanghai"))[OF]


def test_what_reached_its_table_by_then_is_aggregated(tmp_path: Path) -> None:
    """One on the 2nd, the other rejected first; what comes later changes no earlier day."""
    layout = Layout(tmp_path)
    delivered(layout, 2)
    delivered(layout, 3, REGION, applied=False, kind=VerdictKind.REJECTED)
    delivered(layout, 5, REGION)
    told = {day: _of(layout, day).aggregation for day in (1, 2, 3, 4, 5)}
    assert told == {1: "0.00", 2: "50.00", 3: "50.00", 4: "50.00", 5: "100.00"}


def test_what_is_delivered_and_not_declared_is_not_registered(tmp_path: Path) -> None:
    """Eight items, and two columns more in the newest delivery: 8 of 10; then none more."""
    layout = Layout(tmp_path)
    delivered(layout, 2, undeclared=("手机号", "邮箱"))
    delivered(layout, 4)
    assert _of(layout, 1).registration == "100.00"
    assert (_of(layout, 3).items, _of(layout, 3).undeclared) == (8, 2)
    assert _of(layout, 3).registration == "80.00"
    assert _of(layout, 4).registration == "100.00"


def test_what_is_exempt_need_not_be_aggregated(tmp_path: Path) -> None:
    """A department whose only other resource is aggregated covers all."""
    exempt = {"mode": "exempt", "evidence": ["某法"], "interface_spec": "接口"}
    path = "resources/civil_affairs/region.yaml"
    catalog = compiled(**{path: change(aggregation=exempt)})
    layout = Layout(tmp_path)
    delivered(layout, 2)
    found = _of(layout, 2, catalog)
    assert (found.resources, found.exempt, found.aggregated) == (2, 1, 1)
    assert found.aggregation == "100.00"


def test_a_resource_counts_from_its_publication_to_its_retirement() -> None:
    """On the day itself it is published; on the day itself it is retired."""
    city = compiled()
    one = city.resource(PERSON)
    over = one.model_copy(update={"retired": Retirement(on=date(2026, 3, 2), reason="停用")})
    catalog = replace(city, resources={}, retired={PERSON: over})
    days = (date(2024, 1, 1), date(2024, 1, 2), date(2026, 3, 1), date(2026, 3, 2))
    assert [len([*registered(catalog, day)]) for day in days] == [0, 1, 1, 0]
