"""Referred items: copies of another register's facts, with a few deliberate mistakes."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from catalog_specs.catalog import Catalog
from demo_city.writing.referred import FEW, MISTAKEN, ONE_IN, fill_in, mistaken_ids
from tests.city import PERSON, VISIT
from tests.city.declared import change, compiled

SEX = {"code": "sex", "element": "sex", "source": "civil_affairs/person.sex"}
BORN = {"code": "born", "element": "birth_date", "source": "civil_affairs/person.birth_date"}
SEXES = {"1": "男性", "2": "女性", "9": "未说明"}
PERSONS = pl.DataFrame(
    {
        "resident_id": ["a", "b"],
        "name": ["王小华", "李明"],
        "sex": ["1", "2"],
        "birth_date": pl.Series(["2000-03-01", "2001-01-01"]).str.to_date(),
    }
)


def _city() -> Catalog:
    return compiled(
        **{
            f"resources/{VISIT}.yaml": change(items__6=SEX, items__7=BORN),
            "code_lists/sex.yaml": change(values=SEXES),
        }
    )


def _filled(*rows: tuple[str, str | None]) -> list[tuple[Any, ...]]:
    city = _city()
    schema = {"resident_id": pl.String, MISTAKEN: pl.String}
    frame = pl.DataFrame([*rows], schema=schema, orient="row")
    found = fill_in(city, city.resource(VISIT), frame, {PERSON: PERSONS}.__getitem__)
    return found.select("name", "sex", pl.col("born").dt.to_string()).rows()


def test_referred_items_are_the_sources_values() -> None:
    """Each row gets the facts of the record that its key names, and its order stays."""
    assert _filled(("b", None), ("a", None)) == [
        ("李明", "2", "2001-01-01"),
        ("王小华", "1", "2000-03-01"),
    ]


def test_who_is_on_no_register_has_no_facts() -> None:
    """A key that the source lacks leaves the referred items empty."""
    assert _filled(("z", None)) == [(None, None, None)]


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        ("name", [("王小英", "1", "2000-03-01"), ("李华", "2", "2001-01-01")]),
        ("born", [("王小华", "1", "2000-02-29"), ("李明", "2", "2000-12-31")]),
    ],
)
def test_a_mistake_is_another_value_of_one_item(item: str, wrong: list[tuple[Any, ...]]) -> None:
    """The last character of a name, the day before: close to the truth, and never it."""
    assert _filled(("a", item), ("b", item)) == wrong


def test_a_wrong_code_is_another_of_its_list() -> None:
    """A mistake is no defect: the code exists."""
    found = pl.DataFrame({"sex": [sex for _, sex, _ in _filled(("a", "sex"), ("b", "sex"))]})
    assert set(found["sex"]) <= set(SEXES)
    assert not (found["sex"] == PERSONS["sex"]).any()


@pytest.mark.parametrize(("size", "wrong"), [(FEW - 1, 0), (FEW, 4), (5000, 10)])
def test_few_rows_are_mistaken(size: int, wrong: int) -> None:
    """None of a small register, some of a middling one, one in five hundred of a large one."""
    rows = pl.DataFrame({"_id": pl.Series(range(size), dtype=pl.UInt32)})
    found = mistaken_ids(_city().resource(VISIT), rows)
    assert found.height == wrong
    assert found["_id"].is_unique().all()
    assert size < ONE_IN or wrong == size // ONE_IN


def test_mistakes_take_turns_over_the_items() -> None:
    """Every referred item is wrong somewhere."""
    rows = pl.DataFrame({"_id": pl.Series(range(5000), dtype=pl.UInt32)})
    found = mistaken_ids(_city().resource(VISIT), rows)
    assert found[MISTAKEN].to_list()[:4] == ["name", "sex", "born", "name"]


def test_what_refers_to_nothing_mistakes_nothing() -> None:
    """A register without referred items has nothing to get wrong."""
    rows = pl.DataFrame({"_id": pl.Series(range(5000), dtype=pl.UInt32)})
    found = mistaken_ids(_city().resource(PERSON), rows)
    assert found.is_empty()
    assert found.schema["_id"] == pl.UInt32
