"""Behaviour of the kind `reference`: which values there are to find."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from catalog_specs.models.resource import Item
from quality.rules.derivation import rules_for
from quality.rules.kind import Lookup
from quality.rules.kinds.of_item.reference import KIND
from quality.rules.rule import Rule
from storage.engines.connection import in_memory
from storage.engines.relation import Relation
from storage.layout import Layout
from tests.cities.rules import NOW, city, person, region, regions, resource


def _rule() -> Rule:
    made = person()
    (rule,) = (one for one in rules_for(city(made), made) if one.code == "home:reference")
    return rule


def test_it_finds_what_the_other_resource_holds(tmp_path: Path) -> None:
    """Nothing before its first delivery; afterwards the values of its key."""
    rule, layout, catalog = _rule(), Layout(tmp_path), city(person())
    _, arguments = KIND.expected(rule, person(), NOW.date())
    found = f"SELECT {arguments['relation_column']} FROM {arguments['relation']} ORDER BY 1"
    with in_memory() as con:
        KIND.bring(Lookup(con, layout, catalog), rule)
        assert con.execute(found).fetchall() == []
        regions(layout, catalog, "350502", "350503")
        KIND.bring(Lookup(con, layout, catalog), rule)
        assert con.execute(found).fetchall() == [("350502",), ("350503",)]


def test_with_the_delivery_that_is_judged_it_finds_that_too(tmp_path: Path) -> None:
    """A resource that references itself may bring a parent and its child in one file."""
    rule, layout, catalog = _rule(), Layout(tmp_path), city(person())
    regions(layout, catalog, "350502")
    with in_memory() as con:
        con.register("delivered", pa.table({"code": ["350599"]}))
        KIND.bring(Lookup(con, layout, catalog, Relation(con, "delivered")), rule)
        (values,) = zip(
            *con.execute("FROM reference__office__region__code ORDER BY 1").fetchall(), strict=True
        )
    assert values == ("350502", "350599")


def test_only_a_reference_to_itself_looks_at_itself() -> None:
    """Such a rule sees the others of a bundle, so its deliveries are judged one by one."""
    assert not KIND.itself(person(), _rule())
    assert KIND.alone(person(), _rule())
    items = [Item(code="code", element="region_code"), Item(code="up", element="region_code")]
    items[1] = items[1].model_copy(update={"references": person().item("home").references})
    made = resource("region", "snapshot", ["code"], items)
    (rule,) = (one for one in rules_for(city(made), made) if one.code == "up:reference")
    assert KIND.itself(made, rule)
    assert not KIND.alone(made, rule)
    assert region().ref == made.ref
