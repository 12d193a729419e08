"""The rules of a resource, derived from its catalogue entry: pure values, no engine.

Belongs here: which rules a resource has, under which stable codes, at which level, in which order.
Keep out: what a kind of rule asks (`kinds`), how it is evaluated (`suite`, `expectations`), what
becomes of a failing row (`gate`).
Every rule but `required` ignores nulls. A record that could not be split into its fields fails
`record:<why>` alone; a text that cannot be cast fails `castable` alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Item, Resource
from catalog_specs.vocabulary import ItemType, Level
from quality.rules.kind import ItemFacts, KindOfItem
from quality.rules.kinds import kinds_of_feeds, kinds_of_items
from quality.rules.rule import Rule, Words

__all__ = ["rules_for"]


def rules_for(catalog: Catalog, resource: Resource) -> tuple[Rule, ...]:
    """Return every rule of a resource, in the order they are reported: named ones come last.

    Referring items outside the key are only required and castable: their truth is the owner's, a
    difference is a reconciliation finding (一数一源). Key items carry every rule of their domain.
    """
    return (
        *_of_feed(catalog, resource, last=False),
        *(rule for item in resource.items for rule in _of_item(catalog, resource, item)),
        *_of_feed(catalog, resource, last=True),
    )


def _of_feed(catalog: Catalog, resource: Resource, *, last: bool) -> Iterator[Rule]:
    for kind in kinds_of_feeds():
        if kind.last is last:
            yield from kind.rules(catalog, resource)


def _of_item(catalog: Catalog, resource: Resource, item: Item) -> Iterator[Rule]:
    facts = ItemFacts(catalog, item, catalog.element_of(item), item.code in resource.key)
    refers = item.source is not None and not facts.in_key
    for kind in kinds_of_items():
        said = None if refers and kind.of_domain else kind.asks(facts)
        if said is not None:
            words, arguments = said
            yield Rule(
                code=f"{item.code}:{kind.name.value}",
                kind=kind.name,
                columns=(item.code,),
                level=_level(kind, facts),
                dimension=kind.dimension,
                wording=Words(f"{catalog.name_of(item)}{words.zh}", f"`{item.code}` {words.en}"),
                clause=kind.name.clause,
                arguments=_common(facts) | arguments,
            )


def _common(facts: ItemFacts) -> dict[str, bool]:
    return {"in_key": facts.in_key, "typed": facts.element.type is not ItemType.STRING}


def _level(kind: KindOfItem, facts: ItemFacts) -> Level:
    """Return the declared level; what identifies a row is never merely warned about."""
    level = facts.item.levels.get(kind.name.value, kind.level)
    warned = facts.in_key and kind.identifies and level is Level.WARN
    return Level.QUARANTINE if warned else level
