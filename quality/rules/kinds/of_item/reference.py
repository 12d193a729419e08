"""The kind `reference`: a value exists as the key of another resource.

A resource that references itself also finds what this very delivery brings.
"""

from __future__ import annotations

from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.kind import ItemFacts, KindOfItem, Lookup, Said, always, implied
from quality.rules.kinds.of_item.code_list import LISTED
from quality.rules.rule import Rule, Words
from quality.rules.stored import stored_sql
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
    item = identifier(rule.arguments["item"])
    stored = stored_sql(lookup, rule.arguments["resource"], [rule.arguments["item"]])
    query = f"SELECT {item} AS value FROM ({stored})"
    if lookup.feed is not None:
        query += f" UNION ALL SELECT {item} FROM {lookup.feed.sql}"
    name = identifier(_relation(rule))
    lookup.con.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")


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
    in_lake=always,
    bring=_bring,
)
