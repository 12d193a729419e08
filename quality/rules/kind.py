"""The parts of a kind of rule: when it applies, what it says, and which expectation judges it.

Belongs here: the seam that every module of `kinds` fills. Keep out: any one kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Element
from catalog_specs.models.resource import Item, Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, Level
from quality.rules.condition import Condition
from quality.rules.figures import Bounds
from quality.rules.rule import Rule, Words
from storage.engines.connection import Connection
from storage.engines.relation import Relation
from storage.layout import Layout

__all__ = [
    "Expected",
    "ItemFacts",
    "Kind",
    "KindOfFeed",
    "KindOfItem",
    "Lookup",
    "Said",
    "always",
    "between",
    "implied",
    "never",
]

Expected = tuple[str, dict[str, Any]]
"""The type of an expectation, and its arguments."""
Said = tuple[Words, dict[str, Any]]
"""What a rule says after its item's name, and its arguments."""


@dataclass(frozen=True)
class ItemFacts:
    """An item as its rules are derived from it."""

    catalog: Catalog
    item: Item
    element: Element
    in_key: bool


@dataclass(frozen=True)
class Lookup:
    """Where the relations come from and go to in which a rule looks values up.

    `feed` is the delivery that is judged, where a rule looks values up in it too, and `today` the
    day of judging. `delivery` is its name.
    """

    con: Connection
    layout: Layout
    catalog: Catalog
    feed: Relation | None = None
    today: date = date.min
    delivery: str = ""


def _alone(resource: Resource, rule: Rule) -> bool:
    del resource, rule
    return True


def _of_stored(resource: Resource, rule: Rule) -> bool:
    items = {item.code for item in resource.items}
    stored = {*resource.key, *(item.code for item in resource.stored)}
    # a rule that holds an item beside another names the other among its arguments
    beside = {one for one in rule.arguments.values() if isinstance(one, str)} & items
    return bool(rule.columns) and stored.issuperset(beside.union(rule.columns))


def always(resource: Resource, rule: Rule) -> bool:
    """Say yes, of any rule."""
    del resource, rule
    return True


def never(resource: Resource, rule: Rule) -> bool:
    """Say no, of any rule."""
    del resource, rule
    return False


def _nothing(lookup: Lookup, rule: Rule) -> None:
    del lookup, rule


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of rule.

    `expected` returns the expectation that judges a rule on a day; `condition` is that expectation
    where Great Expectations lacks it and no other kind brings it. `alone` says whether a rule says
    the same of a record whatever other deliveries stand beside it in a bundle; `itself` whether it
    looks values up in what its own resource holds and brings; `bring` brings the relation that it
    looks them up in. `stored` says whether it can be asked of stored rows too (三(五)): unless a
    kind says otherwise, where all items that it names are stored. `in_lake` says whether it looks
    at what the lake holds beside the delivery: tables, or results of earlier ones. `bounds` says,
    of a kind about one figure of a delivery, between what it must lie: of a rule of a resource,
    with the fingerprint of its definition. A replay of single records is no delivery in that sense,
    and not asked. `told_elsewhere` says whether another engine may be asked: not what a person
    wrote in the words of this one.
    """

    name: RuleKind
    expected: Callable[[Rule, Resource, date], Expected]
    condition: Condition | None = None
    alone: Callable[[Resource, Rule], bool] = _alone
    itself: Callable[[Resource, Rule], bool] = never
    stored: Callable[[Resource, Rule], bool] = _of_stored
    in_lake: Callable[[Resource, Rule], bool] = never
    bring: Callable[[Lookup, Rule], None] = _nothing
    bounds: Callable[[Lookup, Rule, str, str], Bounds] | None = None
    told_elsewhere: bool = True


@dataclass(frozen=True, kw_only=True)
class KindOfFeed(Kind):
    """A kind whose rules follow from the feed or the resource as a whole.

    They are reported before those of the items, or behind them (`last`).
    """

    rules: Callable[[Catalog, Resource], Iterable[Rule]]
    last: bool = False


@dataclass(frozen=True, kw_only=True)
class KindOfItem(Kind):
    """A kind whose rules follow from an item: `asks` returns None where it does not apply.

    With `of_domain` it is the owner's business: an item that refers is not asked it (一数一源).
    With `identifies` a key item is never merely warned about.
    """

    dimension: Dimension
    asks: Callable[[ItemFacts], Said | None]
    level: Level = Level.QUARANTINE
    of_domain: bool = True
    identifies: bool = False


def implied(
    expectation: str, arguments: Callable[[Rule, date], dict[str, Any]]
) -> Callable[[Rule, Resource, date], Expected]:
    """Return how a rule that the catalogue implies is judged: by its first column.

    A deletion of a change feed holds its key alone, so nothing else of it is judged.
    """

    def expected(rule: Rule, resource: Resource, today: date) -> Expected:
        skip = resource.feed.changes is not None and not rule.arguments.get("in_key", True)
        given = arguments(rule, today)
        return expectation, {"column": rule.columns[0], **given, "skip_deleted": skip}

    return expected


def between(low: object, high: object) -> Words:
    """Say two inclusive bounds."""
    if low is None:
        return Words("任意范围", "any") if high is None else Words(f"{high}以内", f"at most {high}")
    if high is None:
        return Words(f"{low}以上", f"at least {low}")
    return Words(f"{low}至{high}之间", f"between {low} and {high}")
