"""Expected rules: which rules a spoilt text breaks, by the catalogue alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Window
from catalog_specs.vocabulary import Level
from demo_city.writing.domain import (
    BETWEEN,
    PAIR,
    bounds_of,
    broken_rules,
    columns_of,
    level_of,
    named_rules,
)
from tests.city import PERSON, REGION, TODAY, VISIT
from tests.city.declared import change, compiled

PERSON_FILE, VISIT_FILE = f"resources/{PERSON}.yaml", f"resources/{VISIT}.yaml"
RECORD = {
    "resident_id": "11010519491231002X",
    "name": "王小明",
    "sex": "1",
    "birth_date": "1949-12-31",
    "residence": "350502",
    "income": "100.00",
}


def _city(**edits: Any) -> Catalog:
    """Return the small city, whose persons have no named rule."""
    return compiled(**{PERSON_FILE: change(quality=[], **edits)})


def _broken(
    ref: str, record: dict[str, Any], *changed: str, city: Catalog | None = None
) -> dict[str, Level]:
    city = city or _city()
    return broken_rules(city, city.resource(ref), record, frozenset(changed), TODAY)


def _rule(expect: str, **arguments: Any) -> dict[str, Any]:
    plain = {"code": "named", "level": "warn", "dimension": "accuracy", "description": "试"}
    return {**plain, "expect": expect, **arguments}


@pytest.mark.parametrize(
    ("item", "text", "kinds"),
    [
        ("resident_id", None, ["required"]),
        ("resident_id", "110105194912310021", ["resident_id"]),
        ("resident_id", "1101051949123100", ["resident_id"]),
        ("resident_id", "11010519491231002x", ["resident_id"]),
        ("name", None, ["required"]),
        ("name", "长" * 51, ["length"]),
        ("name", "长" * 50, []),
        ("sex", "3", ["code_list"]),
        ("sex", None, []),
        ("birth_date", "1949-02-30", ["castable"]),
        ("birth_date", "1899-12-31", ["date_window"]),
        ("birth_date", "1900-01-01", []),
        ("birth_date", "2026-03-02", []),
        ("birth_date", "2026-03-03", ["date_window"]),
        ("income", "多", ["castable"]),
        ("income", "-0.01", ["range"]),
        ("income", "0", []),
        ("income", "10000000.01", ["range"]),
        ("residence", "350599", ["reference"]),
    ],
)
def test_a_changed_text_breaks_what_the_catalogue_asks(
    item: str, text: str | None, kinds: list[str]
) -> None:
    """Bounds are inclusive, nothing is only too little, and a changed reference leads nowhere."""
    found = _broken(PERSON, RECORD | {item: text}, item)
    assert found == dict.fromkeys((f"{item}:{kind}" for kind in kinds), Level.QUARANTINE)


@pytest.mark.parametrize(
    ("item", "text", "kinds"),
    [
        ("code", "35050", ["length", "pattern"]),
        ("code", "35050X", ["pattern"]),
        ("code", "350502", []),
    ],
)
def test_one_text_may_break_several_rules(item: str, text: str, kinds: list[str]) -> None:
    """All of them are answered for."""
    found = _broken(REGION, {"code": text, "name": "鲤城区"}, item)
    assert set(found) == {f"{item}:{kind}" for kind in kinds}


@pytest.mark.parametrize(
    ("code", "breaks"),
    [
        ("91350524310000006M", False),
        ("91350524310000006N", True),
        ("91350524310000006", True),
        ("9135052431000000IM", True),
    ],
)
def test_a_credit_code_is_checked_by_its_last_character(code: str, breaks: bool) -> None:
    """Signs that the standard leaves out break it, too."""
    edits = {"elements/persons.yaml": change(**{"0__check": "credit_code"})}
    city = compiled(**{PERSON_FILE: change(quality=[]), **edits})
    found = _broken(PERSON, RECORD | {"resident_id": code}, "resident_id", city=city)
    assert bool(found) is breaks


def test_nothing_is_said_of_texts_that_nobody_changed() -> None:
    """Only a changed item can break a rule, whatever the others hold."""
    assert _broken(PERSON, RECORD | {"sex": "3", "name": None}, "income") == {}


def test_what_is_only_compared_breaks_no_domain() -> None:
    """A referring item has no domain here, for its source is asked; its type it has."""
    record = {
        "resident_id": "x",
        "visit_no": "n",
        "visited_at": None,
        "outcome": None,
        "trips": "1",
    }
    assert _broken(VISIT, record | {"name": "长" * 99}, "name") == {}
    assert set(_broken(VISIT, record | {"name": None, "trips": "x"}, "trips")) == {"trips:castable"}


def test_a_level_of_the_item_is_its_answer() -> None:
    """What an item only warns about is warned of."""
    city = _city(items__5__levels={"range": "warn"})
    assert _broken(PERSON, RECORD | {"income": "-1"}, "income", city=city) == {
        "income:range": Level.WARN
    }
    item = city.resource(PERSON).item("income")
    assert level_of(item, "castable") is Level.QUARANTINE


@pytest.mark.parametrize(
    ("rule", "changed", "breaks"),
    [
        (_rule(PAIR, column_A="trips", column_B="floor"), {"trips": "3", "floor": "3"}, True),
        (
            _rule(PAIR, column_A="trips", column_B="floor", or_equal=True),
            {"trips": "3", "floor": "3"},
            False,
        ),
        (_rule(PAIR, column_A="trips", column_B="floor"), {"trips": "4", "floor": "3"}, False),
        (
            _rule(f"expect_{PAIR}", column_A="trips", column_B="floor"),
            {"trips": "2", "floor": "3"},
            True,
        ),
        (_rule(PAIR, column_A="trips", column_B="floor"), {"trips": None, "floor": "3"}, False),
        (_rule(BETWEEN, column="trips", min_value=2, max_value=4), {"trips": "1"}, True),
        (_rule(BETWEEN, column="trips", min_value=2, max_value=4), {"trips": "2"}, False),
        (_rule(BETWEEN, column="trips", min_value=2, max_value=4), {"trips": "4"}, False),
        (_rule(BETWEEN, column="trips", min_value=2, max_value=4), {"trips": "5"}, True),
        (_rule(BETWEEN, column="trips", min_value=2), {"trips": "9"}, False),
    ],
)
def test_a_named_rule_is_answered_for(
    rule: dict[str, Any], changed: dict[str, str | None], breaks: bool
) -> None:
    """Two items in their order, one between bounds; a missing value never breaks it."""
    floor = {"code": "floor", "element": "visit_count"}
    city = compiled(**{VISIT_FILE: change(items__6=floor, quality=[rule])})
    record = {
        "resident_id": "x",
        "visit_no": "n",
        "visited_at": None,
        "outcome": None,
        "name": None,
    }
    found = _broken(VISIT, record | {"trips": "3", "floor": "1"} | changed, *changed, city=city)
    assert ("named" in found) is breaks
    assert found.get("named", Level.WARN) is Level.WARN


def test_an_expectation_without_an_answer_is_refused() -> None:
    """The city never guesses what a rule would find."""
    rule = _rule("column_values_to_match_like_pattern", column="name", like_pattern="x%")
    city = compiled(**{PERSON_FILE: change(quality=[rule])})
    with pytest.raises(ValueError, match="no answer for expectation"):
        _broken(PERSON, RECORD, "name", city=city)


def test_rules_about_the_whole_delivery_judge_no_record() -> None:
    """Only rules with a column are named rules of a record."""
    rules = [_rule("table_row_count_to_be_between", min_value=1), _rule(BETWEEN, column="trips")]
    city = compiled(**{VISIT_FILE: change(quality=rules)})
    [named] = named_rules(city.resource(VISIT))
    assert columns_of(named) == ("trips",)


@pytest.mark.parametrize(
    ("window", "bounds"),
    [
        (Window(not_before=date(2000, 1, 1), not_after="today"), (date(2000, 1, 1), TODAY)),
        (Window(not_before="today"), (TODAY, None)),
        (Window(), (None, None)),
    ],
)
def test_today_is_the_day_of_judging(
    window: Window, bounds: tuple[date | None, date | None]
) -> None:
    """A window may be open at either end."""
    assert bounds_of(window, TODAY) == bounds
