"""Masked columns: the items that leave, each with its mask.

Belongs here: turning what a grant or open set covers into masked columns. Keep out: which mask
applies and what is wrong with one (`catalog_specs.rules.leaving.masking`), the kinds of masks
(`catalog_specs.masks`). Unknown = error, never pass-through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError, SettingsError
from catalog_specs.masks.hashes import MissingHashError
from catalog_specs.masks.mask import Key, Mask, Remains
from catalog_specs.models.element import Element
from catalog_specs.models.resource import Item, Resource
from catalog_specs.models.sharing import Exit
from catalog_specs.models.timing.partition import Partition
from catalog_specs.rules.leaving.masking import applied, faults_at_exit, faults_of_mask
from catalog_specs.rules.leaving.persons import is_protected
from catalog_specs.vocabulary import ItemType
from storage.delta.table_shape import Column, column_type

__all__ = ["MaskedColumn", "mask_of", "masked_columns", "no_sm3", "still_parted", "stored_item"]


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
        return self.mask.remains is Remains.LINK

    @property
    def type(self) -> ItemType:
        """Return the type of what leaves."""
        return self.mask.outcome(self.element.type)

    @property
    def note(self) -> str:
        """Return what the mask does, in Chinese."""
        return self.mask.note

    def expression(self, key: Key | None) -> pl.Expr:
        """Return the masked column as a Polars expression.

        Raises:
            SettingsError: its pseudonyms are made with SM3, which this machine does not have.
        """
        try:
            return self.mask.lay(self.code, self.element.type, key)
        except MissingHashError:
            raise no_sm3() from None

    def column(self) -> Column:
        """Return name, type and Chinese comment of the column that leaves."""
        kind = column_type(self.element) if self.type is self.element.type else "VARCHAR"
        return Column(self.code, kind, f"{self.name}（{self.note}）")


def no_sm3() -> SettingsError:
    """Return what is said where pseudonyms are made with SM3 and OpenSSL does not have it."""
    return SettingsError(
        "pseudonyms are made with SM3, and OpenSSL on this machine does not have it",
        where="pseudonym_hash of the profile",
        remedy="run Quanshu with a Python whose OpenSSL has SM3 (`openssl list "
        "-digest-algorithms`), or say `pseudonym_hash: sha256`",
    )


def masked_columns(catalog: Catalog, source: Exit) -> tuple[MaskedColumn, ...]:
    """Return the columns that leave, in the order asked for; dropped items are left out.

    Raises:
        AccessError: an item is not stored in the resource, or its mask is missing or wrong.
    """
    resource = catalog.resource(source.resource)
    columns = []
    for code in source.items:
        item = stored_item(resource, code)
        mask = mask_of(catalog, resource, item, source)
        if mask.remains is Remains.ABSENT:
            continue
        element = catalog.element_of(item)
        protected = is_protected(catalog, element)
        columns.append(MaskedColumn(code, catalog.name_of(item), element, mask, protected))
    return tuple(columns)


def mask_of(catalog: Catalog, resource: Resource, item: Item, source: Exit) -> Mask:
    """Return the mask that applies to an item.

    Raises:
        AccessError: nobody names one, or there is a reason against it; the catalogue's laws refuse
            the same, but whoever hands out data does not rely on that.
    """
    element = catalog.element_of(item)
    sensitivity = catalog.sensitivities.get(element.sensitivity)
    mask = applied(item.code, element, sensitivity, source).mask
    against = chain(
        faults_at_exit(catalog, item.code, element, mask, source),
        faults_of_mask(catalog, element, mask) if mask is not None else (),
    )
    fault = next(against, None)
    if fault is not None or mask is None:
        raise AccessError(
            fault.message if fault else "no mask is named",
            where=f"{resource.ref}.{item.code}",
            remedy=fault.remedy if fault else "name a mask",
        )
    return mask.hashed_by(catalog.profile.pseudonym_hash)


def stored_item(resource: Resource, code: str) -> Item:
    """Return an item of the authoritative table; AccessError for any other: nothing leaves of it.

    A referred item is compared with its source and not stored, so it leaves from there alone.
    """
    found = next((item for item in resource.stored if item.code == code), None)
    if found is None:
        raise AccessError(
            "the item is not stored in this resource",
            where=f"{resource.ref}.{code}",
            remedy="name an item that the resource owns, or take it from the one that does",
        )
    return found


def still_parted(resource: Resource, columns: Sequence[MaskedColumn]) -> Partition | None:
    """Return by what the rows that leave may lie apart: by an item that leaves as it is, or none.

    The name of a partition tells the item's day, month or year of every row in it.
    """
    said = resource.partition
    shown = any(said is not None and c.code == said.of and c.mask.unchanged for c in columns)
    return said if shown else None
