"""Each way of spoiling a text breaks the rule it is for, and a good text breaks none."""

from __future__ import annotations

from datetime import date

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.vocabulary import Level
from demo_city.writing.domain import broken_rules
from demo_city.writing.spoiling import Case, spoil_item, spoil_named

TODAY = date(2026, 6, 30)
REF = "market_supervision/enterprise"
GOOD = {
    "credit_code": "91350524310000006M",
    "name": "安溪县益品鞋服有限公司",
    "entity_type": "10",
    "representative": "周超国",
    "representative_id": "350524200105180015",
    "capital": "278.00",
    "registered_on": "2022-08-26",
    "business_until": "2052-08-26",
    "industry": "C",
    "region": "350524113",
    "address": "福建省泉州市安溪县参内镇员潭村202号",
    "status": "1",
    "phone": "15962144114",
}


def case(catalog: Catalog, number: int) -> Case:
    """Return a good record about to be spoilt."""
    return Case(catalog, catalog.resource(REF), GOOD, TODAY, number)


def test_a_good_record_breaks_nothing(quanzhou: Catalog) -> None:
    """Nothing is said of a record nobody spoilt, whichever items are looked at."""
    items = frozenset(GOOD) - {"region"}
    assert broken_rules(quanzhou, quanzhou.resource(REF), GOOD, items, TODAY) == {}


@pytest.mark.parametrize("number", [1, 2, 207])
@pytest.mark.parametrize(
    ("item", "kind", "besides"),
    [
        ("credit_code", "credit_code", ()),
        ("credit_code", "required", ()),
        ("name", "length", ()),
        ("representative_id", "resident_id", ()),
        ("capital", "castable", ()),
        ("capital", "range", ()),
        ("registered_on", "castable", ()),
        ("industry", "code_list", ()),
        ("region", "code_list", ("region:reference",)),
        ("region", "reference", ("region:code_list",)),
        ("status", "required", ()),
        ("phone", "phone", ()),
        ("representative", "person_name", ()),
        ("name", "organisation_name", ()),
    ],
)
def test_item_is_spoilt_exactly(
    quanzhou: Catalog, number: int, item: str, kind: str, besides: tuple[str, ...]
) -> None:
    """A spoilt item breaks its rule, and no other but those that cannot be told apart from it."""
    one = case(quanzhou, number)
    changes = spoil_item(one, kind, one.resource.item(item))
    broken = broken_rules(quanzhou, one.resource, GOOD | changes, frozenset(changes), TODAY)
    assert set(broken) == {f"{item}:{kind}", *besides}
    level = Level.WARN if (item, kind) == ("phone", "phone") else Level.QUARANTINE
    assert broken[f"{item}:{kind}"] is level


def test_named_rule_is_spoilt(quanzhou: Catalog) -> None:
    """A rule over two items is broken by moving one of them, and nothing else is."""
    one = case(quanzhou, 5)
    rule = next(r for r in one.resource.quality if r.code == "term_after_registration")
    changes = spoil_named(one, rule)
    broken = broken_rules(quanzhou, one.resource, GOOD | changes, frozenset(changes), TODAY)
    assert set(broken) == {"term_after_registration"}


def test_a_day_out_of_the_window_may_break_a_pair_too(quanzhou: Catalog) -> None:
    """Whatever else a spoilt value breaks is answered for as well."""
    one = case(quanzhou, 2)
    changes = {"registered_on": "2060-01-01"}
    broken = broken_rules(quanzhou, one.resource, GOOD | changes, frozenset(changes), TODAY)
    assert set(broken) == {"registered_on:date_window", "term_after_registration"}
