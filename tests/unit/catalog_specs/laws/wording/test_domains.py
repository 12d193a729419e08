"""Value domains: bounds that fit their type, and patterns that every engine understands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.laws.wording.domains import pattern_fault, rule_patterns
from catalog_specs.models.quality.rule import QualityRule
from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    PERSONS,
    PLACES,
    REGION,
    VISIT,
    VISITS,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

_RULE = {
    "code": "tried",
    "expect": "column_values_to_match_regex_list",
    "level": "warn",
    "dimension": "accuracy",
    "description": "试",
}

BREACHES = (
    at(
        "CAT-022",
        "look-behind in a footer",
        (REGION, "feed.footer"),
        "(?<=",
        change(feed__footer="(?<=合)计"),
    ),
    at(
        "CAT-022",
        "a split that does not compile",
        (VISIT, "feed.split.name.pattern"),
        "cannot be used",
        change(
            feed__columns__申请人姓名="whole",
            feed__split={"name": {"part": "whole", "pattern": "(.*"}},
        ),
    ),
    at(
        "CAT-022",
        "look-ahead in a pattern",
        (PLACES, "[0].pattern"),
        "(?=",
        change(**{"0__pattern": "(?=3)[0-9]{6}"}),
    ),
    at(
        "CAT-022",
        "a rule's pattern that does not compile",
        (PERSON, "quality[0].regex"),
        "unterminated character set",
        change(quality__0__regex="[ "),
    ),
    at(
        "CAT-027",
        "a length on a date",
        (PERSON, "items[3].length"),
        "needs type string",
        change(items__3__length={"max": 8}),
    ),
    at(
        "CAT-027",
        "a range upside down",
        (PERSONS, "[5].range"),
        "begins after it ends",
        change(**{"5__range": {"min": 2, "max": 1}}),
    ),
    at(
        "CAT-022",
        "the second of a rule's patterns",
        (PERSON, "quality[0].regex_list[1]"),
        "the escape \\Z",
        change(quality=[{**_RULE, "column": "name", "regex_list": ["a", "b\\Z"]}]),
    ),
    at(
        "CAT-022",
        "an item's own pattern",
        (PERSON, "items[1].pattern"),
        "a possessive quantifier",
        change(items__1__pattern="a++"),
    ),
    at(
        "CAT-022",
        "a day that cannot be cut out",
        (REGION, "feed.as_of.file_name"),
        "missing )",
        change(feed__as_of={"file_name": "([0-9]{8}"}),
    ),
    at(
        "CAT-027",
        "an item's range on a text",
        (PERSON, "items[1].range"),
        "`range` needs type decimal or integer",
        change(items__1__range={"max": 8}),
    ),
    at(
        "CAT-027",
        "a window that closes before it opens",
        (PERSONS, "[3].window"),
        "begins after it ends",
        change(**{"3__window": {"not_before": "2000-01-02", "not_after": "2000-01-01"}}),
    ),
    at(
        "CAT-027",
        "a length that no text has",
        (VISITS, "[0].length"),
        "begins after it ends",
        change(**{"0__length": {"min": 3, "max": 2}}),
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "one length, one value, one day": {
        PERSONS: change(
            **{
                "5__range": {"min": 0, "max": 0},
                "3__window": {"not_before": "2000-01-01", "not_after": "2000-01-01"},
            }
        ),
        VISITS: change(**{"0__length": {"min": 2, "max": 2}}),
    },
    "a window that opens today, whatever day that is": {
        PERSONS: change(**{"3__window": {"not_before": "today", "not_after": "2000-01-01"}})
    },
    "an item's own narrower bounds": {
        PERSON: change(items__1__length={"max": 8}, items__1__pattern="[一-龥·]{2,}"),
        VISIT: change(items__4__range={"max": 3}),
    },
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_domain_that_no_value_can_be_held_to_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A bound of another type or upside down, and a pattern some engine lacks, are reported."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_a_domain_of_one_value_is_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """Bounds are inclusive, and `today` is never before or after a day."""
    assert_lawful(changes, tmp_path)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        (r"(?=a)", "`(?=…` at 0"),
        (r"(?<!a)b", "`(?<!…` at 0"),
        (r"(a)\1", "back-reference \\1 at 3"),
        (r"(?P<x>a)(?P=x)", "`(?P=…` at 8"),
        (r"[\u4e00-\u9fa5]+", "escape \\u at 1"),
        (r"(?>a)", "`(?>…` at 0"),
        (r"a++", "possessive quantifier at 1"),
        (r"a\Z", "escape \\Z at 1"),
        (r"a{1001}", "more than 1000 repeats at 1"),
        (r"a{2,1001}", "more than 1000 repeats at 1"),
        (r"((a{1,1000}){1,1000}){1,1000}", "no engine of linear time"),
        (r"a[b&&c]", "a set within a set, which engines read differently, at 1"),
        (r"[[:digit:]]", "a set within a set"),
        (r"[]&&b]", "a set within a set"),
        (r"[a-z--b]", "a set within a set"),
        (r"(", "unterminated subpattern at 0"),
    ],
)
def test_patterns_beyond_re2_are_refused(pattern: str, says: str) -> None:
    """What RE2 cannot do is refused with its place, though Python could."""
    assert says in (pattern_fault(pattern) or "")


@pytest.mark.parametrize(
    "pattern",
    [
        r"[0-9]{17}[0-9X]",
        r"(?:a|b)+?",
        r"(?i)abc",
        r"(?P<x>a)",
        r"[一-龥·]{2,}",
        r"\d+\.\d{1,2}",
        r"a{1000}",
        r"\\Z",
        r"[a\[&|]&&\[[b]",
        r"[]a]",
        r"\(?=a",
    ],
)
def test_plain_patterns_pass(pattern: str) -> None:
    """What every engine understands passes, escaped look-alikes of the refused too."""
    assert pattern_fault(pattern) is None


_PARTS = (
    *("a", "Z", "0", "9", "_", " ", ".", "^", "$", "|", "/", "-", "一", "é", "(", ")", "[", "]"),
    *("*", "+", "?", "{", "}", "{2}", "{9,}", "{99}", "{2,99}", "(?:", ")*", "&&", "[a&&b]", "[["),
    *(
        r"\d",
        r"\.",
        r"\\",
        r"\w",
        r"\b",
        r"\C",
        r"\Q",
        "[a-z]",
        "[^0-9]",
        r"[\d一]",
        r"\d{99}",
        ".{99}",
    ),
)


@settings(deadline=None)  # the first call imports the engines
@given(pattern=st.lists(st.sampled_from(_PARTS), min_size=1, max_size=12).map("".join))
def test_what_passes_compiles_in_every_engine(pattern: str) -> None:
    """Plain patterns pass without asking an engine, so each of them must be one that all take."""
    if pattern_fault(pattern) is None:
        pc.match_substring_regex(pa.array([""]), pattern)
        pl.Series([""]).str.contains(pattern)


@pytest.mark.parametrize("part", [r"\d{99}", r"[^\d]{99}", "[一-龥]{99}", r"(?:\d{99})+", ".{99}?"])
def test_the_largest_plain_pattern_compiles_in_every_engine(part: str) -> None:
    """As many repeats as a plain pattern has room for stay below what an engine compiles."""
    pattern = part * (60 // len(part))
    assert pattern_fault(pattern) is None
    pc.match_substring_regex(pa.array([""]), pattern)
    pl.Series([""]).str.contains(pattern)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"regex": "a"}, [("regex", "a")]),
        ({"regex_list": ["a", 1, "b"]}, [("regex_list[0]", "a"), ("regex_list[2]", "b")]),
        ({"regex": 1, "regex_list": "a"}, []),
        ({"column": "a", "like_pattern": "b%"}, []),
    ],
)
def test_a_rules_patterns_are_found_by_their_arguments(
    arguments: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    """Texts under `regex` and `regex_list` are patterns, and nothing else of a rule is."""
    assert list(rule_patterns(QualityRule.model_validate(_RULE | arguments))) == found
