"""The SQL of the analysts' views: one per resource, one per subject, and counts of quarantine.

Belongs here: queries and comments as text. Keep out: opening DuckDB or Delta (`city_file`), the
views of ledgers (`ledger_views`), tables that are looked up (`lookups`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog_specs.catalog import Catalog
from catalog_specs.models.organisation import Subject
from catalog_specs.models.resource import Resource
from governance.cases.disputes import DISPUTED, DISPUTED_COMMENT
from storage.delta.table_shape import (
    Column,
    Shape,
    authoritative_shape,
    empty_select,
)
from storage.delta.tables import Snapshot
from storage.sql import identifier, literal

__all__ = [
    "CODES",
    "Commented",
    "listed",
    "quarantine_counts",
    "resource_view",
    "subject_views",
]

Snapshots = Mapping[str, Snapshot]
CODES = "codes"
"""The schema of the code lists' tables."""


@dataclass(frozen=True)
class Commented:
    """A view, or a stored table, with its comments; `query` yields `columns`."""

    schema: str
    name: str
    query: str
    comment: str
    columns: tuple[Column, ...]
    stored: bool = False

    def statements(self) -> Iterator[str]:
        """Yield the SQL that makes it, comments last."""
        kind = "TABLE" if self.stored else "VIEW"
        place = f"{identifier(self.schema)}.{identifier(self.name)}"
        yield f"CREATE SCHEMA IF NOT EXISTS {identifier(self.schema)}"
        yield f"CREATE {kind} {place} AS {self.query}"
        yield f"COMMENT ON {kind} {place} IS {literal(self.comment)}"
        for column in self.columns:
            if column.comment:
                target = f"{place}.{identifier(column.name)}"
                yield f"COMMENT ON COLUMN {target} IS {literal(column.comment)}"


def resource_view(
    catalog: Catalog, resource: Resource, tables: Snapshots, warning: str = ""
) -> Commented:
    """Return the view of one authoritative table, `<department>.<resource>`.

    `warning` begins its comment: commits that no run of ours made, columns that have to evolve.
    """
    shape = authoritative_shape(catalog, resource)
    table = tables.get(resource.ref)
    if resource.partition is not None and table is not None and table.apart:
        said = f"{resource.partition.of}（{resource.partition.by.label}）的分区，按此列筛选更快"
        shape = replace(shape, columns=(*shape.columns, Column(table.apart, "VARCHAR", said)))
    owner = catalog.departments[resource.provider].name
    return Commented(
        resource.provider,
        resource.resource,
        f"FROM {_rows(resource, shape, tables)}",
        f"{warning}{resource.name}（{owner}）：{resource.summary}",
        shape.columns,
    )


def subject_views(
    catalog: Catalog,
    tables: Snapshots,
    broken: Container[str] = (),
    warnings: Mapping[str, str] | None = None,
    doubted: Container[str] = (),
) -> tuple[Commented, ...]:
    """Return the subject views (人口, 法人, …) of the subjects that have one and any resource.

    A subject view holds every key that any resource of the subject knows, once, and beside it what
    each of them owns; only resources identified by exactly the subject's key take part. Columns
    are called by their item codes, preceded by the resource's (then the department's) where two
    resources use the same. One that a broken table takes part in is left out: it would look as if
    its rows were not there. `warnings` of a member, by resource, begin the view's comment too.
    The last column names a subject's disputed items; `doubted` are the resources that have such.
    """
    told = warnings or {}
    return tuple(
        _subject_view(catalog, subject, tables, members, _Said(told, doubted))
        for subject in catalog.subjects.values()
        if subject.view is not None
        and (members := _members(catalog, subject))
        and not any(one.ref in broken for one in members)
    )


def _owns_key(resource: Resource, subject: Subject) -> bool:
    """Say whether a resource is the source of the subject's key: its facts come first."""
    return any(i.element in subject.key and i.source is None for i in resource.items)


def _members(catalog: Catalog, subject: Subject) -> list[Resource]:
    """Return the resources of exactly a subject's key, the source of the key first."""
    found = [
        resource
        for resource in catalog.resources.values()
        if resource.subject == subject.code and _keys(resource).keys() == set(subject.key)
    ]
    return sorted(found, key=lambda resource: not _owns_key(resource, subject))


@dataclass(frozen=True)
class _Said:
    """What is said of resources beside their rows."""

    warnings: Mapping[str, str]
    doubted: Container[str]


def _disputed(parts: Sequence[_Part]) -> tuple[str, Column]:
    """Return the column that names a subject's disputed items; null costs nothing to read."""
    column = Column(DISPUTED, "VARCHAR", DISPUTED_COMMENT)
    items = ", ".join(
        "(SELECT string_agg(d.item, '、' ORDER BY d.item) FROM quality.disputed d "
        f"WHERE d.resource = {literal(one.resource.ref)} "
        f'AND d.delivery = {one.alias}._delivery AND d."row" = {one.alias}._row)'
        for one in parts
    )
    return f"nullif(concat_ws('、', {items}), '')" if items else "CAST(NULL AS VARCHAR)", column


