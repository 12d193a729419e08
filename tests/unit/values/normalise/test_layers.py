"""Layers: which steps a part has, in which order they go, and what is known of each afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from catalog_specs.models.feed import Feed
from storage.sql import identifiers, literal
from tests.unit.feeds.feeds import make_feed
from tests.unit.values.normalise.steps import LISTS, bench
from values.normalise import Context
from values.normalise.layers import has_step, mark_of, marks_of, normalised_sql, steps_of, unread


def result(feed: Feed, columns: str, *records: Sequence[str | None]) -> list[Any]:
    """Return columns of records with the texts of a, b and c after all steps."""
    rows = ", ".join(
        f"({', '.join('NULL' if text is None else literal(text) for text in record)})"
        for record in records
    )
    names = identifiers(steps_of(feed) or ["a"])
    source = f"(SELECT * FROM (VALUES {rows}) AS v({names}))"
    found = normalised_sql(feed, source, Context(code_lists=LISTS))
    return bench().sql(f"SELECT {columns} FROM {found}").fetchall()


def fed(**normalise: Any) -> Feed:
    """Return a feed of the parts a, b and c with steps; `every` names those for all."""
    steps = {"*" if part == "every" else part: own for part, own in normalise.items()}
    return make_feed(normalise=steps)


def test_steps_for_every_part_come_first() -> None:
    """Then its own, in their order; parts without any are left out."""
    feed = fed(every=["trim"], b=["halfwidth", "trim"])
    names = {part: [step.step for step in own] for part, own in steps_of(feed).items()}
    assert names == {"a": ["trim"], "b": ["trim", "halfwidth", "trim"], "c": ["trim"]}
    assert steps_of(fed(b=["trim"])).keys() == {"b"}
    assert steps_of(make_feed()) == {}
    assert has_step(feed, "b", "halfwidth")
    assert not has_step(feed, "a", "halfwidth")
    assert not has_step(feed, "none", "trim")


def test_each_step_takes_what_the_one_before_gave() -> None:
    """What stands in another part does not matter."""
    feed = fed(a=["halfwidth", {"number": {}}], b=["trim"])
    assert result(feed, "a, b", ["５，００２", " ５"], ["x", None]) == [("5002", "５"), ("x", None)]


DAYS = [{"dates": {"formats": ["%Y%m%d"]}}, {"dates": {"formats": ["%d.%m.%Y"]}}]


def test_a_step_that_reads_leaves_a_mark() -> None:
    """Understood by either of two of a kind is understood; a null needs no understanding."""
    feed = fed(a=[*DAYS, "trim"])
    marks = marks_of(feed)
    assert marks == [("a", "dates")]
    found = result(feed, f"a, {mark_of(*marks[0])}", ["20240105"], ["5.1.2024"], ["2024"], [None])
    assert found == [("2024-01-05", True), ("2024-01-05", True), ("2024", False), (None, True)]


def test_a_second_step_of_a_kind_does_not_read_what_the_first_wrote() -> None:
    """It would move a moment twice, or turn a day and a month round."""
    turned = [{"dates": {"formats": ["%d/%m/%Y"]}}, {"dates": {"formats": ["%Y-%d-%m"]}}]
    assert result(fed(a=turned), "a", ["05/01/2024"], ["2024-05-01"]) == [
        ("2024-01-05",), ("2024-01-05",),
    ]  # fmt: skip


def test_the_currency_of_an_amount_has_a_column_of_its_own() -> None:
    """Of an amount that is understood; of others nobody knows."""
    step = {"number": {"currency": True, "units": True, "currency_item": "money"}}
    found = result(fed(a=[step]), "a, money", ["5万美元"], ["5"], ["5美元港币"], [None])
    assert found == [("50000", "USD"), ("5", None), ("5美元港币", None), (None, None)]


def test_without_steps_nothing_is_done() -> None:
    """The source is the result."""
    assert normalised_sql(make_feed(), "records", Context()) == "records"


def test_an_item_is_unread_where_any_of_its_parts_is() -> None:
    """Whether it is the part, composed of it, or a piece of it."""
    feed = make_feed(
        normalise={"a": DAYS, "b": ["trim"], "c": [{"booleans": {}}]},
        compose={"both": "{a} {c}", "neither": "{b}", "again": "{piece}"},
        split={"piece": {"part": "a", "separator": " ", "index": 1}},
    )
    said = {item: unread(feed, item) for item in ("a", "b", "both", "neither", "piece", "again")}
    assert {item for item, sql in said.items() if sql is None} == {"b", "neither"}
    a, c = mark_of("a", "dates"), mark_of("c", "booleans")
    for item, expected in (("a", [False, True, False]), ("both", [False, True, True])):
        rows = f"(VALUES (0, TRUE, TRUE), (1, FALSE, TRUE), (2, TRUE, FALSE)) AS v(n, {a}, {c})"
        sql = f"SELECT {said[item]} FROM {rows} ORDER BY n"
        assert [one for (one,) in bench().sql(sql).fetchall()] == expected
    assert said["piece"] == said["again"] == said["a"]


NAMES = ["n", "m", "i", "l", "u", "d", "p", "name", "code", "text", "list", "date", "select"]


@pytest.mark.parametrize("name", NAMES)
def test_parts_may_have_any_name(name: str) -> None:
    """No name of a part means anything inside a step."""
    steps: list[Any] = [
        {"translate": {"code_list": "sex"}},
        {"number": {"units": True}},
        {"moments": {"formats": ["%Y-%m-%d"], "zone": "UTC"}},
        {"dates": {"formats": ["%Y%m%d"], "excel_serial": True}},
    ]
    feed = make_feed(columns={"列": name}, normalise={name: steps})
    texts = [["女"], ["50万"], ["2024-01-05"], ["20240105"]]
    assert [one for (one,) in result(feed, identifiers([name]), *texts)] == [
        "2", "500000", "2024-01-05 08:00:00", "2024-01-05",
    ]  # fmt: skip
