"""What one release of an open set would hold, worked out before anything is written.

Belongs here: whether the set may be opened at all, its columns and rows, and the fingerprint by
which an unchanged source and set are recognised. Keep out: risk, files (`governance.open_data`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.models.masking import Constant
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import OpenSet
from catalog_specs.vocabulary import OpenType
from governance.grant_text import department_name
from governance.keys import DerivedKey, KeyRing
from governance.masking import MaskedColumn, compile_masks
from governance.row_filters import render_filter
from governance.share_plan import digest_of, source_columns
from lakehouse.evolution import require_fit
from lakehouse.extracts import scan
from lakehouse.layout import Layout
from lakehouse.tables import Snapshot, snapshot

__all__ = ["ReleasePlan", "plan_release"]

FORMAT = 1
"""Raised when the same plan would be packaged differently, so that a new release is made."""


@dataclass(frozen=True)
class ReleasePlan:
    """A release that may be attempted; `found` is None while the resource is not aggregated."""

    open_set: OpenSet
    columns: tuple[MaskedColumn, ...]
    found: Snapshot | None
    frame: pl.LazyFrame
    fingerprint: str

    @property
    def quasi_identifiers(self) -> tuple[str, ...]:
        """Return the declared quasi-identifiers that are published, as masked."""
        published = {column.code for column in self.columns}
        return tuple(code for code in self.open_set.quasi_identifiers if code in published)

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """Return protected columns that would leave although no risk can be measured (六(一))."""
        if self.quasi_identifiers:
            return ()
        shown = (c for c in self.columns if c.protected and not isinstance(c.mask, Constant))
        return tuple(column.code for column in shown)


def plan_release(layout: Layout, catalog: Catalog, open_set: OpenSet, keys: KeyRing) -> ReleasePlan:
    """Work out a release; the rows are chosen before the masks are laid.

    Raises:
        AccessError: the resource may not be opened so widely, a mask is missing or does not fit, a
            protected item would be opened as it is, or nothing is left.
        SettingsError: a pseudonym needs the master key and there is none.
    """
    resource = catalog.resource(open_set.resource)
    _may_open(resource, open_set)
    columns = compile_masks(catalog, resource, open_set.items, open_set.masks, "open")
    if not columns:
        raise AccessError(
            "every item is dropped by its mask",
            where=f"open set {open_set.code}",
            remedy="name an item that may be opened",
        )
    key, fingerprint = _key(open_set, columns, keys)
    found = snapshot(layout.authoritative(resource.ref).resolve())
    rows = render_filter(catalog, resource, open_set.where)
    wanted = (*(column.code for column in columns), *(c.item for c in open_set.where))
    source = source_columns(catalog, resource, iter(wanted))
    if found is not None:
        require_fit(catalog, resource, found, wanted)
    stored = scan(found, source) if found else pl.LazyFrame()
    masked = [column.expression(key) for column in columns]
    return ReleasePlan(
        open_set=open_set,
        columns=columns,
        found=found,
        frame=stored.filter(rows).select(masked) if found else stored,
        fingerprint=_fingerprint(catalog, open_set, columns, (found, fingerprint)),
    )


def _fingerprint(
    catalog: Catalog,
    open_set: OpenSet,
    columns: tuple[MaskedColumn, ...],
    made_from: tuple[Snapshot | None, str],
) -> str:
    """Return a digest of source, terms, masks and key (by its own fingerprint)."""
    found, key = made_from
    resource = catalog.resource(open_set.resource)
    facts = {
        "format": FORMAT,
        "source": [found.table_id, found.version] if found else None,
        "set": open_set.model_dump(mode="json"),
        "columns": [
            [c.name, c.element.model_dump(mode="json"), c.mask.model_dump(mode="json")]
            for c in columns
        ],
        "resource": resource.model_dump(mode="json", exclude={"feed", "quality"}),
        "provider": department_name(catalog, resource.provider),
        "k": catalog.profile.k_anonymity.value,
        "key": key,
    }
    return digest_of(facts)


def _key(
    open_set: OpenSet, columns: tuple[MaskedColumn, ...], keys: KeyRing
) -> tuple[DerivedKey | None, str]:
    if not any(column.needs_key for column in columns):
        return None, ""
    purpose = f"open:{open_set.code}"
    return keys.derive(purpose), keys.fingerprint(purpose)


def _may_open(resource: Resource, open_set: OpenSet) -> None:
    allowed: dict[OpenType, tuple[OpenType, ...]] = {
        OpenType.UNIVERSAL: (OpenType.UNIVERSAL, OpenType.AUTHORISED),
        OpenType.AUTHORISED: (OpenType.AUTHORISED,),
    }
    if open_set.type not in allowed.get(resource.open.type, ()):
        raise AccessError(
            f"the resource is {resource.open.type.value} and cannot be opened as "
            f"{open_set.type.value}",
            where=f"open set {open_set.code}",
            remedy="change the opening of the resource or the type of the set (六(四))",
        )
