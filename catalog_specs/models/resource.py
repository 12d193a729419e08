"""Resources (信息资源) and their items (信息项)."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from catalog_specs.models.domains.beside import Age, ByNumber, DivisionOn, Within
from catalog_specs.models.element import Length, Range, Window
from catalog_specs.models.feed import Feed
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.timing.due import Due
from catalog_specs.models.timing.partition import Partition
from catalog_specs.spec import Code, ItemRef, Spec, Text
from catalog_specs.vocabulary import (
    AggregationMode,
    BaseClass,
    Engine,
    FeedKind,
    Level,
    Method,
    OpenType,
    ShareType,
    UpdateCycle,
)

__all__ = ["Aggregation", "Item", "Opening", "Resource", "Retirement", "Sharing"]


class Item(Spec):
    """One column of a resource.

    Without `source` the item *owns* its element: this resource is the one source of that fact.
    With `source` it *refers*: the value is compared with the owner's and never stored a second
    time (except key items, which are stored to identify the row).
    `references` is something else: the value must exist as a key of another resource.
    """

    code: Code
    element: Code
    name: Text | None = None
    """Chinese name in this resource; the element's name when left out."""
    formerly: Code | None = None
    """The code this item had before; `quanshu evolve` renames what is stored under it."""
    required: bool = False
    source: ItemRef | None = None
    references: ItemRef | None = None
    basic: bool = False
    """Whether it is a 基础信息项 of a base class (五(二))."""
    share: ShareType | None = None
    """Sharing type where it differs from the resource's."""
    length: Length | None = None
    range: Range | None = None
    pattern: str | None = None
    window: Window | None = None
    within: Within | None = None
    """On a longitude: which item is the latitude, and which area both lie in."""
    age: Age | None = None
    """On an age: which item is the birth."""
    by_number: ByNumber | None = None
    """On a birth date or a sex: which item is the resident identity number that says the same."""
    division: DivisionOn | None = None
    """On a code of a division: on which day it was in force."""
    levels: dict[str, Level] = Field(default_factory=dict)
    """Rule kind → level, where it differs from `quarantine`."""


class Retirement(Spec):
    """That an item or a resource is no longer collected: since when, and why."""

    on: date
    reason: Text


class Sharing(Spec):
    """Sharing attributes (五(二)), as the national guide asks for them."""

    type: ShareType
    methods: tuple[Method, ...] = Field(min_length=1)
    condition: Text | None = None
    """Condition of 有条件共享."""
    legal_basis: tuple[Text, ...] = ()
    """Law or central policy behind 暂不共享."""
    review_on: date | None = None
    """When 暂不共享 is looked at again."""


class Opening(Spec):
    """Opening attributes (六(四))."""

    type: OpenType = OpenType.CLOSED
    condition: Text | None = None


class Aggregation(Spec):
    """How the resource reaches the platform (二(三)、四(三))."""

    mode: AggregationMode = AggregationMode.BATCH
    filing_no: Text | None = None
    """备案 number, needed for batches: what could come in real time and does not (四(三))."""
    evidence: tuple[Text, ...] = ()
    """Law or policy behind an exemption."""
    interface_spec: Text | None = None


class Resource(Spec):
    """An information resource: the national guide's core fields, its feed, items and rules."""

    code: Text
    """信息资源代码, unique in the city."""
    resource: Code
    """Short name; with the provider it is the `<department>/<resource>` of paths and SQL."""
    name: Text
    provider: Code
    summary: Text
    subject: Code
    base_class: BaseClass | None = None
    theme: Text | None = None
    """主题 of the national guide's theme classes."""
    key: tuple[Code, ...] = Field(min_length=1)
    update_cycle: UpdateCycle
    due: Due = Due()
    """By when a delivery is owed for each period of the cycle."""
    partition: Partition | None = None
    """By which day, month or year of an item its records lie apart; none: all lie together."""
    published_on: date
    share: Sharing
    open: Opening = Opening()
    aggregation: Aggregation = Aggregation()
    related: tuple[Text, ...] = ()
    feed: Feed
    engine: Engine = Engine.AUTO
    """Where deliveries are typed and judged; `auto`: large ones on the second engine, if any."""
    items: tuple[Item, ...] = Field(min_length=1)
    quality: tuple[QualityRule, ...] = ()
    retired: Retirement | None = None
    """Set when nothing is collected any more: what is stored stays, and leaves no more."""
    retired_items: dict[Code, Retirement] = Field(default_factory=dict)
    """Former items by code; `quanshu evolve` takes them out of the table."""

    @property
    def ref(self) -> str:
        """Return `<department>/<resource>`."""
        return f"{self.provider}/{self.resource}"

    @property
    def whole(self) -> bool:
        """Say whether a delivery is everything: what a new one lacks is gone."""
        return self.feed.kind is FeedKind.SNAPSHOT and self.partition is None

    def item(self, code: str) -> Item:
        """Return the item with this code; KeyError when there is none."""
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)

    @property
    def former(self) -> dict[str, str]:
        """Return the code of every renamed item → the one it had before."""
        return {item.code: item.formerly for item in self.items if item.formerly}

    @property
    def stored(self) -> tuple[Item, ...]:
        """Items the authoritative table keeps: the key and everything owned (一数一源)."""
        return tuple(i for i in self.items if i.source is None or i.code in self.key)

    @property
    def referred(self) -> tuple[Item, ...]:
        """Items that are only compared with their source: referring and not part of the key."""
        return tuple(i for i in self.items if i.source is not None and i.code not in self.key)

    @model_validator(mode="after")
    def _codes_agree(self) -> Resource:
        codes = [item.code for item in self.items]
        doubled = sorted({c for c in codes if codes.count(c) > 1})
        if doubled:
            raise ValueError(f"item codes occur twice: {', '.join(doubled)}")
        missing = [k for k in self.key if k not in codes]
        if missing:
            raise ValueError(f"key names no item: {', '.join(missing)}")
        return self
