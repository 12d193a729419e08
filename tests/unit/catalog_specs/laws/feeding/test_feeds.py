"""Feed columns: every delivered column has a use, every item has exactly one origin."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.loader import check
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    REGION,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

_DOLLARS = {"units": True, "currency": True}


def _template(name: str, says: str, template: str) -> Breach:
    where = (VISIT, "feed.compose.visited_at")
    return at("CAT-015", name, where, says, change(feed__compose__visited_at=template))


BREACHES = (
    at(
        "CAT-015",
        "a currency for no item",
        (VISIT, "feed.normalise"),
        "there is no item `coin`",
        change(feed__normalise={"outcome": [{"number": {**_DOLLARS, "currency_item": "coin"}}]}),
    ),
    at(
        "CAT-015",
        "a piece of a part that nothing delivers",
        (VISIT, "feed.split.name.part"),
        "no column delivers the part `both`",
        change(
            feed__columns__申请人姓名=...,
            feed__split={"name": {"part": "both", "separator": " ", "index": 1}},
        ),
    ),
    at(
        "CAT-015",
        "a piece for nothing",
        (VISIT, "feed.split.surname"),
        "neither an item nor a part",
        change(feed__split={"surname": {"part": "name", "pattern": "^(.)"}}),
    ),
    at(
        "CAT-015",
        "an item that is both delivered and constant",
        (VISIT, "feed.columns"),
        "`outcome` is fed 2 times",
        change(feed__constants={"outcome": "1"}),
    ),
    at(
        "CAT-015",
        "a constant for no item",
        (REGION, "feed.constants.level"),
        "there is no item `level`",
        change(feed__constants={"level": "3"}),
    ),
    at(
        "CAT-015",
        "a column for nothing",
        (VISIT, "feed.columns.备注"),
        "neither an item nor a part",
        change(feed__columns__备注="remark"),
    ),
    at(
        "CAT-015",
        "an item that nothing feeds",
        (PERSON, "feed.columns"),
        "fed by no column",
        change(feed__columns__登记收入=...),
    ),
    at(
        "CAT-015",
        "an item fed twice",
        (PERSON, "feed.columns"),
        "fed 2 times",
        change(feed__columns__曾用名="name"),
    ),
    at(
        "CAT-015",
        "a part that nothing delivers",
        (VISIT, "feed.compose.visited_at"),
        "no column delivers the part `minute`",
        change(feed__compose__visited_at="{day} {hour:02}:{minute:02}:00"),
    ),
    at(
        "CAT-015",
        "a compose for no item",
        (REGION, "feed.compose.label"),
        "there is no item `label`",
        change(feed__compose={"label": "{code}{name}"}),
    ),
    at(
        "CAT-015",
        "one word for two operations",
        (REGION, "feed.changes"),
        "stands for two things",
        change(
            feed__kind="changes",
            feed__changes={"operation": "操作", "sequence": "序号", "delete": ["U"]},
        ),
    ),
    at(
        "CAT-015",
        "one column for what happened and for its order",
        (REGION, "feed.changes.sequence"),
        "the same column",
        change(feed__kind="changes", feed__changes={"operation": "操作", "sequence": "操作"}),
    ),
    _template("a template that converts", "padded with zeros", "{day} {hour!r}:00:00"),
    _template("a template that aligns", "padded with zeros", "{day} {hour:>2}:00:00"),
    _template("a template of a place", "not the name of a part", "{day} {hour}{0}"),
    _template("a template that never ends", "not a template", "{day} {hour"),
)

LAWFUL: dict[str, Change] = {
    "a template with braces of its own": change(feed__compose__visited_at="{day} {hour:02}{{}}"),
    "two items out of one column": change(
        feed__columns__申请人姓名=...,
        feed__columns__结果="both",
        feed__columns__办理结果=...,
        feed__split={
            "name": {"part": "both", "separator": "/", "index": 1},
            "outcome": {"part": "both", "separator": "/", "index": 2},
        },
    ),
    "a piece inside a template": change(
        feed__columns__办件时刻="moment",
        feed__split={"hour": {"part": "moment", "separator": ":", "index": 1}},
    ),
    "a constant in the place of a column": change(
        feed__columns__办理结果=..., feed__constants={"outcome": "1"}
    ),
    "a currency that feeds an item": change(
        feed__columns__办理结果=...,
        feed__normalise={"name": [{"number": {**_DOLLARS, "currency_item": "outcome"}}]},
    ),
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_column_without_use_or_an_item_without_origin_is_reported(
    breach: Breach, tmp_path: Path
) -> None:
    """What does not map one to one is reported alone, at the place to correct."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("edit", LAWFUL.values(), ids=LAWFUL)
def test_an_item_has_any_one_origin(edit: Change, tmp_path: Path) -> None:
    """A column, a piece, a template, a constant and a currency each feed an item."""
    assert_lawful({VISIT: edit}, tmp_path)


def test_a_template_that_cannot_be_read_blames_no_column(tmp_path: Path) -> None:
    """The columns that a faulty template names are not called useless."""
    breach = _template("", "padded with zeros", "{day} {hour:>2}:00:00")
    problems = check(write_catalog(tmp_path, **breach.changes))[1]
    assert [problem.path for problem in problems] == [breach.path]
