"""The second engine at the gate: records typed and flagged behind Spark Connect.

Belongs here: which go there, bringing it what their query reads, taking back what it wrote.
Keep out: its words (`storage.engines.spark`), judging (`gate`).
From the Parquet files on everything goes as if DuckDB had written them. sqlglot and pyspark are an
extra, and are imported when the first bundle goes there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from catalog_specs.catalog import Catalog
from catalog_specs.errors import SecondEngineError, UnsayableError
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import Engine
from feeds.columns import feed_columns
from quality.rules.check_digits import PLAIN
from quality.rules.derivation import rules_for
from quality.rules.kinds import kind_of
from quality.rules.sql.statement import FEED
from register.bundles import landed_sql, listed
from storage.engines.connection import Connection
from storage.engines.relation import Relation
from storage.engines.spark.address import Address
from storage.engines.spark.choice import goes_there
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.elsewhere import Elsewhere
from storage.sql import identifier, identifiers, parquet
from values.shapes import feed_shape, typed_schema
from values.typed import Landed, Typed, feed_over, typed_sql

if TYPE_CHECKING:
    from quality.gate.plan import Judge, Plan
    from storage.engines.spark.sources import Leaf

__all__ = ["SecondEngine", "Unsaid", "rules_here", "unsaid"]

_LANDED_TYPES = {"_row": "BIGINT", "_defect": "VARCHAR", "_raw": "VARCHAR"}
_SOMEWHERE = Path("rows.parquet")
"""Stands for a delivery's records where only words are asked about."""


@dataclass(frozen=True)
class Unsaid:
    """What the second engine cannot be told, and which rules ask it; none: typing itself does."""

    what: str
    rules: tuple[str, ...] = ()

    def error(self, ref: str) -> UnsayableError:
        """Return the refusal, worded once for check and gate."""
        asks = f"rule {', '.join(self.rules)}" if self.rules else "typing its feed"
        return UnsayableError(
            f"the second engine cannot be asked: {asks} needs {self.what}",
            where=ref,
            remedy="set `engine: duckdb` in the resource, or write it with what docs/scaling.md "
            "lists",
        )


def unsaid(catalog: Catalog, resource: Resource, plan: Plan, read_as: str = "") -> Iterator[Unsaid]:
    """Yield what of a resource the second engine cannot be told; see `Landed` for `read_as`."""
    from storage.engines.spark.rendering import LANDED, rendered

    typing = typed_sql(catalog, resource, Landed(_SOMEWHERE, read_as))
    try:
        rendered(typing, _LANDED_TYPES, PLAIN)
    except NotSaidAlike as found:
        yield Unsaid(found.what)
    shape = feed_shape(resource, typed_schema(catalog, resource))
    for sql in plan.flags:
        try:
            rendered(f"SELECT {sql} AS flag FROM {identifier(LANDED)}", shape, PLAIN)
        except NotSaidAlike as found:
            asking = [one.rule.code for one in plan.judges if sql in one.counted.values()]
            yield Unsaid(found.what, tuple(asking))


def rules_here(catalog: Catalog, resource: Resource, today: date) -> tuple[str, ...]:
    """Return the rules that are answered by DuckDB, whatever engine typed the records.

    They are about a figure of all records, compare each with one, or are SQL of their own.

    Raises:
        CheckError: a rule cannot be compiled.
    """
    from quality.gate.plan import compile_plan

    types = typed_schema(catalog, resource)
    plan = compile_plan(resource, rules_for(catalog, resource), today, types)
    shape = feed_shape(resource, types)
    return tuple(judge.rule.code for judge in plan.judges if _is_here(judge, plan, shape))


def _is_here(judge: Judge, plan: Plan, shape: Mapping[str, str]) -> bool:
    """Say whether DuckDB answers a rule."""
    asks, kind = judge.asks, kind_of(judge.rule.kind)
    if asks is None or judge.late is not None or not kind.told_elsewhere:
        return True
    return asks not in plan.flags and not _said_of_feed(asks, shape)


def _said_of_feed(condition: str, shape: Mapping[str, str]) -> bool:
    """Say whether a condition over a typed feed can be told."""
    from storage.engines.spark.rendering import rendered

    feed = identifier(FEED)
    try:
        rendered(f"SELECT _row FROM {feed} WHERE {condition}", _Feed(shape), PLAIN)
    except NotSaidAlike:
        return False
    return True


@dataclass(frozen=True)
class _Feed:
    """A typed feed by its name, where only words are asked about."""

    columns: Mapping[str, str]

    def named(self, name: str) -> Leaf:
        """Return the feed; of any other relation only what its own query names is looked at."""
        return _leaf(name, self.columns)

    def read(self, files: object) -> Leaf:
        """Return the feed, which is what every file holds."""
        del files
        return _leaf(FEED, self.columns)


def _leaf(name: str, columns: Mapping[str, str]) -> Leaf:
    from storage.engines.spark.sources import Leaf

    return Leaf(name, columns)


