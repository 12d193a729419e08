"""Feed columns: every delivered column has a use, every item has exactly one origin.

Belongs here: headers, parts, what is split, composed or constant. Keep out: what values must look
like (`domains`), steps (`normalising`), what fits the format (`feed_options`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.feed import Feed
from catalog_specs.models.normalisation import Number
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import did_you_mean, one_of

__all__ = ["LAWS"]

_WIDTH = re.compile(r"0?[1-9][0-9]?")


def _feed_fits(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        for path, message, remedy in _faults(resource):
            yield Fault(resource_at(resource.ref), f"feed{path}", message, remedy)


Finding = tuple[str, str, str]


def _faults(resource: Resource) -> Iterator[Finding]:
    feed = resource.feed
    items = {item.code for item in resource.items}
    parts: set[str] = set()
    for item, template in feed.compose.items():
        try:
            used = _parts(template)
        except ValueError as error:
            yield f".compose.{item}", f"not a template: {error}", "write `{part}` or `{part:02}`"
            # Its parts are unknown, so that nothing delivered may be called useless.
            parts |= {*feed.columns.values(), *feed.split}
            continue
        parts |= used
        yield from _unfed_parts(feed, item, used)
    yield from _splits(feed, items | parts)
    yield from _columns(feed, items, parts | {split.part for split in feed.split.values()})
    yield from _items(feed, items)
    yield from _operations(feed)


def _parts(template: str) -> set[str]:
    """Return the part names of a template; ValueError when it asks for more than zero padding."""
    found = set()
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(f"`{{{name}}}` is not the name of a part")
        if conversion or (spec and not _WIDTH.fullmatch(spec)):
            raise ValueError(f"`{{{name}}}` may only be padded with zeros")
        found.add(name)
    return found


def _unfed_parts(feed: Feed, item: str, used: set[str]) -> Iterator[Finding]:
    delivered = {*feed.columns.values(), *feed.split}
    for part in sorted(used - delivered):
        remedy = did_you_mean(part, delivered, f"map a column to it; there are {one_of(delivered)}")
        yield f".compose.{item}", f"no column delivers the part `{part}`", remedy


def _splits(feed: Feed, wanted: set[str]) -> Iterator[Finding]:
    delivered = set(feed.columns.values())
    for part, split in feed.split.items():
        if split.part not in delivered:
            remedy = did_you_mean(split.part, delivered, f"name one of {one_of(delivered)}")
            message = f"no column delivers the part `{split.part}`"
            yield f".split.{part}.part", message, remedy
        if part not in wanted:
            remedy = did_you_mean(part, wanted, f"declare the item; there are {one_of(wanted)}")
            yield f".split.{part}", f"`{part}` is neither an item nor a part", remedy


def _columns(feed: Feed, items: set[str], parts: set[str]) -> Iterator[Finding]:
    for header, part in feed.columns.items():
        if part not in items | parts:
            remedy = did_you_mean(
                part, items | parts, f"remove the column, or declare the item; {one_of(items)}"
            )
            yield f".columns.{header}", f"`{part}` is neither an item nor a part", remedy


def _items(feed: Feed, items: set[str]) -> Iterator[Finding]:
    fed = Counter(feed.columns.values())
    for made in (feed.split, feed.compose, feed.constants):
        fed.update(made.keys())
    fed.update(_currency_items(feed))
    wanted = [(f".compose.{item}", item) for item in sorted(feed.compose)]
    wanted += [(f".constants.{item}", item) for item in sorted(feed.constants)]
    wanted += [(".normalise", item) for item in _currency_items(feed)]
    for path, item in wanted:
        if item not in items:
            remedy = did_you_mean(item, items, f"name one of {one_of(items)}")
            yield path, f"there is no item `{item}`", remedy
    for item in sorted(items):
        if not fed[item]:
            message = f"the item `{item}` is fed by no column, split, compose or constant"
            yield ".columns", message, f"add `<header>: {item}`"
    for part, times in sorted(fed.items()):
        if times > 1:
            message = f"`{part}` is fed {times} times"
            yield ".columns", message, "let exactly one header, split, compose or constant feed it"


def _currency_items(feed: Feed) -> list[str]:
    steps = (step for steps in feed.normalise.values() for step in steps)
    return [one.currency_item for one in steps if isinstance(one, Number) and one.currency_item]


def _operations(feed: Feed) -> Iterator[Finding]:
    if feed.changes is None:
        return
    if feed.changes.operation == feed.changes.sequence:
        message = "operation and sequence are the same column"
        yield ".changes.sequence", message, "name the column that orders the changes"
    words = (*feed.changes.insert, *feed.changes.update, *feed.changes.delete)
    for word, times in sorted(Counter(words).items()):
        if times > 1:
            message = f"the operation `{word}` stands for two things"
            yield ".changes", message, "let each word mean one operation"


LAWS = (
    Law(
        "CAT-015",
        "交付列须与信息项对应",
        "every delivered column maps to an item or a part, every item is fed exactly once",
        "四(二)",
        "correct `feed.columns`, `split`, `compose` and `constants`",
        _feed_fits,
    ),
)
