"""The proposed resource file: YAML that says what was found and marks what was not."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.laws.wording.placeholders import MARK
from catalog_specs.plain_text import hidden_characters
from catalog_specs.vocabulary import FeedFormat
from scaffold.looks import Look
from scaffold.pages import resource_page
from scaffold.proposal import propose
from tests.unit.scaffold.sampled import look, sample, small_city

HEADERS = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=5, unique=True)


def _page(*looks: Look, **more: Any) -> str:
    drawn = sample([one.header for one in looks], **more)
    return resource_page(propose(small_city(), "data_office", "sample", drawn, looks))


def _read(*looks: Look, **more: Any) -> Any:
    return yaml.safe_load(_page(*looks, **more))


def test_a_draft_has_every_key_that_a_resource_needs() -> None:
    """A person fills in places, and invents no structure."""
    page = _read(look("姓名"), look("栏"))
    assert (page["resource"], page["provider"]) == ("sample", "data_office")
    for marked in ("code", "name", "summary", "update_cycle", "published_on"):
        assert page[marked] == MARK
    assert page["aggregation"]["filing_no"] == page["share"]["type"] == page["feed"]["kind"] == MARK


@settings(max_examples=100, deadline=None)
@given(headers=HEADERS)
def test_any_header_is_read_back_as_it_is(headers: list[str]) -> None:
    """Quotes, line breaks and what looks like YAML may stand in a header."""
    looks = [look(header, distinct=1, tests={"damaged": 1}) for header in headers]
    page = _page(*looks)
    assert list(yaml.safe_load(page)["feed"]["columns"]) == headers
    assert not hidden_characters(page)


def test_what_does_not_show_never_reaches_the_terminal() -> None:
    """An escape or a direction in a header is written by its number, in warnings too."""
    page = _page(look("a\x1b[31m\u202e", distinct=1))
    assert "\\e[31m" in page or "\\x1b[31m" in page.lower()
    assert "\\U0000202E" in page


@pytest.mark.parametrize(
    ("more", "feed"),
    [
        ({"delimiter": "\t"}, {"format": "csv", "encoding": "utf-8", "delimiter": "\t"}),
        ({"header": 3}, {"header": {"at": 3}}),
        ({"header": "none"}, {"header": {"at": "none"}}),
        ({"header": "first"}, {"header": None}),
        (
            {"format": FeedFormat.JSONL, "delimiter": None, "encoding": "gb18030"},
            {"format": "jsonl", "encoding": "gb18030", "delimiter": None},
        ),
        ({"format": FeedFormat.XLSX}, {"format": "xlsx", "encoding": None, "delimiter": None}),
    ],
)
def test_the_feed_says_how_the_sample_is_written(
    more: dict[str, Any], feed: dict[str, Any]
) -> None:
    """Only what its format can be told is declared."""
    found = _read(look(), **more)["feed"]
    assert {key: found.get(key) for key in feed} == feed


def test_a_known_column_refers_and_a_new_one_is_drafted() -> None:
    """A certain element is named with its owner; any other is marked, with one to be declared."""
    page = _page(look("姓名"), look("单价", distinct=3, tests={"decimal": 10}, scale=2))
    known, new = yaml.safe_load(page)["items"]
    assert known == {
        "code": "person_name",
        "element": "person_name",
        "required": True,
        "source": "civil_affairs/person.name",
    }
    assert new == {"code": "column_2", "element": MARK.lower(), "required": True}
    drafted = next(line for line in page.splitlines() if "sensitivity: TODO" in line)
    [element] = yaml.safe_load(drafted.lstrip(" #"))
    assert element == {
        "code": "column_2",
        "name": "单价",
        "subject": MARK,
        "type": "decimal",
        "scale": 2,
        "sensitivity": MARK,
    }


def test_only_full_columns_and_keys_are_required() -> None:
    """A column with a gap is not, unless it identifies; nor is one of an empty sample."""
    items = _read(
        look("编号", given=9), look("甲", given=9, distinct=9 - 1), look("乙", rows=0, given=0)
    )
    assert [item.get("required", False) for item in items["items"]] == [True, False, False]


def test_warnings_nulls_and_steps_stand_in_the_draft() -> None:
    """What was found out about the texts is proposed, and what is wrong with them is said."""
    page = _page(look("甲", nulls=("\\N",), tests={"spaces": 1, "mojibake": 2}))
    feed = yaml.safe_load(page)["feed"]
    assert feed["nulls"] == ["", "\\N"]
    assert feed["normalise"] == {"column_1": ["trim"]}
    assert '# 注意 / note: "甲"：2 个值像乱码' in page
