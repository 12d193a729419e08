"""Cell texts: one value in one cell, as departments write it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.models.element import Element
from catalog_specs.models.feed import Feed
from demo_city.writing.render import SEQUENCE
from demo_city.writing.text import as_text, as_value, cell, impossible, kinds, texts
from tests.city import PERSON, VISIT
from tests.city.declared import compiled

TYPES: dict[str, tuple[st.SearchStrategy[Any], Any]] = {
    "string": (st.text(max_size=5), pl.String),
    "integer": (st.integers(-(10**12), 10**12), pl.Int64),
    "decimal": (
        st.integers(-(10**12), 10**12).map(lambda n: Decimal(n).scaleb(-2)),
        pl.Decimal(18, 2),
    ),
    "date": (st.dates(date(1900, 1, 1), date(2100, 1, 1)), pl.Date),
    "datetime": (
        st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - local clock
            lambda moment: moment.replace(microsecond=0)
        ),
        pl.Datetime("us"),
    ),
    "boolean": (st.booleans(), pl.Boolean),
}
FEED = Feed.model_validate(
    {
        "kind": "snapshot",
        "format": "csv",
        "columns": {"甲": "a"},
        "date_format": "%Y年%m月%d日",
        "datetime_format": "%Y/%m/%d %H:%M:%S",
        "true": ["是", "Y"],
        "false": ["否"],
    }
)


def _element(kind: str, **more: Any) -> Element:
    plain = {"code": "a", "name": "甲", "subject": "s", "sensitivity": "public", "type": kind}
    return Element.model_validate(plain | more)


@pytest.mark.parametrize("kind", TYPES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_column_is_written_as_it_can_be_read_back(kind: str, data: st.DataObject) -> None:
    """Whatever the type, each text holds the value it was made of, and null stays null."""
    drawn, dtype = TYPES[kind]
    values = data.draw(st.lists(drawn | st.none(), min_size=1, max_size=8))
    frame = pl.DataFrame({"a": values}, schema={"a": dtype})
    written = frame.select(cell(_element(kind), FEED, "a"))["a"].to_list()
    assert [as_value(text, _element(kind), FEED) for text in written] == values


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("date", date(2024, 1, 5), "2024年01月05日"),
        ("datetime", datetime(2024, 1, 5, 9, 8, 7), "2024/01/05 09:08:07"),  # noqa: DTZ001
        ("decimal", Decimal("1.5"), "1.50"),
        ("integer", Decimal(7), "7"),
        ("integer", 7, "7"),
        ("string", "甲", "甲"),
    ],
)
def test_one_value_is_written_as_its_column_is(kind: str, value: Any, text: str) -> None:
    """Formats are the feed's, digits after the point the element's."""
    assert as_text(value, _element(kind), FEED) == text


def test_an_elements_own_digits_are_kept() -> None:
    """A scale of the element is written out."""
    assert as_text(Decimal("1.5"), _element("decimal", scale=4), FEED) == "1.5000"


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "string"])
def test_an_impossible_text_is_no_value(kind: str) -> None:
    """30 February, a word for a number: nobody can read it as the type, and it is not empty."""
    text = impossible(_element(kind), FEED)
    assert text
    assert as_value(text, _element(kind), FEED) is None


@pytest.mark.parametrize("kind", TYPES)
def test_no_text_is_no_value(kind: str) -> None:
    """A missing text is of every type."""
    assert as_value(None, _element(kind), FEED) is None


def test_items_are_written_in_catalogue_order() -> None:
    """Cells stand as the resource declares them, whatever the order of the register."""
    city = compiled()
    visit = city.resource(VISIT)
    codes = [item.code for item in visit.items]
    row = {
        "name": "甲",
        "trips": 2,
        "outcome": None,
        "visited_at": datetime(2026, 3, 1, 9),  # noqa: DTZ001 - the delivered clock
        "visit_no": "n",
        "resident_id": "r",
    }
    written = texts(city, visit, pl.DataFrame([row], schema_overrides={"outcome": pl.String}))
    assert written.columns == codes
    assert written.row(0) == ("r", "n", "2026-03-01 09:00:00", None, "2", "甲")


def test_files_with_types_know_the_types_of_what_is_no_text() -> None:
    """Texts, and yes and no, are written as they are; the sequence is a number."""
    city = compiled()
    assert kinds(city, city.resource(PERSON)) == {
        SEQUENCE: pl.Int64(),
        "birth_date": pl.Date(),
        "income": pl.Decimal(18, 2),
    }
    assert kinds(city, city.resource(VISIT)) == {
        SEQUENCE: pl.Int64(),
        "visited_at": pl.Datetime("us"),
        "trips": pl.Int64(),
    }