class SecondEngine:
    """A session of the second engine beside a bench, opened when a bundle first goes there."""

    def __init__(
        self, con: Connection, folder: Path, catalog: Catalog, address: Address | None
    ) -> None:
        self._con = con
        self._catalog = catalog
        self._address = address
        self._elsewhere = None if address is None else Elsewhere(con, folder, address, PLAIN)

    def takes(self, resource: Resource, rows: int) -> bool:
        """Say whether a bundle of so many records is typed there.

        Raises:
            SettingsError: the resource asks for it, and it is not installed or its address unknown.
        """
        return goes_there(resource.ref, resource.engine, rows, self._address)

    def typed(
        self, resource: Resource, landed: Landed, rows: int, marks: Mapping[str, str]
    ) -> Typed | None:
        """Type landed records there; None where the choice is open and it cannot be told all.

        Raises:
            NotSaidAlike: the resource asks for it, and it cannot be told all; nothing was begun.
            SecondEngineError: it did not do what it was asked.
        """
        from storage.engines.spark.rendering import LANDED, rendered
        from storage.engines.spark.session import Job

        elsewhere = self._elsewhere
        assert elsewhere is not None  # noqa: S101 - `takes` has said so
        folder = elsewhere.begin()
        source = self._source(resource, landed, folder)
        names = {*pq.read_schema(source).names}
        columns = {
            name: _LANDED_TYPES.get(name, "VARCHAR")
            for name in (*_LANDED_TYPES, *feed_columns(resource.feed), *resource.former.values())
            if name in names
        }
        query = typed_sql(self._catalog, resource, Landed(source, landed.read_as), marks)
        try:
            said = rendered(query, columns, PLAIN)
        except NotSaidAlike:
            if resource.engine is Engine.AUTO:
                return None
            raise
        looked_up = {
            view: [elsewhere.copied(f"FROM {identifier(name)}", folder / f"{view}.parquet")]
            for name, view in said.relations.items()
        }
        read = {LANDED: [source], **looked_up}
        job = Job(said, read, folder / "rows", rows, resource.ref, {LANDED: columns})
        files = elsewhere.session.write(job)
        feed = feed_over(self._con, parquet(files))
        self._require_shape(resource, feed, marks)
        return Typed(replace(feed, elsewhere=elsewhere))

    def worked_out(self, resource: Resource, typed: Typed, rows: int) -> Typed:
        """Work out there a typed feed that is a view; as it is where that is open and not alike.

        Raises:
            NotSaidAlike: the resource asks for it, and it cannot be told all; nothing was begun.
            SecondEngineError: it did not do what it was asked.
        """
        elsewhere = self._elsewhere
        assert elsewhere is not None  # noqa: S101 - `takes` has said so
        elsewhere.begin()
        shape = self._shape(typed.feed)
        try:
            source = elsewhere.answer(f"SELECT * FROM {typed.feed.sql}", resource.ref, rows)
        except NotSaidAlike:
            if resource.engine is Engine.AUTO:
                return typed
            raise
        feed = feed_over(self._con, source)
        self._require_same(resource, feed, shape)
        return Typed(replace(feed, elsewhere=elsewhere))

    def interrupt(self) -> None:
        """Give up what is running there, from another thread."""
        if self._elsewhere is not None:
            self._elsewhere.interrupt()

    def close(self) -> None:
        """End the session."""
        if self._elsewhere is not None:
            self._elsewhere.close()

    def _source(self, resource: Resource, landed: Landed, folder: Path) -> Path:
        """Return the one Parquet file with the landed records; of several, or of text, a copy."""
        only = listed(landed.rows)
        if len(only) == 1 and isinstance(only[0], Path):
            return only[0]
        found = landed_sql(landed.rows, feed_columns(resource.feed), resource.former)
        names = identifiers([*_LANDED_TYPES, *feed_columns(resource.feed)])
        assert self._elsewhere is not None  # noqa: S101 - see `typed`
        return self._elsewhere.copied(f"SELECT {names} FROM {found}", folder / "landed.parquet")

    def _require_shape(self, resource: Resource, feed: Relation, marks: Mapping[str, str]) -> None:
        """Compare the columns that came back with those of the typed feed."""
        shape = feed_shape(resource, typed_schema(self._catalog, resource))
        wanted = shape | dict.fromkeys(marks, "BIGINT")
        self._require_same(resource, feed, wanted)

    def _require_same(self, resource: Resource, feed: Relation, wanted: Mapping[str, str]) -> None:
        if self._shape(feed) != wanted:
            raise SecondEngineError(
                "the second engine wrote other columns or types than it was asked for",
                where=resource.ref,
                remedy="set `engine: duckdb` in the resource, and report the edition of the engine",
            )

    def _shape(self, feed: Relation) -> dict[str, str]:
        found = self._con.execute(f"DESCRIBE {feed.sql}").fetchall()
        return {name: kind for name, kind, *_ in found}
