"""The plan of a release: its columns, rows and fingerprints, before anything is written.

Belongs here: whether the set may be opened at all, its columns and rows, by whom it is counted, and
the fingerprints by which an unchanged source and set are recognised. Keep out: risk, files
(`outlets.open_data.release`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.check_digits import SOLE_TRADER
from catalog_specs.errors import AccessError
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import OpenSet
from catalog_specs.models.timing.partition import Partition
from catalog_specs.rules.leaving.opening import may_open, withheld
from catalog_specs.rules.leaving.persons import Leaver, counted, firms_of, units_of
from governance.free_text import key_column, key_items, scanned
from governance.grants.text import department_name
from governance.keys import KeyRing
from governance.masks.columns import MaskedColumn, masked_columns, still_parted
from governance.masks.effect import judged
from governance.row_filters import check_filter, render_filter
from outlets.open_data.packaging.national import KEY, SOURCE, TERMS
from outlets.open_data.samples import is_drawn
from outlets.shares.plan import source_columns
from storage.delta.change_feed import content_version
from storage.delta.extracts import scan
from storage.delta.tables import Snapshot, snapshot
from storage.digests import sha256_of_facts
from storage.evolution.differences import require_fit
from storage.foreign_commits import require_ours
from storage.layout import Layout

__all__ = ["ReleaseKey", "ReleasePlan", "plan_release"]

FORMAT = 2
"""Raised when the same plan would be packaged differently, so that a new release is made."""
_ASKED_OF_VALUES = {"shape"}
_ASKED_OF_DELIVERIES: Any = {
    **dict.fromkeys(("feed", "engine", "quality", "due", "partition"), True),
    "items": {"__all__": {"within", "age", "by_number", "division"}},
}
"""What is asked of deliveries alone: another answer makes no other release of the same rows."""


@dataclass(frozen=True)
class ReleaseKey:
    """The key that a release is made with: its version, and how its pseudonyms are made.

    Releases whose `pseudonyms` differ have none in common. `first` is what they are under version 1
    of the master key, if it is there: by that a release was made that does not say.
    """

    version: int
    pseudonyms: str | None
    first: str | None

    @property
    def said(self) -> dict[str, Any]:
        """Return what a release says of it."""
        return {"version": self.version, "pseudonyms": self.pseudonyms}


@dataclass(frozen=True)
class ReleasePlan:
    """A release that may be attempted; `found` is None while the resource is not aggregated.

    `counted` are the published columns by which somebody could be told apart, `units` the columns
    of `rows` that name the persons behind them (none when every row is one), `uncounted` those
    that would have to be counted and cannot. `rows` holds what is published, and beside it what it
    is judged by; `published` takes that away again.
    """

    open_set: OpenSet
    columns: tuple[MaskedColumn, ...]
    counted: tuple[str, ...]
    units: tuple[str, ...]
    uncounted: tuple[str, ...]
    keys: Mapping[str, str]
    found: Snapshot | None
    rows: pl.LazyFrame
    terms: str
    fingerprint: str
    key: ReleaseKey | None = None
    """The key of its pseudonyms and its sample; None where it has neither."""
    partition: Partition | None = None
    """By what its rows lie apart; None where the item does not leave as it is."""

    @property
    def cells(self) -> dict[str, str]:
        """Return what each published column holds and how it is masked, as digests."""
        return {
            c.code: sha256_of_facts(
                {"type": c.element.type, "mask": c.mask.model_dump(mode="json")}
            )[:16]
            for c in self.columns
        }

    @property
    def source(self) -> str | None:
        """Return a digest of the table and version it would be made from."""
        if self.found is None:
            return None
        return _short({"table": self.found.table_id, "version": content_version(self.found)})

    @property
    def lineage(self) -> dict[str, Any]:
        """Return what a release says of its making, so that the next one is compared with it."""
        said = {TERMS: self.terms, SOURCE: self.source, "columns": self.cells}
        return said if self.key is None else said | {KEY: self.key.said}

    def published(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Return these rows as they leave."""
        return rows.select(column.code for column in self.columns)


def plan_release(layout: Layout, catalog: Catalog, open_set: OpenSet, keys: KeyRing) -> ReleasePlan:
    """Work out a release; the rows are chosen before the masks are laid.

    Raises:
        AccessError: the resource or an item may not be opened so widely, a mask is missing or does
            not fit, a protected item would be opened as it is, a row condition tells too much, or
            nothing is left.
        SettingsError: a pseudonym or a sample needs the master key and there is none.
    """
    resource = catalog.resource(open_set.resource)
    if not may_open(resource, open_set):
        raise AccessError(
            f"the resource is {resource.open.type.value} and cannot be opened as "
            f"{open_set.type.value}",
            where=f"open set {open_set.code}",
            remedy="change the opening of the resource or the type of the set (六(四))",
        )
    columns = masked_columns(catalog, open_set)
    if not columns:
        raise AccessError(
            "every item is dropped by its mask",
            where=f"open set {open_set.code}",
            remedy="name an item that may be opened",
        )
    _unconditional(resource, open_set, columns)
    check_filter(catalog, open_set)
    seen = [Leaver(column.code, column.element, column.mask) for column in columns]
    units = units_of(catalog, resource, seen)
    found = snapshot(layout.authoritative(resource.ref))
    if found is not None:
        require_ours(layout, resource.ref, found)
    draft = _Draft(catalog, resource, open_set, columns, units)
    terms = draft.terms(keys)
    must = counted(catalog, resource, seen)
    shown = counted(catalog, resource, seen, open_set.quasi_identifiers)
    return ReleasePlan(
        open_set=open_set,
        columns=columns,
        counted=shown,
        units=() if units == resource.key else tuple(_unit(code) for code in units),
        uncounted=() if units else must,
        keys={code: key_column(code) for code in draft.keys},
        found=found,
        rows=draft.frame(found, keys) if found else pl.LazyFrame(),
        terms=terms,
        key=draft.key(keys),
        partition=still_parted(resource, columns),
        fingerprint=sha256_of_facts(
            {
                "terms": terms,
                "source": [found.table_id, content_version(found)] if found else None,
                "k": catalog.profile.k_anonymity.value if shown else None,
            }
        ),
    )


