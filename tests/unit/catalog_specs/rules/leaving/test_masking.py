"""Which mask applies, and every reason against one."""

from __future__ import annotations

from typing import Any

import pytest
from stdnum.cn import ric

from catalog_specs.masks.kinds.partial import Partial
from catalog_specs.models.element import Element
from catalog_specs.rules.leaving.masking import (
    Applied,
    NamedBy,
    applied,
    faults_at_exit,
    faults_of_mask,
    fitting,
)
from catalog_specs.vocabulary import ItemType
from tests.unit.catalog_specs.rules.leaving.facts import city, element, exit_of, mask

KEEP = {"mask": "keep"}
DROP = {"mask": "drop"}
REDACT = {"mask": "redact"}
PSEUDONYM = {"mask": "pseudonym"}
CONSTANT = {"mask": "constant", "value": "x"}


@pytest.mark.parametrize(
    ("here", "of_element", "of_class", "expected"),
    [
        (DROP, CONSTANT, KEEP, Applied(mask(DROP), NamedBy.EXIT)),
        (None, CONSTANT, KEEP, Applied(mask(CONSTANT), NamedBy.ELEMENT)),
        (None, None, KEEP, Applied(mask(KEEP), NamedBy.CLASS)),
        (None, None, None, Applied(None, None)),
    ],
)
@pytest.mark.parametrize("way", ["share", "open"])
def test_precedence(way: str, here: Any, of_element: Any, of_class: Any, expected: Applied) -> None:
    """The exit's own mask comes before the element's, and that before its class's, by each way."""
    source = exit_of("universal" if way == "open" else way, **({"i": here} if here else {}))
    known = city(**({way: of_class} if of_class else {}))
    fact = element(masks={way: of_element} if of_element else {})
    assert applied("i", fact, known.sensitivities["c"], source) == expected


@pytest.mark.parametrize("other", ["share", "open"])
def test_a_mask_for_one_way_is_none_for_the_other(other: str) -> None:
    """What is named for shares says nothing of opening, nor the other way round."""
    way = "share" if other == "open" else "universal"
    fact = element(masks={other: KEEP})
    known = city(**{other: KEEP})
    assert applied("i", fact, known.sensitivities["c"], exit_of(way)) == Applied(None, None)


CLEAR = {"share": "", "authorised": "", "universal": ""}
TABLE: list[tuple[int, bool, Any, dict[str, str]]] = [
    (1, False, None, dict.fromkeys(CLEAR, "unnamed")),
    (1, True, None, dict.fromkeys(CLEAR, "unnamed")),
    (1, False, KEEP, CLEAR),
    (4, False, KEEP, CLEAR),
    (5, False, KEEP, dict.fromkeys(CLEAR, "in_the_clear")),
    (5, False, REDACT, dict.fromkeys(CLEAR, "in_the_clear")),
    (5, False, PSEUDONYM, CLEAR),
    (4, True, KEEP, {"share": "", "authorised": "opened_as_is", "universal": "opened_as_is"}),
    (
        5,
        True,
        KEEP,
        {"share": "in_the_clear", "authorised": "opened_as_is", "universal": "opened_as_is"},
    ),
    (4, True, REDACT, {"share": "", "authorised": "opened_as_is", "universal": "opened_as_is"}),
    (5, True, PSEUDONYM, {"share": "", "authorised": "", "universal": "told_apart"}),
    (5, True, CONSTANT, CLEAR),
    (5, True, DROP, CLEAR),
    (5, True, {"mask": "partial", "keep_first": 1}, CLEAR),
]


@pytest.mark.parametrize(("level", "protected", "written", "expected"), TABLE)
@pytest.mark.parametrize("way", list(CLEAR))
def test_how_much_of_an_item_may_leave(
    way: str, level: int, protected: bool, written: Any, expected: dict[str, str]
) -> None:
    """Class, mask and way together decide; nothing leaves without a mask."""
    chosen = mask(written) if written else None
    known = city(level, protected=protected)
    found = [one.kind for one in faults_at_exit(known, "i", element(), chosen, exit_of(way))]
    assert found == ([expected[way]] if expected[way] else [])


def test_an_unknown_class_lets_nothing_leave() -> None:
    """Where nobody knows how much may be seen, nothing may."""
    fact = element(sensitivity="other")
    [fault] = faults_at_exit(city(), "i", fact, mask(DROP), exit_of("share"))
    assert fault.kind == "unknown_class"


