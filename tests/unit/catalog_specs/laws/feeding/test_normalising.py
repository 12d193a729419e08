"""Normalisation steps: each names a delivered part and fits its type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

_DOLLARS = {"units": True, "currency": True}


def _steps(name: str, path: str, says: str, **steps: Any) -> Breach:
    where = (VISIT, f"feed.normalise.{path}")
    return at("CAT-029", name, where, says, change(feed__normalise=steps))


def _misfit(name: str, part: str, says: str, step: Any) -> Breach:
    where = (PERSON, f"feed.normalise.{part}[0]")
    return at("CAT-029", name, where, says, change(feed__normalise={part: [step]}))


BREACHES = (
    at(
        "CAT-029",
        "a currency in an item that is no text",
        (VISIT, "feed.normalise.outcome[0].currency_item"),
        "is no text",
        change(
            feed__compose=...,
            feed__columns__办件日期=...,
            feed__columns__办件时刻=...,
            feed__normalise={"outcome": [{"number": {**_DOLLARS, "currency_item": "visited_at"}}]},
        ),
    ),
    _steps("steps for no part", "nam", "did you mean `name`?", nam=["trim"]),
    _steps(
        "a conversion of every column",
        "*[1]",
        "done to every column",
        **{"*": ["trim", {"dates": {"formats": ["%Y%m%d"]}}]},
    ),
    _steps("a number in a code", "trips[0]", "`trips` is integer", trips=["booleans"]),
    _steps(
        "a format that nobody reads",
        "day[0].formats[1]",
        "`%q` is none of",
        day=[{"dates": {"formats": ["%Y%m%d", "%Y%q"]}}],
    ),
    _steps(
        "a format without a day",
        "day[0].formats[0]",
        "names no whole day",
        day=[{"moments": {"formats": ["%H:%M"]}}],
    ),
    _steps(
        "a zone that is nowhere",
        "day[0].zone",
        "no time zone `Mars/Olympus`",
        day=[{"moments": {"formats": ["%Y%m%d"], "zone": "Mars/Olympus"}}],
    ),
    _steps(
        "a word for true and false",
        "outcome[0].false",
        "`1` stands for true and for false",
        outcome=[{"booleans": {"true": ["1"], "false": ["0", "1"]}}],
    ),
    _misfit(
        "a date in a number", "income", "`income` is decimal", {"dates": {"formats": ["%Y%m%d"]}}
    ),
    _misfit("a moment in a day", "birth_date", "datetime", {"moments": {"formats": ["%Y%m%d"]}}),
    _misfit(
        "a code in a day",
        "birth_date",
        "needs an item of type string",
        {"translate": {"code_list": "sex"}},
    ),
    _misfit("a number in a day", "birth_date", "decimal or integer or string", "number"),
    _steps(
        "a format of a month's end",
        "day[0].formats[0]",
        "names no whole day",
        day=[{"dates": {"formats": ["%Y年%m月"]}}],
    ),
)

LAWFUL: dict[str, tuple[str, dict[str, Any]]] = {
    "every step that any text takes": (
        VISIT,
        {"*": ["trim", "collapse_spaces", "halfwidth", {"nulls": {"texts": ["无"]}}]},
    ),
    "steps that fit the types of their items": (
        PERSON,
        {
            "birth_date": [{"dates": {"formats": ["%Y年%m月%d日", "%d %b %y"]}}],
            "income": [{"number": {"units": True}}],
            "sex": [{"translate": {"code_list": "sex"}}, "booleans"],
            "name": [{"moments": {"formats": ["%Y%m%d%H"], "zone": "Asia/Shanghai"}}],
        },
    ),
    "a part that feeds no item by itself": (VISIT, {"hour": ["number"], "day": ["booleans"]}),
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_step_that_does_not_fit_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A step for another part or type, or one that cannot be done, is reported in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize(("file", "steps"), LAWFUL.values(), ids=LAWFUL)
def test_a_step_that_fits_is_not(file: str, steps: dict[str, Any], tmp_path: Path) -> None:
    """Steps that any text takes stand anywhere; those of a type stand at items of that type."""
    edit: Change = change(feed__normalise=steps)
    assert_lawful({file: edit}, tmp_path)
