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
from tests.city import NIGHT, REGION
from tests.city.resources import catalog_of, person, resource
from tests.city.tables import fill_regions


def _rule() -> Rule:
    made = person()
    rules = rules_for(catalog_of(made), made)
    return next(one for one in rules if one.code == "residence:reference")


def test_it_finds_what_the_other_resource_holds(tmp_path: Path) -> None:
    """Nothing before its first delivery; afterwards the values of its key."""
    rule, layout, catalog = _rule(), Layout(tmp_path), catalog_of(person())
    _, arguments = KIND.expected(rule, person(), NIGHT.date())
    found = f"SELECT {arguments['relation_column']} FROM {arguments['relation']} ORDER BY 1"
    with in_memory() as con:
        KIND.bring(Lookup(con, layout, catalog), rule)
        assert con.execute(found).fetchall() == []
        fill_regions(layout, catalog, "350502", "350503")
        KIND.bring(Lookup(con, layout, catalog), rule)
        assert con.execute(found).fetchall() == [("350502",), ("350503",)]


def test_with_the_delivery_that_is_judged_it_finds_that_too(tmp_path: Path) -> None:
    """A resource that references itself may bring a parent and its child in one file."""
    rule, layout, catalog = _rule(), Layout(tmp_path), catalog_of(person())
    fill_regions(layout, catalog, "350502")
    with in_memory() as con:
        con.register("delivered", pa.table({"code": ["350599"]}))
        KIND.bring(Lookup(con, layout, catalog, Relation(con, "delivered")), rule)
        found = con.execute("FROM reference__civil_affairs__region__code ORDER BY 1").fetchall()
    assert found == [("350502",), ("350599",)]


def test_only_a_reference_to_itself_looks_at_itself() -> None:
    """Such a rule sees the others of a bundle, so its deliveries are judged one by one."""
    assert not KIND.itself(person(), _rule())
    assert KIND.alone(person(), _rule())
    items = [Item(code="code", element="division_code"), Item(code="up", element="division_code")]
    items[1] = items[1].model_copy(update={"references": person().item("residence").references})
    made = resource(REGION, "snapshot", ["code"], items)
    (rule,) = (one for one in rules_for(catalog_of(made), made) if one.code == "up:reference")
    assert KIND.itself(made, rule)
    assert not KIND.alone(made, rule)
    assert made.ref == REGION