BREAKS = {"mask": "generalise_number", "breaks": [1, 2, 3]}
HEAD = {"mask": "partial", "keep_first": 7}
NUMBER = {"mask": "generalise_number", "width": 1}
TO_COUNTY = {"mask": "generalise_region", "to": "county"}
FAULTS: list[tuple[Any, Any, bool, list[str]]] = [
    (element("integer"), {"mask": "partial"}, False, ["misfit"]),
    (element("date"), REDACT, False, ["misfit"]),
    (element("date"), TO_COUNTY, False, ["misfit"]),
    (element(), {"mask": "generalise_date", "to": "year"}, False, ["misfit"]),
    (element("boolean"), NUMBER, False, ["misfit"]),
    (element("boolean"), PSEUDONYM, False, []),
    (element("integer"), NUMBER, False, ["joins_nothing"]),
    (element("decimal", scale=0), NUMBER, False, ["joins_nothing"]),
    (element("decimal", scale=2), NUMBER, False, []),
    (
        element("integer"),
        {"mask": "generalise_number", "breaks": [1, 2, 3]},
        False,
        ["joins_nothing"],
    ),
    (element("integer"), {"mask": "generalise_number", "breaks": [1, 2, 5]}, False, []),
    (element(length={"max": 6}), TO_COUNTY, False, ["joins_nothing"]),
    (element(length={"max": 9}), TO_COUNTY, False, []),
    (element(code_list="levels"), TO_COUNTY, False, ["joins_nothing"]),
    (element(), TO_COUNTY, False, []),
    (element(), {"mask": "partial", "keep_first": 8}, True, ["too_much"]),
    (element(), {"mask": "partial", "keep_first": 8}, False, []),
    (element(person="identifier"), {"mask": "partial", "keep_first": 8}, False, ["too_much"]),
    (element(), HEAD, True, []),
    (element(remain=8), {"mask": "partial", "keep_first": 8}, True, []),
    (element(remain=2), {"mask": "partial", "keep_first": 3}, True, ["too_much"]),
    (
        element(check="credit_code", remain=9),
        {"mask": "partial", "keep_first": 7},
        True,
        ["too_much"],
    ),
    (element(length={"max": 6}), {"mask": "partial", "keep_first": 3}, True, ["too_much"]),
    (element(length={"max": 6}), {"mask": "partial", "keep_first": 2}, True, []),
]


@pytest.mark.parametrize(("fact", "written", "protected", "expected"), FAULTS)
def test_what_is_wrong_with_a_mask(
    fact: Element, written: Any, protected: bool, expected: list[str]
) -> None:
    """A mask fits its type, leaves no more of what is guarded than may remain, and joins values."""
    found = faults_of_mask(city(protected=protected), fact, mask(written))
    assert [one.kind for one in found] == expected


@pytest.mark.parametrize("first", range(19))
def test_no_partial_mask_that_is_allowed_can_be_undone(first: int) -> None:
    """Beside birth date and region what an allowed mask leaves of an id fits many persons."""
    resident = element(check="resident_id")
    head = "35050219491231"
    numbers = [f"{head}{n:03}" for n in range(1000)]
    everybody = [number + ric.calc_check_digit(number + "0") for number in numbers]
    for last in range(19 - first):
        chosen = Partial(mask="partial", keep_first=first, keep_last=last)
        if not list(faults_of_mask(city(protected=True), resident, chosen)):
            tail = everybody[17][18 - last :]
            alike = [one for one in everybody if one[:first] == head[:first] and one.endswith(tail)]
            assert len(alike) > 50, (first, last)
            assert first + last < 18


@pytest.mark.parametrize("kind", list(ItemType))
def test_masks_that_are_proposed_fit_and_hide(kind: ItemType) -> None:
    """A remedy names masks for the type first, and none that lets the value be read."""
    names = fitting(kind).replace("`", "").replace(" or ", ", ").split(", ")
    assert {"constant", "drop", "pseudonym"} <= set(names)
    assert not {"keep", "redact"} & set(names)
    own = {"date": "generalise_date", "datetime": "generalise_date", "integer": "generalise_number"}
    assert names[0] == own.get(kind.value, names[0])
