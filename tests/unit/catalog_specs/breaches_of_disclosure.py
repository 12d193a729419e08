"""Breaches of the laws about who is visible in what leaves, and about masks that mask nothing."""

from __future__ import annotations

from typing import Any

from tests.factories import change
from tests.unit.catalog_specs.breach import (
    GRANT,
    OPEN_SET,
    PERSON,
    PERSONS,
    REGION,
    Breach,
    at,
    new_element,
    new_item,
)

__all__ = ["DISCLOSURE", "HARD_TO_MASK"]


def _number(mask: dict[str, Any]) -> Any:
    """Return an edit that masks the resident ids of the grant otherwise."""
    return change(resources__0__masks__resident_id={"mask": "partial", **mask})


DISCLOSURE = (
    Breach(
        "CAT-160",
        "a person without a number",
        OPEN_SET,
        "items",
        "could be counted",
        {
            "elements/places.yaml": new_element(
                "division_head", "division", person="attribute", length={"max": 30}
            ),
            REGION: change(
                open={"type": "universal"},
                items__2={"code": "head", "element": "division_head"},
                feed__columns__head="head",
            ),
            OPEN_SET: change(resource="civil_affairs/region", items=["code", "head"], masks={}),
        },
    ),
    Breach(
        "CAT-161",
        "an item on conditions",
        OPEN_SET,
        "items[3]",
        "not even in part",
        {
            OPEN_SET: change(
                items__3="income", masks__income={"mask": "generalise_number", "width": 1000}
            )
        },
    ),
    Breach(
        "CAT-161",
        "rows chosen by an item on conditions",
        OPEN_SET,
        "where[0].item",
        "cannot be opened",
        {
            PERSONS: change(**{"5__masks": {"open": {"mask": "generalise_number", "width": 1000}}}),
            OPEN_SET: change(where=[{"item": "income", "op": "ge", "value": 2000}]),
        },
    ),
    at(
        "CAT-162",
        "a sample of everybody",
        (OPEN_SET, "name"),
        "would hold everybody",
        change(name="人口研究样本"),
    ),
    at(
        "CAT-162",
        "a sample by its summary",
        (OPEN_SET, "summary"),
        "would hold everybody",
        change(summary="按千分之一抽样的人口数据"),
    ),
    at("CAT-163", "no cadence", (OPEN_SET, "cadence"), "how often", change(cadence=...)),
    at(
        "CAT-163",
        "released at every change",
        (OPEN_SET, "cadence"),
        "how often",
        change(cadence="realtime"),
    ),
    at(
        "CAT-164",
        "a protected element that is said to be harmless",
        (PERSONS, "[3].not_identifying"),
        "single nobody out",
        change(**{"3__not_identifying": "很多人同一天出生"}),
    ),
    at(
        "CAT-165",
        "all but one character",
        (GRANT, "resources[0].masks.resident_id"),
        "17 characters would remain",
        _number({"keep_first": 17}),
    ),
    at(
        "CAT-165",
        "the sequence and the check digit",
        (GRANT, "resources[0].masks.resident_id"),
        "rebuild the number",
        _number({"keep_last": 4}),
    ),
    at(
        "CAT-165",
        "more than the element allows",
        (PERSONS, "[1].masks.share"),
        "at most 1 may",
        change(**{"1__remain": 1, "1__masks__share": {"mask": "partial", "keep_first": 2}}),
    ),
    at(
        "CAT-165",
        "nearly all of a short text",
        (PERSONS, "[1].masks.share"),
        "of at most 6 characters",
        change(
            **{"1__length__max": 6, "1__masks__share": {"mask": "partial", "keep_first": 5}},
        ),
    ),
    at(
        "CAT-167",
        "a day where only years leave",
        (GRANT, "resources[0].where[0].item"),
        "more than its mask",
        change(resources__0__where=[{"item": "birth_date", "op": "ge", "value": "1990-05-01"}]),
    ),
    at(
        "CAT-167",
        "one person picked out",
        (GRANT, "resources[0].where[0].item"),
        "more than its mask",
        change(resources__0__where=[{"item": "resident_id", "op": "eq", "value": "x"}]),
    ),
    Breach(
        "CAT-167",
        "an open set chosen by what is not opened",
        OPEN_SET,
        "where[0].item",
        "more than its mask",
        {OPEN_SET: change(where=[{"item": "name", "op": "starts_with", "value": "欧阳"}])},
    ),
)

HARD_TO_MASK = (
    Breach(
        "CAT-166",
        "intervals of one",
        OPEN_SET,
        "masks.children",
        "masks nothing",
        {
            PERSONS: new_element("children", "natural_person", type="integer", sensitivity="trait"),
            PERSON: new_item("children", "children", share="unconditional"),
            OPEN_SET: change(
                items__3="children", masks__children={"mask": "generalise_number", "width": 1}
            ),
        },
    ),
    Breach(
        "CAT-166",
        "breaks at every number",
        OPEN_SET,
        "masks.children",
        "masks nothing",
        {
            PERSONS: new_element("children", "natural_person", type="integer", sensitivity="trait"),
            PERSON: new_item("children", "children", share="unconditional"),
            OPEN_SET: change(
                items__3="children",
                masks__children={"mask": "generalise_number", "breaks": [0, 1, 2, 3]},
            ),
        },
    ),
    at(
        "CAT-166",
        "a division code no longer than its level",
        (PERSONS, "[4].masks.open"),
        "masks nothing",
        change(
            **{
                "4__length": {"max": 6},
                "4__masks": {"open": {"mask": "generalise_region", "to": "county"}},
            }
        ),
    ),
)
