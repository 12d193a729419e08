"""Row conditions: what values mean, which conditions make sense, and what they tell."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.models.condition import Condition
from catalog_specs.rules.leaving.conditions import condition_faults, tells_more, typed_value
from catalog_specs.vocabulary import ItemType
from tests.unit.catalog_specs.rules.leaving.facts import city, element, mask

DAY = date(1990, 1, 1)
MOMENT = datetime(1990, 1, 1)  # noqa: DTZ001 - the delivered clock
MEANT: list[tuple[Any, dict[str, Any]]] = [
    ("x", {"string": "x"}),
    ("12", {"string": "12", "decimal": Decimal(12)}),
    ("1990-01-01", {"string": "1990-01-01", "date": DAY, "datetime": MOMENT}),
    ("1990-01-01 00:00:00", {"string": "1990-01-01 00:00:00", "datetime": MOMENT}),
    ("1990-01-01T00:00:00+08:00", {"string": "1990-01-01T00:00:00+08:00"}),
    (12, {"integer": 12, "decimal": Decimal(12)}),
    (19900101, {"integer": 19900101, "decimal": Decimal(19900101)}),
    (1.5, {"decimal": Decimal("1.5")}),
    (float("nan"), {}),
    (float("inf"), {}),
    ("Infinity", {"string": "Infinity"}),
    (True, {"boolean": True}),
    (DAY, {"date": DAY, "datetime": MOMENT}),
    (MOMENT, {}),
    (MOMENT.replace(tzinfo=UTC), {}),
    (None, {}),
    ((), {}),
]


@pytest.mark.parametrize(("written", "meant"), MEANT)
@pytest.mark.parametrize("kind", list(ItemType))
def test_what_a_value_means(kind: ItemType, written: Any, meant: dict[str, Any]) -> None:
    """A value means something only where it is of the item's type; nothing is guessed."""
    found = typed_value(written, kind)
    wanted = meant.get(kind.value)
    assert (found, type(found)) == (wanted, type(wanted))


@settings(max_examples=1000, deadline=None)
@given(
    value=st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text()
    | st.datetimes() | st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.+Z]*)?\Z"),
    kind=st.sampled_from(list(ItemType)),
)  # fmt: skip
def test_a_value_is_of_its_type_or_nothing(value: Any, kind: ItemType) -> None:
    """Whatever is written, its meaning is of the one Python type that stands for the item's."""
    found = typed_value(value, kind)
    wanted = {
        ItemType.STRING: str,
        ItemType.INTEGER: int,
        ItemType.DECIMAL: Decimal,
        ItemType.DATE: date,
        ItemType.DATETIME: datetime,
        ItemType.BOOLEAN: bool,
    }
    assert found is None or type(found) is wanted[kind]


def condition(op: str, value: Any = None) -> Condition:
    """Return a condition on some item."""
    return Condition.model_validate({"item": "i", "op": op, "value": value})


@pytest.mark.parametrize(
    ("kind", "op", "value", "part"),
    [
        ("string", "starts_with", "a", None),
        ("string", "starts_with", 1, "value"),
        ("date", "starts_with", "19", "op"),
        ("boolean", "eq", True, None),
        ("boolean", "lt", True, "op"),
        ("integer", "in", [1, 2], None),
        ("integer", "in", [], None),
        ("integer", "in", [1, "2"], "value"),
        ("date", "ge", "1990-01-01", None),
        ("date", "ge", 19900101, "value"),
        ("date", "is_null", None, None),
        ("boolean", "not_null", None, None),
    ],
)
def test_what_is_wrong_with_a_condition(kind: str, op: str, value: Any, part: str | None) -> None:
    """Operator and values fit the type; the value itself is shown apart from what is wrong."""
    found = list(condition_faults(city(), element(kind), condition(op, value)))
    assert [one.part for one in found] == ([part] if part else [])
    assert all(str(value) not in one.what for one in found)


@pytest.mark.parametrize(
    ("op", "value", "wrong"),
    [("eq", "11", 0), ("ne", "13", 1), ("in", ["11", "13", "14"], 2), ("ge", "13", 0)],
)
def test_a_code_is_one_of_its_list(op: str, value: Any, wrong: int) -> None:
    """A comparison with a code names one that exists, or it would choose nothing, or everything."""
    coded = element(code_list="levels")
    assert len(list(condition_faults(city(), coded, condition(op, value)))) == wrong


YEAR = {"mask": "generalise_date", "to": "year"}
QUARTER = {"mask": "generalise_date", "to": "quarter"}
DECADE = {"mask": "generalise_date", "to": "decade"}
STEPS = {"mask": "generalise_number", "width": 500}
BREAKS = {"mask": "generalise_number", "breaks": [0, 18, 65]}
CITY = {"mask": "generalise_region", "to": "city"}
KEEP = {"mask": "keep"}


@pytest.mark.parametrize(
    ("kind", "written", "op", "value", "tells"),
    [
        ("date", YEAR, "ge", DAY, False),
        ("date", YEAR, "lt", "1990-01-01", False),
        ("date", YEAR, "ge", date(1990, 1, 2), True),
        ("date", YEAR, "gt", DAY, True),
        ("date", YEAR, "eq", DAY, True),
        ("date", YEAR, "in", ["1990-01-01"], True),
        ("date", YEAR, "not_null", None, False),
        ("date", QUARTER, "ge", "1990-04-01", False),
        ("date", QUARTER, "ge", "1990-05-01", True),
        ("date", DECADE, "ge", "1990-01-01", False),
        ("date", DECADE, "ge", "1995-01-01", True),
        ("datetime", YEAR, "ge", DAY, False),
        ("datetime", YEAR, "ge", "1990-01-01T00:00:00", False),
        ("datetime", YEAR, "ge", "1990-01-01T00:00:01", True),
        ("integer", STEPS, "ge", 1000, False),
        ("integer", STEPS, "ge", 1001, True),
        ("decimal", STEPS, "lt", 1000.0, False),
        ("decimal", STEPS, "lt", 1000.5, True),
        ("decimal", STEPS, "lt", "1e99", False),
        ("integer", BREAKS, "ge", 18, False),
        ("integer", BREAKS, "ge", 19, True),
        ("integer", BREAKS, "le", 18, True),
        ("string", CITY, "starts_with", "3505", False),
        ("string", CITY, "starts_with", "350502", True),
        ("string", CITY, "eq", "3505", True),
        ("string", KEEP, "eq", "3505", False),
        ("string", {"mask": "redact"}, "starts_with", "3", True),
        ("string", {"mask": "partial", "keep_first": 1}, "starts_with", "3", True),
        ("string", {"mask": "pseudonym"}, "eq", "3", True),
        ("string", {"mask": "pseudonym"}, "is_null", None, False),
        ("string", {"mask": "drop"}, "is_null", None, True),
        ("string", {"mask": "constant", "value": "x"}, "not_null", None, True),
        ("string", None, "not_null", None, True),
    ],
)
def test_a_condition_asks_no_more_than_a_mask_shows(
    kind: str, written: Any, op: str, value: Any, tells: bool
) -> None:
    """Rows may be chosen by what is seen anyway: at borders, by visible digits, never inside."""
    chosen = mask(written) if written else None
    assert tells_more(condition(op, value), chosen, ItemType(kind)) is tells
