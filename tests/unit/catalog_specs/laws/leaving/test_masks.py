"""Masks: nothing sensitive leaves without one, and each fits its item and masks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog_specs.loader import check
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    CLASSES,
    GRANT,
    OPEN_SET,
    PERSON,
    PERSONS,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
    new_element,
    new_item,
)


def _number(mask: dict[str, Any]) -> Change:
    """Return an edit that masks the resident ids of the grant otherwise."""
    return change(resources__0__masks__resident_id={"mask": "partial", **mask})


BREACHES = (
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
    Breach(
        "CAT-012",
        "no mask named anywhere",
        GRANT,
        "resources[0].items[4]",
        "leaves without a mask",
        {CLASSES: change(**{"1__share": ...})},
    ),
    Breach(
        "CAT-012",
        "level 5 in the clear",
        GRANT,
        "resources[0].masks.residence",
        "in the clear",
        {
            CLASSES: change(**{"1__level": 5}),
            GRANT: change(resources__0__masks__residence={"mask": "keep"}),
        },
    ),
    at(
        "CAT-013",
        "opened as it is",
        (OPEN_SET, "masks.residence"),
        "opened as it is",
        change(masks__residence={"mask": "keep"}),
    ),
    at(
        "CAT-013",
        "a pseudonym for everybody",
        (OPEN_SET, "masks.residence"),
        "as a pseudonym",
        change(masks__residence={"mask": "pseudonym"}),
    ),
    at(
        "CAT-023",
        "a grant's mask on the wrong type",
        (GRANT, "resources[0].masks.birth_date"),
        "needs string",
        change(resources__0__masks__birth_date={"mask": "partial"}),
    ),
    at(
        "CAT-023",
        "an element's mask on the wrong type",
        (PERSONS, "[5].masks.share"),
        "needs date or datetime",
        change(**{"5__masks": {"share": {"mask": "generalise_date", "to": "year"}}}),
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "answers, by which no value leaves": {
        GRANT: change(method="verify", resources__0__masks=...),
        CLASSES: change(**{"1__share": ...}),
    },
    "a pseudonym for bound receivers": {
        PERSON: change(open__type="authorised"),
        OPEN_SET: change(
            type="authorised", items__3="resident_id", masks__resident_id={"mask": "pseudonym"}
        ),
    },
    "the region of a number": {GRANT: _number({"keep_first": 6})},
    "level 4 that is shared as it is": {
        CLASSES: change(**{"1__level": 4}),
        GRANT: change(resources__0__masks__residence={"mask": "keep"}),
    },
    "a division code longer than its level": {
        PERSONS: change(
            **{
                "4__length": {"max": 6},
                "4__masks": {"open": {"mask": "generalise_region", "to": "city"}},
            }
        )
    },
    "intervals of two": {
        PERSONS: new_element("children", "natural_person", type="integer", sensitivity="trait"),
        PERSON: new_item("children", "children", share="unconditional"),
        OPEN_SET: change(
            items__3="children", masks__children={"mask": "generalise_number", "width": 2}
        ),
    },
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_missing_or_idle_mask_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A mask that is missing, does not fit or masks too little is reported alone, in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_a_mask_that_masks_is_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """A mask is asked for where values leave, and has only to mask what must not be seen."""
    assert_lawful(changes, tmp_path)


def test_an_elements_own_bad_mask_is_reported_once(tmp_path: Path) -> None:
    """A mask that an element declares wrongly is reported there, not again at every use."""
    edit = change(**{"4__masks": {"share": {"mask": "generalise_number", "width": 5}}})
    problems = check(write_catalog(tmp_path, **{PERSONS: edit}))[1]
    assert [(p.code, p.file) for p in problems] == [("CAT-023", PERSONS)]
