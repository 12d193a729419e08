"""Which mask applies to which item when it leaves, and by which way.

Belongs here: the order of precedence, refusing what has no mask, how a mask reads in Chinese. Keep
out: rendering (`governance.masks.render`, `governance.masks.sql`). Unknown = error, never
pass-through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.models.element import Element
from catalog_specs.models.masking import (
    Constant,
    Drop,
    GeneraliseDate,
    GeneraliseNumber,
    GeneraliseRegion,
    Keep,
    Mask,
    Partial,
    Pseudonym,
    Redact,
)
from catalog_specs.models.resource import Item, Resource
from catalog_specs.models.sharing import GrantedResource, OpenSet
from catalog_specs.telling import filter_tells_more
from catalog_specs.vocabulary import ItemType
from governance.keys import DerivedKey
from governance.masks.render import fits, render
from storage.delta.table_shape import Column, column_type

__all__ = ["MaskedColumn", "Way", "check_filter", "compile_masks", "effective_mask", "mask_note"]

Way = Literal["share", "open"]
"""By which way data leave: to a department under a grant, or to everybody."""

_DATES = {"decade": "年代", "year": "年", "quarter": "季度", "month": "月"}
_LEVELS = {"province": "省级", "city": "市级", "county": "县级", "town": "乡级"}


@dataclass(frozen=True)
class MaskedColumn:
    """An item that leaves: what it is, and what happens to its values on the way."""

    code: str
    name: str
    element: Element
    mask: Mask
    protected: bool

    @property
    def needs_key(self) -> bool:
        """Say whether a key has to be derived for it."""
        return isinstance(self.mask, Pseudonym)

    @property
    def as_stored(self) -> bool:
        """Say whether the values keep their type; every other mask yields text."""
        return isinstance(self.mask, Keep)

    @property
    def is_text(self) -> bool:
        """Say whether what leaves is text."""
        return not self.as_stored or self.element.type is ItemType.STRING

    @property
    def note(self) -> str:
        """Return what the mask does, in Chinese."""
        return mask_note(self.mask)

    def expression(self, key: DerivedKey | None) -> pl.Expr:
        """Return the masked column as a Polars expression."""
        return render(self.mask, self.code, self.element.type, key)

    def column(self) -> Column:
        """Return name, type and Chinese comment of the column that leaves."""
        kind = column_type(self.element) if self.as_stored else "VARCHAR"
        return Column(self.code, kind, f"{self.name}（{self.note}）")


def compile_masks(
    catalog: Catalog,
    resource: Resource,
    items: Sequence[str],
    overrides: Mapping[str, Mask],
    way: Way,
) -> tuple[MaskedColumn, ...]:
    """Return the columns that leave, in the order asked for; dropped items are left out.

    Raises:
        AccessError: an item is unknown or not stored here, has no mask, has one that does not fit
            its type, or is protected and would be opened as it is (六(一)).
    """
    stored = {item.code: item for item in resource.stored}
    columns = []
    for code in items:
        if code not in stored:
            raise _forbidden("the item is not stored in this resource", resource, code)
        mask = effective_mask(catalog, resource, stored[code], overrides.get(code), way)
        if isinstance(mask, Drop):
            continue
        element = catalog.element_of(stored[code])
        protected = catalog.sensitivities[element.sensitivity].protected
        name = catalog.name_of(stored[code])
        columns.append(MaskedColumn(code, name, element, mask, protected))
    return tuple(columns)


def effective_mask(
    catalog: Catalog, resource: Resource, item: Item, override: Mask | None, way: Way
) -> Mask:
    """Return the mask of one item: the grant's or set's own, the element's, its sensitivity's.

    Raises:
        AccessError: none of the three names one, it does not fit, or it would open a protected
            item as it is (六(一)).
    """
    element = catalog.element_of(item)
    sensitivity = catalog.sensitivities.get(element.sensitivity)
    if sensitivity is None:
        raise _forbidden("the item's sensitivity class is unknown", resource, item.code)
    default = sensitivity.share if way == "share" else sensitivity.open
    mask = override or element.masks.get(way) or default
    if mask is None:
        raise _forbidden("no mask is named for the item", resource, item.code)
    if not fits(mask, element.type):
        raise _forbidden(f"mask {mask.mask!r} does not fit the item's type", resource, item.code)
    if way == "open" and sensitivity.protected and isinstance(mask, Keep | Redact):
        raise _forbidden("a protected item cannot be opened as it is", resource, item.code)
    return mask


def check_filter(
    catalog: Catalog, resource: Resource, source: GrantedResource | OpenSet, way: Way
) -> None:
    """Hold the row conditions to what may be seen of their items: each tells of every row.

    Raises:
        AccessError: a condition tells more of its item than its mask would leave.
    """
    stored = {item.code: item for item in resource.stored}
    for condition in source.where:
        item = stored.get(condition.item)
        if item is None:
            raise _forbidden(
                "a row condition names an item not stored here", resource, condition.item
            )
        mask = effective_mask(catalog, resource, item, source.masks.get(item.code), way)
        if filter_tells_more(condition, mask):
            raise AccessError(
                "the rows are chosen by what may not be seen of the item",
                where=f"{resource.ref}.{item.code}",
                remedy="choose them by an item that may be seen, or by a border of its mask",
            )


def mask_note(mask: Mask) -> str:  # noqa: C901, PLR0911 - one arm per mask
    """Return what a mask does, in Chinese, as comments and dictionaries show it."""
    match mask:
        case Keep():
            return "原值"
        case Drop():
            return "不提供"
        case Constant():
            return "以固定文字代替"
        case Partial():
            return f"部分遮盖，保留前{mask.keep_first}位、后{mask.keep_last}位"
        case Pseudonym():
            return f"假名化（HMAC-SHA256，{mask.length}位十六进制，专用密钥）"
        case Redact():
            return "遮盖其中的证件号、手机号、账号"
        case GeneraliseDate():
            return f"概化到{_DATES[mask.to]}"
        case GeneraliseNumber() if mask.width is not None:
            return f"概化为区间，步长{mask.width}"
        case GeneraliseNumber():
            return f"概化为区间，界点{'、'.join(str(b) for b in mask.breaks or ())}"
        case GeneraliseRegion():
            return f"概化到{_LEVELS[mask.to]}区划"
        case _:
            assert_never(mask)


def _forbidden(what: str, resource: Resource, item: str) -> AccessError:
    return AccessError(
        what,
        where=f"{resource.ref}.{item}",
        remedy="name a fitting mask in the grant or open set, the element, or its sensitivity",
    )
