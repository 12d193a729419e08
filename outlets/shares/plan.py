"""The plan of a share: its columns, masks, rows and digests, before anything is written.

Belongs here: columns, masks, rows and source versions of a grant, and the digests by which an
unchanged extract is recognised. Keep out: deciding (`governance.grants.decisions`), writing
(`outlets.shares.project`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Grant, GrantedResource
from catalog_specs.rules.leaving.sharing import granted_twice
from governance.cases.disputes import DISPUTED, DISPUTED_COMMENT, Disputed, disputes_in
from governance.free_text import key_column, key_items, scanned
from governance.grants.text import department_name
from governance.keys import DerivedKey, KeyRing
from governance.masks.columns import MaskedColumn, masked_columns, still_parted
from governance.masks.effect import judged
from governance.row_filters import check_filter, render_filter
from storage.delta.change_feed import origin
from storage.delta.extracts import scan
from storage.delta.table_shape import Column, Shape, column_type
from storage.delta.tables import Snapshot, glance
from storage.digests import sha256_of_facts
from storage.evolution.differences import require_fit
from storage.foreign_commits import require_ours
from storage.layout import Layout

__all__ = [
    "Part",
    "SharePlan",
    "check_masks",
    "plan_share",
    "source_columns",
    "terms_of",
]

FORMAT = 4
"""Raised by one when the same plan is written differently: every extract is then made again."""


_FILE = 4
"""Raised by one when a DuckDB file is written differently: files are made again, extracts stay."""


@dataclass(frozen=True)
class Part:
    """One resource of a grant; `found` is None while the resource is not aggregated yet."""

    resource: Resource
    columns: tuple[MaskedColumn, ...]
    rows: pl.Expr
    source: tuple[Column, ...]
    shape: Shape
    found: Snapshot | None
    digest: str
    form: str
    """Digest of all that decides what becomes of a row; the digest also says of which rows."""
    keys: tuple[str, ...] = ()
    """Items whose values are looked for in free text."""
    disputed: tuple[Disputed, ...] | None = None
    """What is marked as disputed; None where the grant does not ask for marks."""

    @property
    def key_columns(self) -> dict[str, str]:
        """Return by which column of `judged` each of `keys` stands."""
        return {code: key_column(code) for code in self.keys}

    def granted(self, *beside: Column) -> pl.LazyFrame:
        """Return the granted rows as they are stored, with these columns beside them."""
        if self.found is None:
            raise ValueError("a resource that is not aggregated has no rows")
        return scan(self.found, (*self.source, *beside)).filter(self.rows)

    def judged(self, key: DerivedKey | None) -> pl.LazyFrame:
        """Return the rows that would leave, beside them the originals and keys for judging them."""
        beside = {name: code for code, name in self.key_columns.items()}
        return judged(self.granted(), self.columns, key, beside)

    def frame(self, key: DerivedKey | None, beside: Iterable[pl.Expr] = ()) -> pl.LazyFrame:
        """Return the granted rows and masked columns; rows are chosen before masks are laid.

        `beside` are columns that do not leave: what rows are matched by.
        """
        masked = [*(column.expression(key) for column in self.columns), *beside]
        if self.disputed is None:
            return self.granted().select(masked)
        rows = self.granted(Column("_delivery", "VARCHAR"), Column("_row", "BIGINT"))
        marked = rows.join(_marks(self.disputed), on=["_delivery", "_row"], how="left")
        return marked.select(*masked, DISPUTED)


def _marks(disputed: Iterable[Disputed]) -> pl.LazyFrame:
    """Return the disputed items of each place, in one text."""
    items: dict[tuple[str, int], list[str]] = {}
    for one in disputed:
        items.setdefault((one.delivery, one.record), []).append(one.item)
    rows = [(*place, "、".join(sorted(set(named)))) for place, named in items.items()]
    schema = {"_delivery": pl.String, "_row": pl.Int64, DISPUTED: pl.String}
    return pl.LazyFrame(rows, schema=schema, orient="row")


@dataclass(frozen=True)
class SharePlan:
    """A grant's parts, its key if any column needs one, and what a part's digests say of all."""

    grant: Grant
    parts: tuple[Part, ...]
    key: DerivedKey | None
    digest: str
    form: str
    pseudonyms: str | None = None
    """A digest of how they are made, key and hash; None without any. Others never join these."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the resources that are not aggregated yet."""
        return tuple(part.resource.ref for part in self.parts if part.found is None)


def plan_share(layout: Layout, catalog: Catalog, grant: Grant, keys: KeyRing) -> SharePlan:
    """Work out a grant's extract.

    Raises:
        AccessError: a mask is missing or does not fit, a row condition cannot be understood or
            tells too much, a resource is granted twice, or nothing of it is left.
        SettingsError: a pseudonym needs the master key and there is none.
    """
    drafts = [_columns(catalog, granted) for granted in _distinct(grant)]
    key = None
    fingerprint = ""
    if any(column.needs_key for columns in drafts for column in columns):
        purpose = f"grant:{grant.code}"
        key, fingerprint = keys.derive(purpose), keys.fingerprint(purpose)
    names = _view_names(catalog, grant)
    parts = tuple(
        _part(layout, catalog, granted, columns, (names[granted.resource], fingerprint))
        for granted, columns in zip(grant.resources, drafts, strict=True)
    )
    facts = {
        "format": FORMAT,
        "file": _FILE,
        "grant": grant.model_dump(mode="json", exclude={"resources"}),
        "consumer": department_name(catalog, grant.consumer),
        "key": [key.version if key else None, fingerprint],
    }
    digest, form = (
        sha256_of_facts(facts | {"parts": each})
        for each in ([one.digest for one in parts], [[bool(p.found), p.form] for p in parts])
    )
    return SharePlan(grant, parts, key, digest, form, _made(fingerprint, drafts))


