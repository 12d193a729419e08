"""The kind `reference`: a value exists as the key of another resource.

A resource that references itself also finds what this very delivery brings.
"""

from __future__ import annotations

from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.kind import ItemFacts, KindOfItem, Lookup, Said, implied
from quality.rules.kinds.of_item.code_list import LISTED
from quality.rules.rule import Rule, Words
from storage.delta.table_shape import authoritative_shape, empty_select
from storage.delta.tables import snapshot
from storage.evolution.differences import require_fit
from storage.sql import identifier

__all__ = ["KIND"]


def _asks(about: ItemFacts) -> Said | None:
    if about.item.references is None:
        return None
    target, item = about.catalog.target(about.item.references)
    words = Words(f"应存在于《{target.name}》", f"must exist in `{target.ref}`")
    return words, {"resource": target.ref, "item": item.code}


def _relation(rule: Rule) -> str:
    """Return the name of the relation with the values of another resource's item (`value`)."""
    resource = rule.arguments["resource"].replace("/", "__")
    return f"reference__{resource}__{rule.arguments['item']}"


def _bring(lookup: Lookup, rule: Rule) -> None:
    query = _values(lookup, rule)
    if lookup.feed is not None:
        item = identifier(rule.arguments["item"])
        query += f" UNION ALL SELECT {item} FROM {lookup.feed.sql}"
    name = identifier(_relation(rule))
    lookup.con.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")


def _values(lookup: Lookup, rule: Rule) -> str:
    """Return the query for the values as the lake is now."""
    item = rule.arguments["item"]
    resource = lookup.catalog.resource(rule.arguments["resource"])
    shape = authoritative_shape(lookup.catalog, resource)
    found = snapshot(lookup.layout.authoritative(resource.ref))
    if found is not None:
        require_fit(lookup.catalog, resource, found, [item])
    source = found.select_sql(shape.columns) if found else empty_select(shape.columns)
    return f"SELECT {identifier(item)} AS value FROM {source}"


def _itself(resource: Resource, rule: Rule) -> bool:
    return bool(rule.arguments["resource"] == resource.ref)


def _alone(resource: Resource, rule: Rule) -> bool:
    return not _itself(resource, rule)


KIND = KindOfItem(
    name=RuleKind.REFERENCE,
    dimension=Dimension.USABILITY,
    asks=_asks,
    expected=implied(
        LISTED.type,
        lambda rule, _today: {"relation": _relation(rule), "relation_column": "value"},
    ),
    alone=_alone,
    itself=_itself,
    bring=_bring,
)
