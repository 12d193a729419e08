"""Row conditions: which rows they choose, and which conditions are refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from catalog_specs.errors import AccessError
from catalog_specs.models.condition import Condition
from governance.row_filters import render_filter
from tests.city import PERSON, VISIT
from tests.city.declared import compiled

FRAME = pl.DataFrame(
    {
        "residence": ["350502", "350503", None, "%"],
        "birth_date": [date(1980, 1, 1), date(1990, 1, 1), None, date(2000, 1, 1)],
        "income": [Decimal("1.10"), Decimal("2.00"), None, Decimal("0.00")],
    },
    schema_overrides={"income": pl.Decimal(18, 2)},
)


def chosen(*conditions: dict[str, Any]) -> list[int]:
    """Return the positions of the rows that conditions choose."""
    catalog = compiled()
    rendered = render_filter(
        catalog, catalog.resource(PERSON), [Condition.model_validate(one) for one in conditions]
    )
    return FRAME.with_row_index().filter(rendered).get_column("index").to_list()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"item": "residence", "op": "eq", "value": "350502"}, [0]),
        ({"item": "residence", "op": "ne", "value": "350502"}, [1, 3]),
        ({"item": "residence", "op": "in", "value": ["350502", "%"]}, [0, 3]),
        ({"item": "residence", "op": "in", "value": []}, []),
        ({"item": "residence", "op": "starts_with", "value": "3505"}, [0, 1]),
        ({"item": "residence", "op": "starts_with", "value": "%"}, [3]),
        ({"item": "residence", "op": "is_null"}, [2]),
        ({"item": "residence", "op": "not_null"}, [0, 1, 3]),
        ({"item": "birth_date", "op": "lt", "value": date(1990, 1, 1)}, [0]),
        ({"item": "birth_date", "op": "ge", "value": "1990-01-01"}, [1, 3]),
        ({"item": "income", "op": "eq", "value": 1.1}, [0]),
        ({"item": "income", "op": "gt", "value": 1}, [0, 1]),
        ({"item": "income", "op": "le", "value": "1.10"}, [0, 3]),
    ],
)
def test_what_a_condition_chooses(condition: dict[str, Any], expected: list[int]) -> None:
    """A condition chooses the rows it names; a missing value fulfils no comparison."""
    assert chosen(condition) == expected


def test_conditions_are_joined_by_and() -> None:
    """Several conditions choose the rows that fulfil all of them; none chooses every row."""
    first = {"item": "residence", "op": "starts_with", "value": "3505"}
    second = {"item": "income", "op": "gt", "value": 1.5}
    assert chosen(first, second) == [1]
    assert chosen() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "condition",
    [
        {"item": "residence", "op": "eq", "value": 350502},
        {"item": "residence", "op": "in", "value": ["350502", 350503]},
        {"item": "birth_date", "op": "eq", "value": "soon"},
        {"item": "birth_date", "op": "eq", "value": 1990},
        {"item": "birth_date", "op": "starts_with", "value": "19"},
        {"item": "income", "op": "eq", "value": "much"},
        {"item": "income", "op": "eq", "value": True},
        {"item": "income", "op": "lt", "value": float("inf")},
        {"item": "birth_date", "op": "ge", "value": 19900101},
        {"item": "sex", "op": "ne", "value": "7"},
    ],
)
def test_a_condition_that_does_not_fit_is_refused(condition: dict[str, Any]) -> None:
    """A condition that does not fit its item lets nothing through, and its value is not shown."""
    with pytest.raises(AccessError, match="of a row condition") as refused:
        chosen(condition)
    assert "7" not in refused.value.what
    assert "1990" not in refused.value.what


@pytest.mark.parametrize(("ref", "item"), [(VISIT, "name"), (PERSON, "nothing")])
def test_a_condition_on_what_is_not_stored_is_refused(ref: str, item: str) -> None:
    """Neither a referred item nor an unknown one is in the table, so no row is chosen by it."""
    catalog = compiled()
    condition = Condition(item=item, op="not_null")
    with pytest.raises(AccessError, match="not stored"):
        render_filter(catalog, catalog.resource(ref), [condition])


@pytest.mark.parametrize(
    ("item", "value", "expected"),
    [
        ("visited_at", date(2024, 1, 2), [1]),
        ("visited_at", "2024-01-01T10:00:00", [0, 1]),
        ("trips", 2, [1]),
    ],
)
def test_moments_and_whole_numbers(item: str, value: Any, expected: list[int]) -> None:
    """A day is its midnight when compared with a moment; a whole number stays one."""
    catalog = compiled()
    frame = pl.DataFrame(
        {
            "visited_at": [datetime(2024, 1, 1, 10), datetime(2024, 1, 2)],  # noqa: DTZ001
            "trips": [1, 2],
        }
    )
    condition = Condition(item=item, op="ge", value=value)
    rendered = render_filter(catalog, catalog.resource(VISIT), [condition])
    assert frame.with_row_index().filter(rendered).get_column("index").to_list() == expected
