"""The relations that rules look values up in: code lists and keys of other resources.

Belongs here: their names and how they come onto a connection. Keep out: the rules themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from quality.rules.rule import Rule
from storage.delta.table_shape import authoritative_shape, empty_select
from storage.delta.tables import snapshot
from storage.engines.connection import Connection
from storage.engines.relation import Relation
from storage.evolution.differences import require_fit
from storage.layout import Layout
from storage.sql import identifier

__all__ = [
    "code_list_relation",
    "looks_at_itself",
    "reference_relation",
    "register_itself",
    "register_relations",
]


def code_list_relation(code_list: str) -> str:
    """Return the name of the relation with a code list's codes (`code`)."""
    return f"code_list__{code_list}"


def reference_relation(resource: str, item: str) -> str:
    """Return the name of the relation with the values of another resource's item (`value`)."""
    return f"reference__{resource.replace('/', '__')}__{item}"


def register_relations(
    con: Connection,
    layout: Layout,
    catalog: Catalog,
    resource: Resource,
    rules: Iterable[Rule],
) -> None:
    """Bring every relation a resource's rules look up onto the connection, as the lake is now."""
    for rule in rules:
        if rule.kind == "code_list":
            _register_codes(con, catalog, rule.arguments["code_list"])
        elif rule.kind == "reference" and not looks_at_itself(rule, resource):
            _register_values(con, layout, catalog, rule)


def register_itself(
    feed: Relation, layout: Layout, catalog: Catalog, resource: Resource, rules: Iterable[Rule]
) -> None:
    """Bring what a resource's references to itself look up: its table, and this very delivery."""
    for rule in rules:
        if looks_at_itself(rule, resource):
            _register_values(feed.con, layout, catalog, rule, feed)


def looks_at_itself(rule: Rule, resource: Resource) -> bool:
    """Say whether a rule looks values up in what its own resource holds and brings."""
    return rule.kind == "reference" and bool(rule.arguments["resource"] == resource.ref)


def _register_values(
    con: Connection, layout: Layout, catalog: Catalog, rule: Rule, feed: Relation | None = None
) -> None:
    ref, item = rule.arguments["resource"], rule.arguments["item"]
    query = _values(layout, catalog, ref, item)
    if feed is not None:
        query += f" UNION ALL SELECT {identifier(item)} FROM {feed.sql}"
    name = identifier(reference_relation(ref, item))
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")


def _register_codes(con: Connection, catalog: Catalog, code: str) -> None:
    codes = pa.table({"code": pa.array(catalog.code_lists[code].values, pa.string())})
    con.register(code_list_relation(code), codes)


def _values(layout: Layout, catalog: Catalog, ref: str, item: str) -> str:
    shape = authoritative_shape(catalog, catalog.resource(ref))
    found = snapshot(layout.authoritative(ref))
    if found is not None:
        require_fit(catalog, catalog.resource(ref), found, [item])
    source = found.select_sql(shape.columns) if found else empty_select(shape.columns)
    return f"SELECT {identifier(item)} AS value FROM {source}"
