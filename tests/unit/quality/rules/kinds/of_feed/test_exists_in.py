"""The kind `exists_in`: values that stand together in another resource."""

from __future__ import annotations

import pyarrow as pa

from catalog_specs.models.quality.rule import QualityRule
from quality.rules.derivation import rules_for
from quality.rules.kind import Lookup
from quality.rules.kinds.of_feed.exists_in import KIND
from quality.rules.rule import Rule
from storage.engines.connection import in_memory
from storage.engines.relation import Relation
from storage.layout import Layout
from tests.city import PERSON, REGION
from tests.city.resources import catalog_of, person
from tests.city.tables import fill
from tests.unit.quality.rules.kinds.judging import good_rows

PEOPLE = pa.table(
    {
        "_row": [1, 2, 3, 4],
        "residence": ["350502", "350502", None, "350503"],
        "name": ["鲤城区", "丰泽区", "鲤城区", None],
    }
)


def _rule(resource: str, **items: str) -> Rule:
    told = {"code": "one", "dimension": "usability", "description": "规则"}
    asked = QualityRule.model_validate(
        {**told, "exists_in": {"resource": resource, "items": items}}
    )
    made = person().model_copy(update={"quality": (asked,)})
    return next(one for one in rules_for(catalog_of(made), made) if one.code == "one")


def test_all_values_must_stand_in_one_row(layout: Layout) -> None:
    """A record with a null among them refers to nothing, as in SQL."""
    rule, catalog = _rule(REGION, residence="code", name="name"), catalog_of(person())
    fill(layout, catalog, REGION, [{"code": "350502", "name": "鲤城区"}])
    fill(layout, catalog, REGION, [{"code": "350504", "name": "丰泽区"}])
    assert KIND.condition is not None
    with in_memory() as con:
        KIND.bring(Lookup(con, layout, catalog), rule)
        values = con.execute('FROM "exists_in__one" ORDER BY 1').fetchall()
    assert values == [("350502", "鲤城区"), ("350504", "丰泽区")]


def test_the_condition_compares_them_together() -> None:
    """Each by itself would be found."""
    listed = pa.table({"value_0": ["350502", "350504"], "value_1": ["鲤城区", "丰泽区"]})
    assert KIND.condition is not None
    good = good_rows(
        KIND.condition,
        "residence",
        PEOPLE,
        relation="listed",
        together=["residence", "name"],
        bring=lambda con: con.register("listed", listed),
    )
    assert good == [1, 3, 4]


def test_a_resource_that_refers_to_itself_finds_what_it_brings(layout: Layout) -> None:
    """Its deliveries are judged one by one."""
    rule, catalog = _rule(PERSON, name="name"), catalog_of(person())
    assert KIND.itself(person(), rule)
    assert not KIND.alone(person(), rule)
    with in_memory() as con:
        con.register("delivered", pa.table({"name": ["张三"]}))
        KIND.bring(Lookup(con, layout, catalog, Relation(con, "delivered")), rule)
        assert con.execute('FROM "exists_in__one"').fetchall() == [("张三",)]
