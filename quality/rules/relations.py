"""The relations that rules look values up in: code lists and keys of other resources.

Belongs here: bringing all that a resource's rules need. Keep out: which relation a kind needs and
what it is called (`kinds`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from quality.rules.kind import Lookup
from quality.rules.kinds import kind_of
from quality.rules.rule import Rule
from storage.engines.connection import Connection
from storage.engines.relation import Relation
from storage.layout import Layout

__all__ = ["looks_at_itself", "register_itself", "register_relations"]


def register_relations(
    con: Connection,
    layout: Layout,
    catalog: Catalog,
    resource: Resource,
    rules: Iterable[Rule],
) -> None:
    """Bring every relation a resource's rules look up onto the connection, as the lake is now."""
    lookup = Lookup(con, layout, catalog)
    for rule in rules:
        if not looks_at_itself(rule, resource):
            kind_of(rule.kind).bring(lookup, rule)


def register_itself(
    feed: Relation,
    layout: Layout,
    catalog: Catalog,
    resource: Resource,
    rules: Iterable[Rule],
    today: date,
) -> None:
    """Bring what rules that look at this very delivery look up: its table, and the delivery."""
    lookup = Lookup(feed.con, layout, catalog, feed, today)
    for rule in rules:
        if looks_at_itself(rule, resource):
            kind_of(rule.kind).bring(lookup, rule)


def looks_at_itself(rule: Rule, resource: Resource) -> bool:
    """Say whether a rule looks values up in what its own resource holds and brings."""
    return kind_of(rule.kind).itself(resource, rule)