def _made(fingerprint: str, drafts: Iterable[Iterable[MaskedColumn]]) -> str | None:
    masks = [
        one.mask.model_dump(mode="json") for columns in drafts for one in columns if one.needs_key
    ]
    return sha256_of_facts({"key": fingerprint, "masks": masks}) if masks else None


def terms_of(catalog: Catalog, grant: Grant) -> str:
    """Return the digest of what a grant lets leave: columns, masks and rows, whatever the tables.

    Raises:
        AccessError: it cannot be masked.
    """
    facts = {
        granted.resource: [
            # how a pseudonym is made shows nothing more of a value
            [
                [c.code, c.mask.model_dump(mode="json", exclude={"hash"})]
                for c in _columns(catalog, granted)
            ],
            [condition.model_dump(mode="json") for condition in granted.where],
            *(["marks disputed items"] if granted.mark_disputed else ()),
        ]
        for granted in _distinct(grant)
    }
    return sha256_of_facts({"terms": facts})


def check_masks(catalog: Catalog, grant: Grant) -> None:
    """Ask, of the catalogue alone, whether a grant can be masked.

    Raises:
        AccessError: as `plan_share` would, whatever the key and the tables are like.
    """
    for granted in _distinct(grant):
        _columns(catalog, granted)
        render_filter(catalog, catalog.resource(granted.resource), granted.where)


def source_columns(
    catalog: Catalog, resource: Resource, wanted: Iterator[str]
) -> tuple[Column, ...]:
    """Return the stored columns that a projection reads, each once."""
    return tuple(
        Column(code, column_type(catalog.element_of(resource.item(code))))
        for code in dict.fromkeys(wanted)
    )


def _distinct(grant: Grant) -> tuple[GrantedResource, ...]:
    if any(True for _ in granted_twice(grant)):
        raise AccessError(
            "a resource is granted twice",
            where=f"grant {grant.code}",
            remedy="join its items, rows and masks into one entry",
        )
    return grant.resources


def _columns(catalog: Catalog, granted: GrantedResource) -> tuple[MaskedColumn, ...]:
    columns = masked_columns(catalog, granted)
    check_filter(catalog, granted)
    if not columns:
        raise AccessError(
            "every granted item is dropped by its mask",
            where=granted.resource,
            remedy="grant an item that leaves, or take the resource out of the grant",
        )
    return columns


def _view_names(catalog: Catalog, grant: Grant) -> dict[str, str]:
    """Return each resource's view name: its Chinese name, with its code where two are alike."""
    found = {one.resource: catalog.resource(one.resource).name for one in grant.resources}
    alike = [name.casefold() for name in found.values()]
    return {
        ref: name if alike.count(name.casefold()) == 1 else f"{name}（{ref}）"
        for ref, name in found.items()
    }


def _part(
    layout: Layout,
    catalog: Catalog,
    granted: GrantedResource,
    columns: tuple[MaskedColumn, ...],
    named: tuple[str, str],
) -> Part:
    resource = catalog.resource(granted.resource)
    found = glance(layout.authoritative(resource.ref))
    name, fingerprint = named
    provider = department_name(catalog, resource.provider)
    description = f"{resource.summary}（来源：{provider}）"
    disputed = _disputed(layout, granted)
    mark = () if disputed is None else (Column(DISPUTED, "VARCHAR", DISPUTED_COMMENT),)
    columns_of_shape = (*(column.column() for column in columns), *mark)
    shape = Shape(name, description, columns_of_shape, partition=still_parted(resource, columns))
    facts = {
        "format": FORMAT,
        "columns": [
            [c.code, c.element.type, c.element.scale, c.mask.model_dump(mode="json")]
            for c in columns
        ],
        "where": [condition.model_dump(mode="json") for condition in granted.where],
        "shape": [name, description, [[c.name, c.type, c.comment] for c in shape.columns]],
        "key": fingerprint,
        **({"parted": shape.parting} if shape.partition else {}),
        **({} if disputed is None else {"disputed": [str(one) for one in disputed]}),
        "judged": catalog.profile.k_anonymity.value,
    }
    keys = key_items(catalog, resource) if scanned(columns) else ()
    asked = () if granted.match is None else (granted.match,)
    # a table that was put back to a copy counts on from there: its number alone does not tell
    source = {"source": None if found is None else origin(found)}
    wanted = (*(c.code for c in columns), *(one.item for one in granted.where), *keys, *asked)
    if found is not None:
        require_fit(catalog, resource, found, wanted)
        require_ours(layout, resource.ref, found)
    return Part(
        resource=resource,
        columns=columns,
        rows=render_filter(catalog, resource, granted.where),
        source=source_columns(catalog, resource, iter(wanted)),
        shape=shape,
        found=found,
        digest=sha256_of_facts(facts | source),
        form=sha256_of_facts(facts | {"keys": keys}),
        keys=keys,
        disputed=disputed,
    )


def _disputed(layout: Layout, granted: GrantedResource) -> tuple[Disputed, ...] | None:
    """Return what is disputed of the granted items; None where the grant asks for no marks."""
    if not granted.mark_disputed:
        return None
    found = disputes_in(layout, granted.resource)
    return tuple(one for one in found if one.item in granted.items)
