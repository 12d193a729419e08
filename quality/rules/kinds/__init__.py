"""Kinds of rules, one module each, and the registry that finds them by their names.

Belongs here: finding. Keep out: what a kind is (`quality.rules.kind`). A kind is a member of
`RuleKind` and a module of that name with `KIND`: in `of_item` where its rules follow from an item,
in `of_pair` where they follow from an item beside another, else in `of_feed`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.kind import Kind, KindOfFeed, KindOfItem

__all__ = ["every_kind", "kind_of", "kinds_of_feeds", "kinds_of_items"]


@cache
def kind_of(name: RuleKind) -> Kind:
    """Return a kind by its name; KeyError for one that no expectation judges."""
    if name is RuleKind.SUPERSEDED:  # asks about other deliveries: `quality.quarantine.overtaken`
        raise KeyError(name.value)
    folder = "of_pair" if name.of_pairs else "of_item" if name.of_items else "of_feed"
    found: Kind = import_module(f"{__name__}.{folder}.{name.value}").KIND
    return found


@cache
def every_kind() -> tuple[Kind, ...]:
    """Return every kind that expectations judge, in the order in which rules are reported."""
    return tuple(kind_of(name) for name in RuleKind if name is not RuleKind.SUPERSEDED)


def kinds_of_feeds() -> tuple[KindOfFeed, ...]:
    """Return the kinds that follow from a feed or a resource as a whole, in order."""
    return tuple(kind for kind in every_kind() if isinstance(kind, KindOfFeed))


def kinds_of_items() -> tuple[KindOfItem, ...]:
    """Return the kinds that follow from an item, in order."""
    return tuple(kind for kind in every_kind() if isinstance(kind, KindOfItem))