def _subject_view(
    catalog: Catalog,
    subject: Subject,
    tables: Snapshots,
    members: Sequence[Resource],
    said: _Said,
) -> Commented:
    key = tuple(Column(code, "", catalog.elements[code].name) for code in subject.key)
    taken = set(subject.key)
    parts = [_Part(catalog, resource, tables, f"r{n}") for n, resource in enumerate(members)]
    columns = [column for part in parts for column in part.columns(taken)]
    columns.append(_disputed([one for one in parts if one.resource.ref in said.doubted]))
    union = " UNION ".join(part.keys(subject) for part in parts)
    selected = [f"k.{identifier(column.name)}" for column in key]
    selected += [f"{source} AS {identifier(column.name)}" for source, column in columns]
    joins = " ".join(part.join(subject) for part in parts)
    names = "、".join(resource.name for resource in members)
    told = "".join(said.warnings.get(one.ref, "") for one in members)
    return Commented(
        "subjects",
        str(subject.view),
        f"SELECT {', '.join(selected)} FROM ({union}) k {joins}",
        f"{told}{subject.name}的主体视图，由{names}按主体标识合成",
        (*key, *(column for _, column in columns)),
    )


@dataclass(frozen=True)
class _Part:
    """One resource's share of a subject view."""

    catalog: Catalog
    resource: Resource
    tables: Snapshots
    alias: str

    @property
    def rows(self) -> str:
        return _rows(self.resource, authoritative_shape(self.catalog, self.resource), self.tables)

    def keys(self, subject: Subject) -> str:
        named = _keys(self.resource)
        columns = ", ".join(
            f"{identifier(named[code])} AS {identifier(code)}" for code in subject.key
        )
        return f"SELECT {columns} FROM {self.rows}"

    def join(self, subject: Subject) -> str:
        named = _keys(self.resource)
        on = " AND ".join(
            f"{self.alias}.{identifier(named[code])} IS NOT DISTINCT FROM k.{identifier(code)}"
            for code in subject.key
        )
        return f"LEFT JOIN {self.rows} {self.alias} ON {on}"

    def columns(self, taken: set[str]) -> Iterator[tuple[str, Column]]:
        """Yield what the resource owns, with its SQL; adds the names it gives to `taken`."""
        out = (*self.resource.key, "_delivery", "_row")
        owner = self.catalog.departments[self.resource.provider].name
        for column in authoritative_shape(self.catalog, self.resource).columns:
            if column.name in out:
                continue
            near = f"{self.resource.resource}_{column.name}"
            names = (column.name, near, f"{self.resource.provider}_{near}")
            name = next(name for name in names if name not in taken)
            taken.add(name)
            comment = f"{column.comment}（{owner}·{self.resource.name}）"
            source = f"{self.alias}.{identifier(column.name)}"
            yield source, replace(column, name=name, comment=comment)
            yield from self._label(column, (name, source, comment), taken)

    def _label(
        self, column: Column, said: tuple[str, str, str], taken: set[str]
    ) -> Iterator[tuple[str, Column]]:
        """Yield what a code means beside the code, where its element has a code list."""
        name, source, comment = said
        codes = self.catalog.element_of(self.resource.item(column.name)).code_list
        label = f"{name}_label"
        if codes is None or codes not in self.catalog.code_lists or label in taken:
            return
        taken.add(label)
        listed = f"{identifier(CODES)}.{identifier(codes)}"
        meaning = f"(SELECT c.name FROM {listed} c WHERE c.code = {source})"
        yield meaning, Column(label, "VARCHAR", f"{comment}：代码的含义")


def quarantine_counts(quarantines: Snapshots) -> Commented:
    """Return a stored table that counts the quarantined records; their text stays where it is."""
    columns = (
        Column("resource", "VARCHAR", "信息资源"),
        Column("delivery", "VARCHAR", "交付批次"),
        Column("rule", "VARCHAR", "未通过的规则代码"),
        Column("records", "BIGINT", "隔离记录数"),
    )
    counted = " UNION ALL ".join(_counted(ref, table) for ref, table in quarantines.items())
    return Commented(
        "quality",
        "quarantine_counts",
        counted or f"FROM {empty_select(columns)}",
        "各批次各规则隔离的记录数；一条记录可因多条规则被隔离",
        columns,
        stored=True,
    )


def _counted(ref: str, table: Snapshot) -> str:
    return (
        f"SELECT {literal(ref)} AS resource, delivery, rule, count(*) AS records "
        f"FROM (SELECT delivery, unnest(rules) AS rule FROM {table.scan_sql()}) GROUP BY ALL"
    )


def _rows(resource: Resource, shape: Shape, tables: Snapshots) -> str:
    table = tables.get(resource.ref)
    return table.select_sql(shape.columns) if table else empty_select(shape.columns)


def _keys(resource: Resource) -> dict[str, str]:
    """Return element → item code of the resource's key."""
    return {resource.item(code).element: code for code in resource.key}


def listed(rows: Iterable[str], columns: tuple[Column, ...]) -> str:
    """Return the query of rows that are written out, each as `(…, …)`; typed without any too."""
    written = ", ".join(rows)
    if not written:
        return f"FROM {empty_select(columns)}"
    names = ", ".join(identifier(column.name) for column in columns)
    casts = ", ".join(
        f"CAST({identifier(column.name)} AS {column.type}) AS {identifier(column.name)}"
        for column in columns
    )
    return f"SELECT {casts} FROM (VALUES {written}) AS facts ({names})"
