"""Planted defects: which records are spoilt, how, and the rules that must find them.

Belongs here: choosing kinds, items and records so that one defect never causes another. Keep out:
the spoilt texts themselves (`spoiling`), the files (`render`).
A defect in a key is put on an added copy of a record, so that nobody's true record goes missing;
every other one on a record that no register speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Item, Resource
from catalog_specs.rules.defects import DefectCode
from catalog_specs.vocabulary import FeedFormat, ItemType, Level
from demo_city.society.dice import Dice
from demo_city.writing.domain import broken_rules, columns_of, level_of, named_rules
from demo_city.writing.forms import RULES, neighbours
from demo_city.writing.render import BROKEN, MISSING, OPERATION, SEQUENCE, SURPLUS
from demo_city.writing.spoiling import Case, spoil_item, spoil_named

__all__ = ["Defect", "Orders", "plant"]

TYPED = {FeedFormat.PARQUET}
"""Formats whose columns have types: nobody writes a word into a column of numbers there."""
WRITTEN = {FeedFormat.CSV, FeedFormat.JSONL}
"""Formats whose records are lines of text, which can break."""
MANY_PEOPLE = 50_000
SOME = 20
"""Facts of other records that are tried before a record is left alone."""
LATER = 4
"""Kinds of defects in a delivery after the first round."""


@dataclass(frozen=True)
class Slot:
    """One way a record of this resource can be bad; `added` = on a copy that is put in besides."""

    kind: str
    item: Item | None = None
    rule: QualityRule | None = None
    added: bool = False


@dataclass(frozen=True)
class Defect:
    """One spoilt record: position of the record it is (or copies), new texts, what catches it."""

    place: int
    added: bool
    texts: dict[str, str | None]
    rules: tuple[str, ...]
    """Rules that keep the record back; empty when it is only warned about."""
    warned: tuple[str, ...] = ()
    raw: str | None = None
    twin: bool = False
    """Whether the record is delivered twice: as it is, or once more with the new texts."""


@dataclass(frozen=True)
class Orders:
    """What to spoil: a delivery's texts and the positions of records that may be spoilt."""

    catalog: Catalog
    resource: Resource
    number: int
    people: int
    today: date
    able: Sequence[int]
    fresh: frozenset[int]
    """Positions, among `able`, of records that arrive in this very delivery."""
    first_case: int