@dataclass(frozen=True)
class _Draft:
    """What a plan is made of, before any row is looked at."""

    catalog: Catalog
    resource: Resource
    open_set: OpenSet
    columns: tuple[MaskedColumn, ...]
    units: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the items whose values are looked for in free text."""
        return key_items(self.catalog, self.resource) if scanned(self.columns) else ()

    @property
    def traders(self) -> tuple[str, ...]:
        """Return the items by which sole traders are left out."""
        return () if self.open_set.sole_traders else firms_of(self.catalog, self.resource)

    @property
    def drawn_by(self) -> tuple[str, ...]:
        """Return the items by which a sample is drawn: persons, else firms, else rows."""
        named = self.units or firms_of(self.catalog, self.resource)
        return named or self.resource.key

    def frame(self, found: Snapshot, keys: KeyRing) -> pl.LazyFrame:
        """Return the rows as masked, each beside what it is judged by."""
        wanted = (
            *(column.code for column in self.columns),
            *(condition.item for condition in self.open_set.where),
            *self.units,
            *self.keys,
            *self.traders,
            *(self.drawn_by if self.open_set.sample else ()),
        )
        require_fit(self.catalog, self.resource, found, wanted)
        stored = scan(found, source_columns(self.catalog, self.resource, iter(wanted)))
        chosen = stored.filter(
            render_filter(self.catalog, self.resource, self.open_set.where),
            *(_is_no_sole_trader(code) for code in self.traders),
            *self._drawn(keys),
        )
        key = keys.derive(self._purpose) if self._needs_key else None
        units = {_unit(code): code for code in self.units}
        named = {key_column(code): code for code in self.keys}
        return judged(chosen, self.columns, key, units | named)

    def terms(self, keys: KeyRing) -> str:
        """Return a digest of set, masks and keys (by their fingerprints), not of the source."""
        open_set, resource = self.open_set, self.resource
        purposes = [self._purpose] if self._needs_key else []
        purposes += [self._lot] if open_set.sample else []
        facts = {
            "format": FORMAT,
            "set": open_set.model_dump(mode="json"),
            "columns": [
                [
                    c.name,
                    c.element.model_dump(mode="json", exclude=_ASKED_OF_VALUES),
                    c.mask.model_dump(mode="json"),
                ]
                for c in self.columns
            ],
            "resource": resource.model_dump(mode="json", exclude=_ASKED_OF_DELIVERIES),
            "provider": department_name(self.catalog, resource.provider),
            "keys": [keys.fingerprint(purpose) for purpose in purposes],
        }
        parted = still_parted(resource, self.columns)
        return sha256_of_facts(facts | ({"partition": str(parted)} if parted else {}))

    def key(self, keys: KeyRing) -> ReleaseKey | None:
        """Return what is said of the key; None where nothing needs one."""
        if not self._needs_key:
            return ReleaseKey(keys.version, None, None) if self.open_set.sample else None
        first = keys.fingerprint(self._purpose, 1) if keys.has(1) else None
        last = keys.fingerprint(self._purpose)
        return ReleaseKey(keys.version, last, first)

    def _drawn(self, keys: KeyRing) -> Iterator[pl.Expr]:
        if self.open_set.sample is not None:
            yield is_drawn(self.drawn_by, self.open_set.sample, keys.derive(self._lot))

    @property
    def _needs_key(self) -> bool:
        return any(column.needs_key for column in self.columns)

    @property
    def _purpose(self) -> str:
        return f"open:{self.open_set.code}"

    @property
    def _lot(self) -> str:
        return f"sample:{self.open_set.code}"


def _short(facts: Mapping[str, Any]) -> str:
    return sha256_of_facts(facts)[:16]


def _unit(code: str) -> str:
    return f"__unit_{code}"


def _is_no_sole_trader(code: str) -> pl.Expr:
    value = pl.col(code).str.strip_chars()
    return ~value.str.starts_with(SOLE_TRADER).fill_null(value=False)


def _unconditional(resource: Resource, open_set: OpenSet, columns: Sequence[MaskedColumn]) -> None:
    """Refuse items that are not shared without conditions, also as what rows are chosen by."""
    leaving = {column.code: column.mask for column in columns}
    kept = open_set.model_copy(update={"items": tuple(leaving)})  # dropped items tell nothing
    for _, code, kind in withheld(resource, kept, leaving):
        raise AccessError(
            f"an item shared as {kind.value} cannot be opened",
            where=f"{resource.ref}.{code}",
            remedy="take it out of the open set (五(二)、六(一))",
        )
