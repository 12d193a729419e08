"""Content of a delivery: the whole register, new records, or operations."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedFormat, FeedKind
from demo_city.society.history import History
from demo_city.writing.feeds import Handed, hand_over
from demo_city.writing.referred import MISTAKEN
from demo_city.writing.render import OPERATION, SEQUENCE
from tests.city import PERMIT, REGION
from tests.city.declared import change, compiled

NOBODY = pl.Series("_id", [], dtype=pl.UInt32)
ROWS = 8
"""Row 0 leaves in round 2, rows 1 to 4 are touched then, row 7 arrives then."""


def _history(resource: Resource) -> History:
    numbers = [f"{number:03}" for number in range(ROWS)]
    by_item = {item.code: numbers for item in resource.items}
    rows = pl.DataFrame(by_item).with_columns(
        _id=pl.int_range(ROWS, dtype=pl.UInt32),
        _arrival=pl.Series([1] * 7 + [2]),
        _leaves=pl.Series([2] + [None] * 7, dtype=pl.Int64),
        _spoken=pl.lit(value=False),
        **{MISTAKEN: pl.lit(None, dtype=pl.String)},
    )
    last = resource.items[-1].code
    touched = rows[1:5].select("_id", pl.lit("改").alias(last))
    return History(resource, (1, 2), rows, {2: touched})


def _handed(
    ref: str, kind: FeedKind, number: int = 2, owed: pl.Series = NOBODY, **feed: Any
) -> Handed:
    city = compiled(
        **{f"resources/{PERMIT}.yaml": change(**{f"feed__{k}": v for k, v in feed.items()})}
    )
    resource = city.resource(ref)
    resource = resource.model_copy(update={"feed": resource.feed.model_copy(update={"kind": kind})})
    nobody = pl.DataFrame(schema={"code": pl.String})
    return hand_over(city, _history(resource), number, owed, lambda _: nobody)


def _said(handed: Handed) -> list[tuple[int, str]]:
    return handed.facts.select("_id", "_kind").rows()


def test_a_snapshot_is_the_whole_register() -> None:
    """All that is there after the round, as it is then."""
    handed = _handed(REGION, FeedKind.SNAPSHOT)
    assert _said(handed) == [*((number, "U") for number in range(1, 7)), (7, "I")]
    assert handed.texts["name"].to_list() == ["改"] * 4 + ["005", "006", "007"]
    assert handed.facts["_final"].all()


def test_an_upsert_is_what_is_new_or_touched() -> None:
    """And what is owed from before, once."""
    owed = pl.Series("_id", [2, 6], dtype=pl.UInt32)
    assert _said(_handed(REGION, FeedKind.UPSERT)) == [*((n, "U") for n in range(1, 5)), (7, "I")]
    assert [one for one, _ in _said(_handed(REGION, FeedKind.UPSERT, owed=owed))] == [
        1,
        2,
        3,
        4,
        6,
        7,
    ]


@pytest.mark.parametrize("kind", list(FeedKind))
def test_the_first_delivery_is_all_new(kind: FeedKind) -> None:
    """Whatever the kind, everything that is there is inserted."""
    ref = PERMIT if kind is FeedKind.CHANGES else REGION
    assert _said(_handed(ref, kind, number=1)) == [(number, "I") for number in range(7)]


def test_changes_tell_of_what_left_and_of_what_came_before() -> None:
    """A row that left is deleted; one in three touched rows has an earlier word as well."""
    handed = _handed(PERMIT, FeedKind.CHANGES)
    assert _said(handed) == [
        *((number, "U") for number in range(1, 5)),
        (7, "I"),
        (0, "D"),
        (1, "U"),
        (4, "U"),
    ]
    assert handed.facts["_final"].to_list() == [True] * 6 + [False] * 2
    earlier = handed.texts.tail(2)["permit_name"].to_list()
    assert earlier == ["001", "004"]


def test_only_the_sequence_tells_the_order_of_words() -> None:
    """Earlier words stand last in the file and come first by their numbers, each its own."""
    handed = _handed(PERMIT, FeedKind.CHANGES)
    numbers = handed.texts[SEQUENCE].cast(pl.Int64)
    assert numbers.is_unique().all()
    final = handed.facts["_final"]
    assert numbers.filter(~final).max() < numbers.filter(final).min()  # type: ignore[operator]
    before = _handed(PERMIT, FeedKind.CHANGES, number=1).texts[SEQUENCE].cast(pl.Int64)
    assert before.max() < numbers.min()  # type: ignore[operator]


def test_operations_are_said_in_the_feeds_words() -> None:
    """Where it has several for one operation, in turn."""
    changes = {
        "operation": "操作",
        "sequence": "序号",
        "insert": ["新增", "补录"],
        "update": ["变更"],
        "delete": ["注销"],
    }
    handed = _handed(PERMIT, FeedKind.CHANGES, number=1, changes=changes)
    assert handed.texts[OPERATION].to_list() == ["新增", "补录"] * 3 + ["新增"]
    later = _handed(PERMIT, FeedKind.CHANGES, changes=changes).texts[OPERATION].to_list()
    assert later[:4] == ["变更"] * 4
    assert later[5] == "注销"


@pytest.mark.parametrize("form", [FeedFormat.CSV, FeedFormat.JSONL])
def test_a_deletion_in_json_lines_is_its_key_alone(form: FeedFormat) -> None:
    """As systems that speak JSON write it; a line of CSV holds the whole record."""
    handed = _handed(PERMIT, FeedKind.CHANGES, format=form.value)
    [gone] = handed.texts.filter(handed.facts["_kind"] == "D").to_dicts()
    assert (gone["division"], gone["permit_no"]) == ("000", "000")
    assert gone["permit_name"] == (None if form is FeedFormat.JSONL else "000")