def plant(orders: Orders, texts: pl.DataFrame, dice: Dice) -> tuple[Defect, ...]:
    """Choose defects for one delivery; the same orders and dice always choose the same."""
    slots = chosen(orders, dice)
    able = [orders.able[one] for one in dice.generator.permutation(len(orders.able))]
    able = able[: max(1, len(able) // 2)] if able else []
    # as the set has them: in sorted order the dice would choose others
    fresh = [one for one in orders.fresh if one < texts.height]
    pool = fresh or list(orders.able) or range(texts.height)
    found: list[Defect] = []
    for number, slot in enumerate(slots, start=orders.first_case):
        place = added(pool, dice) if slot.added else taken(orders, slot, able, texts)
        if place is None:
            continue
        defect = spoilt(orders, slot, place, texts, number)
        if defect is not None:
            found.append(defect)
            if not slot.added:
                able.remove(place)
    return tuple(found)


def added(pool: Sequence[int], dice: Dice) -> int:
    """Return the position of a record beside which another is put."""
    return int(pool[int(dice.whole(0, len(pool) - 1, 1)[0])])


def taken(orders: Orders, slot: Slot, able: Sequence[int], texts: pl.DataFrame) -> int | None:
    """Return the position of a record that suits a slot; None when there is none left."""
    needed = columns_of(slot.rule) if slot.rule else (slot.item.code,) if slot.item else ()
    fits = (
        one
        for one in able
        if (slot.kind != "field_count" or (one in orders.fresh and in_one_line(texts, one)))
        and all(texts[code][one] is not None for code in needed)
    )
    return next(fits, None)


def in_one_line(texts: pl.DataFrame, place: int) -> bool:
    """Say whether a record is one line: of several lines with a field too many nobody can tell."""
    return not any("\n" in text for text in texts.row(place) if text)


def chosen(orders: Orders, dice: Dice) -> list[Slot]:
    """Choose slots: in round 1 every kind the resource has, later a few of them."""
    by_kind: dict[str, list[Slot]] = {}
    for slot in slots_of(orders.catalog, orders.resource):
        by_kind.setdefault(slot.kind, []).append(slot)
    kinds = list(by_kind)
    if orders.number > 1:
        kinds = [kinds[one] for one in dice.some(len(kinds), LATER)]
    each = 2 if orders.people >= MANY_PEOPLE else 1
    return [
        slots[int(one)]
        for kind in kinds
        for slots in (by_kind[kind],)
        for one in dice.generator.permutation(len(slots))[:each]
    ]


def slots_of(catalog: Catalog, resource: Resource) -> Iterator[Slot]:
    """Yield every way a record of a resource can be bad."""
    yield from (Slot("unique"), Slot("twice"))
    if resource.feed.format in WRITTEN:
        yield Slot("field_count")
    if resource.feed.changes is not None:
        yield from (Slot("operation", added=True), Slot("sequence", added=True))
    for item in resource.items:
        yield from item_slots(catalog, resource, item)
    for rule in named_rules(resource):
        if rule.level is not Level.REJECT:
            yield Slot(f"named:{rule.level.value}", rule=rule)


def item_slots(catalog: Catalog, resource: Resource, item: Item) -> Iterator[Slot]:
    """Yield every way an item of a record can be bad; kinds tell keys and warnings apart."""
    in_key = item.code in resource.key
    for kind in kinds_of(catalog, resource, item):
        match level_of(item, kind):
            case Level.REJECT:
                continue
            case Level.WARN if not in_key:
                yield Slot(f"{kind}:warn", item)
            case _:
                yield Slot(f"key:{kind}" if in_key else kind, item, added=in_key)


def kinds_of(catalog: Catalog, resource: Resource, item: Item) -> Iterator[str]:
    """Yield the kinds of rules that an item's values can break."""
    element = catalog.element_of(item)
    in_key = item.code in resource.key
    if element.type is not ItemType.STRING and resource.feed.format not in TYPED:
        yield "castable"
    if item.required or in_key:
        yield "required"
    if item.source is not None and not in_key:
        return
    length = item.length or element.length
    domain = {
        "length": length is not None and length.max is not None,
        "range": item.range or element.range,
        "pattern": item.pattern or element.pattern,
        "code_list": element.code_list,
        "date_window": item.window or element.window,
        "reference": item.references,
    }
    yield from (kind for kind, asked in domain.items() if asked)
    if element.check is not None:
        yield element.check.value
    if element.shape is not None:
        yield RULES[element.shape]
    yield from (kind for kind, _ in neighbours(item))


def spoilt(
    orders: Orders, slot: Slot, place: int, texts: pl.DataFrame, number: int
) -> Defect | None:
    """Spoil one record; None when the slot does not fit it after all."""
    match slot.kind:
        case "unique":
            return contradicted(orders, place, texts)
        case "twice":
            return Defect(place, added=False, texts={}, rules=(), twin=True)
        case "field_count":
            csv = orders.resource.feed.format is FeedFormat.CSV
            raw = (SURPLUS, MISSING)[number % 2] if csv else BROKEN
            rule = (DefectCode.FIELD_COUNT if csv else DefectCode.JSON).stored
            return Defect(place, added=False, texts={}, rules=(rule,), raw=raw)
        case "operation":
            return Defect(place, True, {OPERATION: f"?{number}"}, ("operation:code_list",))
        case "sequence":
            return Defect(place, True, {SEQUENCE: "未编号"}, ("sequence:castable",))
        case _:
            return caught(orders, slot, place, texts.row(place, named=True), number)


def contradicted(orders: Orders, place: int, texts: pl.DataFrame) -> Defect | None:
    """Deliver a record twice, once with a fact of another: good both, but nobody knows which.

    None where no other record has a fact that it could have.
    """
    record = texts.row(place, named=True)
    for item in orders.resource.items:
        if item.code in orders.resource.key or item.source is not None or item.references:
            continue
        for other in texts[item.code].drop_nulls().unique(maintain_order=True).head(SOME):
            changes: dict[str, str | None] = {item.code: other}
            if other != record[item.code] and not breaks(orders, record, changes):
                return Defect(place, added=False, texts=changes, rules=("key:unique",), twin=True)
    return None


def breaks(
    orders: Orders, record: dict[str, str | None], changes: dict[str, str | None]
) -> dict[str, Level]:
    """Return the rules that changed texts of a record break, with their levels."""
    return broken_rules(
        orders.catalog, orders.resource, record | changes, frozenset(changes), orders.today
    )


def caught(
    orders: Orders, slot: Slot, place: int, record: dict[str, str | None], number: int
) -> Defect | None:
    """Spoil a record's texts and work out every rule that they break."""
    case = Case(orders.catalog, orders.resource, record, orders.today, number)
    if slot.rule is not None:
        changes = spoil_named(case, slot.rule)
    elif slot.item is not None:
        kind = slot.kind.removeprefix("key:").removesuffix(":warn")
        changes = spoil_item(case, kind, slot.item)
    else:
        changes = {}
    broken = breaks(orders, record, changes)
    levels = {level: tuple(sorted(c for c, at in broken.items() if at is level)) for level in Level}
    if not broken or levels[Level.REJECT]:
        return None
    return Defect(place, slot.added, changes, levels[Level.QUARANTINE], levels[Level.WARN])
