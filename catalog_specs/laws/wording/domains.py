"""Value domains: bounds that fit their type, and patterns that every engine understands.

Belongs here: length, range, window, pattern of elements and items, patterns of feeds. Keep out:
which rules follow from them (`quality`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.element import BOUNDS, Element
from catalog_specs.models.feed import Feed
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Item
from catalog_specs.reading.declared import Declared
from catalog_specs.vocabulary import ItemType

__all__ = ["LAWS", "pattern_fault", "rule_patterns"]

_OF_ITEMS = ("length", "pattern", "range", "window")
"""The bounds that an item may have of its own; an element's are checked with its type already."""
# What Python's `re` takes and RE2 does not: look-around and its like, possessive repeats, and
# repeats above RE2's own limit of 1,000.
_TOKEN = re.compile(
    r"\\(?P<escape>.)|(?P<group>\(\?(?:<?[=!]|>|P=|P>|\(|#|R))|(?P<greedy>[*+?}]\+)"
    r"|\{(?P<least>[0-9]+)(?:,(?P<most>[0-9]*))?\}",
    re.DOTALL,
)
_SET = re.compile(r"\\.|\[\^?(?P<inside>\]?(?:\\.|[^\]\\])*)(?:\]|\Z)", re.DOTALL)
_SET_OF_SETS = re.compile(r"\[|--|&&|~~|\|\|")
"""What Python takes for signs of a set, and others for sets and operators within it."""
_MOST_REPEATS = 1000
_PLAIN = re.compile(
    r"(?:(?:[\w .^$|/:,@#-]|\\[d.^$|/?*+()\[\]{}\\-]|\[\^?(?:\\d|\w(?:-\w)?)+\])"
    r"(?:[*+?]\??|\{[0-9]{1,2}(?:,[0-9]{0,2})?\})?|\((?:\?:)?|\)[*+?]?)*"
)
"""Signs, sets, groups and few repeats, which every engine reads alike: none needs to be asked."""
_PLAIN_LENGTH = 60
"""Signs of a pattern that cannot grow beyond what an engine compiles while its repeats are few."""


def _bounds(declared: Declared) -> Iterator[Fault]:
    for at, path, bounded, kind in _bounded(declared):
        for field in _OF_ITEMS:
            value, types = getattr(bounded, field), BOUNDS[field]
            if value is None:
                continue
            place = f"{path}.{field}".lstrip(".")
            if kind not in types:
                wanted = " or ".join(sorted(one.value for one in types))
                message = f"`{field}` needs type {wanted}, the element is {kind.value}"
                yield Fault(at, place, message, f"remove `{field}`, or correct the element's type")
            elif _upside_down(value):
                message = f"`{field}` begins after it ends: no value can fulfil it"
                yield Fault(at, place, message, "exchange the two bounds")


def _bounded(declared: Declared) -> Iterator[tuple[str, str, Element | Item, ItemType]]:
    for element in declared.elements.values():
        yield f"elements:{element.code}", "", element, element.type
    for resource in declared.resources.values():
        for index, item in enumerate(resource.items):
            about = declared.element_of(item)
            if about is not None:
                yield resource_at(resource.ref), f"items[{index}]", item, about.type


def _upside_down(value: Any) -> bool:  # noqa: ANN401 — a Length, Range, Window, text or None
    low = getattr(value, "min", getattr(value, "not_before", None))
    high = getattr(value, "max", getattr(value, "not_after", None))
    return low is not None and high is not None and "today" not in {low, high} and low > high


def _patterns(declared: Declared) -> Iterator[Fault]:
    for at, path, pattern in _all_patterns(declared):
        fault = pattern_fault(pattern)
        if fault is not None:
            yield Fault(
                at,
                path,
                f"the pattern cannot be used: {fault}",
                "write it with plain RE2 syntax: no look-around, no back-references, no \\u, no "
                "set within a set; write [0-9] and Chinese characters themselves",
            )


def _all_patterns(declared: Declared) -> Iterator[tuple[str, str, str]]:
    for at, path, bounded, _ in _bounded(declared):
        if bounded.pattern is not None:
            yield at, f"{path}.pattern".lstrip("."), bounded.pattern
    for resource in declared.resources.values():
        for index, rule in enumerate(resource.quality):
            for path, pattern in rule_patterns(rule):
                yield resource_at(resource.ref), f"quality[{index}].{path}", pattern
        for path, pattern in _feed_patterns(resource.feed):
            yield resource_at(resource.ref), f"feed.{path}", pattern


def _feed_patterns(feed: Feed) -> Iterator[tuple[str, str]]:
    if feed.footer is not None:
        yield "footer", feed.footer
    if feed.as_of is not None:
        yield "as_of.file_name", feed.as_of.file_name
    for part, split in feed.split.items():
        if split.pattern is not None:
            yield f"split.{part}.pattern", split.pattern


def rule_patterns(rule: QualityRule) -> Iterator[tuple[str, str]]:
    """Yield path and text of every regular expression that a rule named in YAML holds."""
    one, several = rule.arguments.get("regex"), rule.arguments.get("regex_list")
    if isinstance(one, str):
        yield "regex", one
    if isinstance(several, list):
        yield from ((f"regex_list[{i}]", p) for i, p in enumerate(several) if isinstance(p, str))


@lru_cache(maxsize=1024)  # two laws ask it, and every engine compiles the pattern each time
def pattern_fault(pattern: str) -> str | None:
    """Say what keeps a pattern from working in RE2 (DuckDB, Polars), or None when nothing does."""
    for found in _SET.finditer(pattern):
        if _SET_OF_SETS.search(re.sub(r"\\.", "", found["inside"] or "")):
            return f"a set within a set, which engines read differently, at {found.start()}"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"{error.msg} at {error.pos}"
    for token in _TOKEN.finditer(pattern):
        fault = _token_fault(token)
        if fault is not None:
            return f"{fault} at {token.start()}"
    if len(pattern) <= _PLAIN_LENGTH and _PLAIN.fullmatch(pattern):
        return None  # to ask the engines is to import them: a tenth of a second of every command
    return _engine_fault(pattern)


def _engine_fault(pattern: str) -> str | None:
    """Say whether an engine that will run a pattern cannot compile it."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        # nulls, because of Python's own values Arrow makes columns with pandas, and imports it
        pc.match_substring_regex(pa.nulls(1, pa.string()), pattern)
        pl.Series([""]).str.contains(pattern)
    except (pa.ArrowInvalid, pl.exceptions.ComputeError):
        return "no engine of linear time takes it"
    return None


def _token_fault(token: re.Match[str]) -> str | None:
    escape, group = token["escape"], token["group"]
    if escape is not None:
        if escape in "123456789":
            return f"the back-reference \\{escape}"
        return f"the escape \\{escape}" if escape in "uUNZ" else None
    if group is not None:
        return f"the construct `{group}…`"
    if token["greedy"] is not None:
        return "a possessive quantifier"
    counts = [int(count) for count in (token["least"], token["most"]) if count]
    return "more than 1000 repeats" if max(counts) > _MOST_REPEATS else None


LAWS = (
    Law(
        "CAT-022",
        "正则表达式须各引擎通用",
        "patterns compile, without look-around, back-references, \\u escapes or sets of sets",
        "",
        "write plain RE2 syntax",
        _patterns,
    ),
    Law(
        "CAT-027",
        "值域须与数据类型相符",
        "length, range, window and pattern fit the element's type and are the right way round",
        "",
        "remove the bound, exchange its ends, or correct the element's type",
        _bounds,
    ),
)
