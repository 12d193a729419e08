"""Breaches of the laws about grants, and names that do not exist."""

from __future__ import annotations

from datetime import date

from tests.factories import Change, change
from tests.unit.catalog_specs.breach import (
    GRANT,
    OPEN_SET,
    PERSON,
    PERSONS,
    PLACES,
    VISIT,
    Breach,
    at,
)

__all__ = ["GRANTS", "UNKNOWN"]

GRANTS = (
    Breach(
        "CAT-019",
        "a batch without a reason",
        GRANT,
        "batch_reason",
        "does not suffice",
        {GRANT: change(method="batch"), PERSON: change(share__methods__3="batch")},
    ),
    at(
        "CAT-019",
        "a method that is not offered",
        (GRANT, "resources[0].resource"),
        "not shared by `batch`",
        change(method="batch", batch_reason="每日比对全量"),
    ),
    Breach(
        "CAT-019",
        "rows of what is not shared yet",
        GRANT,
        "resources[0].resource",
        "it answers, it does not leave",
        {
            PERSON: change(
                items__5__share="not_yet",
                share__legal_basis=["某法第三条"],
                share__review_on=date(2030, 1, 1),
            ),
            GRANT: change(resources__0__where__1={"item": "income", "op": "ge", "value": 0}),
        },
    ),
    at(
        "CAT-019",
        "no approval of the producer",
        (GRANT, "approvals"),
        "approval of `civil_affairs`",
        change(approvals__1=..., resources__0__items__5="income"),
    ),
    at(
        "CAT-019",
        "approved after it begins",
        (GRANT, "approvals[0].on"),
        "after the grant begins",
        change(approvals__0__on=date(2024, 3, 2)),
    ),
    at(
        "CAT-019",
        "a resource twice",
        (GRANT, "resources[1].resource"),
        "granted twice",
        change(resources__1={"resource": "civil_affairs/person", "items": ["sex"]}),
    ),
    at(
        "CAT-019",
        "a mask for nothing",
        (GRANT, "resources[0].masks.income"),
        "not among the items",
        change(resources__0__masks__income={"mask": "drop"}),
    ),
    at(
        "CAT-019",
        "an item that is only compared",
        (GRANT, "resources[1].items[1]"),
        "take `civil_affairs/person.name`",
        change(resources__1={"resource": "data_office/visit", "items": ["visit_no", "name"]}),
    ),
    at(
        "CAT-019",
        "a value of another type",
        (GRANT, "resources[0].where[0].value"),
        "not a value of type date",
        change(
            resources__0__masks={},
            resources__0__where=[{"item": "birth_date", "op": "ge", "value": 1990}],
        ),
    ),
    at(
        "CAT-019",
        "a value that is no code",
        (GRANT, "resources[0].where[0].value"),
        "not a code of `sex`",
        change(resources__0__where=[{"item": "sex", "op": "in", "value": ["1", "3"]}]),
    ),
    at(
        "CAT-019",
        "an operator that does not fit",
        (GRANT, "resources[0].where[0].op"),
        "does not work on date",
        change(
            resources__0__masks={},
            resources__0__where=[{"item": "birth_date", "op": "starts_with", "value": "19"}],
        ),
    ),
    at(
        "CAT-019",
        "nothing left to hand out",
        (GRANT, "resources[0].items"),
        "nothing would be handed out",
        change(
            resources__0={
                "resource": "civil_affairs/person",
                "items": ["sex"],
                "masks": {"sex": {"mask": "drop"}},
            }
        ),
    ),
)


def _unknown(name: str, where: tuple[str, str], says: str, edit: Change) -> Breach:
    return at("CAT-003", f"unknown {name}", where, says, edit)


UNKNOWN = (
    _unknown("profile", ("catalog.yaml", "profile"), "`test_rules`", change(profile="test_rule")),
    _unknown(
        "sensitivity",
        (PLACES, "[1].sensitivity"),
        "`public`",
        change(**{"1__sensitivity": "publc"}),
    ),
    _unknown("code list", (PERSONS, "[2].code_list"), "`sex`", change(**{"2__code_list": "sexx"})),
    _unknown(
        "resource",
        (PERSON, "items[4].references"),
        "`civil_affairs/region`",
        change(items__4__references="civil_affairs/regoin.code"),
    ),
    _unknown(
        "item",
        (VISIT, "items[5].source"),
        "`name`",
        change(items__5__source="civil_affairs/person.nam"),
    ),
    _unknown("consumer", (GRANT, "consumer"), "`data_office`", change(consumer="data_ofice")),
    _unknown(
        "granted item",
        (GRANT, "resources[0].items[5]"),
        "`income`",
        change(resources__0__items__5="incom"),
    ),
    _unknown(
        "filtered item",
        (OPEN_SET, "where[0].item"),
        "`sex`",
        change(where=[{"item": "sexe", "op": "not_null"}]),
    ),
    _unknown(
        "related resource",
        (VISIT, "related[0]"),
        "`306-350500-0002`",
        change(related=["306-350500-002"]),
    ),
)
