"""Ledgers: append-only tables of facts, each entered once and never changed.

Belongs here: what every ledger has in common: making rows of facts and facts of rows, recording
once, reading back. Keep out: what any of them means (each is a value in the package that knows).
A ledger may gain a column at any time: a stored table gains it with the next fact, and until then,
and in older rows, it reads as null, or as the default of the fact's field.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from enum import Enum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.kept_rows import Wanted, rows_of_files
from storage.delta.table_shape import Shape, arrow_schema
from storage.delta.tables import glance
from storage.layout import Layout
from storage.places.object_path import Place

__all__ = ["Ledger"]

SMALL_FILES = 16
"""A ledger with more small files than this has them joined: every commit and every reader pays for
each of them, and joining so many costs as much as two or three commits."""

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True)
class Ledger(Generic[T]):
    """One ledger: its table, the frozen value that a row is, and what makes a fact the same fact.

    `once` names a fact, or several that are recorded together: what was recorded under that name
    is not recorded again, whoever tries. `order` are the columns that facts are read in the order
    of. `to_row` and `from_row` stand where the fields of a fact are not simply its columns: they
    make the one of the other. A row that was not read whole lacks columns.
    """

    name: str
    shape: Shape
    value: type[T]
    once: Callable[[Sequence[T]], str]
    order: tuple[str, ...] = ()
    to_row: Callable[[T], Mapping[str, Any]] | None = None
    from_row: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None

    def path(self, layout: Layout) -> Place:
        """Return where the ledger's table lies."""
        return layout.ledger(self.name)

    def record(self, layout: Layout, facts: Sequence[T]) -> bool:
        """Append facts in one commit; False when they were recorded before, or there are none."""
        if not facts:
            return False
        return self.record_rows(layout, self.rows(facts), self.once(facts))

    def record_rows(self, layout: Layout, rows: pa.Table, once: str) -> bool:
        """Append facts that are rows already, under the name by which they are recorded once."""
        if not rows.num_rows:
            return False
        commit = Commit(once, 1, {"ledger": self.name})
        return append(self.path(layout), rows, commit, self.shape, SMALL_FILES)

    def rows(self, facts: Sequence[T]) -> pa.Table:
        """Return facts as the rows that are stored of them."""
        if not facts:  # of lists, even empty ones, Arrow makes columns with pandas, and imports it
            return pa.Table.from_batches([], self._schema)
        write = self.to_row or _columns_of
        rows = [write(fact) for fact in facts]
        columns = {name: [_stored(row[name]) for row in rows] for name in self.shape.names}
        return pa.table(columns, schema=self._schema)

    def read(
        self, layout: Layout, resource: str | None = None, columns: Sequence[str] | None = None
    ) -> tuple[T, ...]:
        """Return the facts, of one resource or of all, in order.

        With `columns` only these are read; the fields of others have their defaults.
        """
        return tuple(map(self.fact, self.table(layout, resource, columns).to_pylist()))

    def table(
        self, layout: Layout, resource: str | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Return the rows as they are stored, one after another in order, for whoever has many."""
        names = tuple(name for name in self.shape.names if columns is None or name in columns)
        found = glance(self.path(layout))
        files: Sequence[str] = () if found is None else found.files
        only = None
        if found is not None and resource is not None:
            files, only = found.files_with("resource", resource), ("resource", resource)
        order = tuple(name for name in self.order if name in names)
        # the log names the newest file first: the other way round, facts mostly lie in order
        return rows_of_files([*reversed(files)], Wanted(self._schema, names, only, order))

    @cached_property
    def _schema(self) -> pa.Schema:
        return arrow_schema(self.shape.columns)

    def fact(self, row: Mapping[str, Any]) -> T:
        """Return the fact that a row is."""
        given = self.from_row(row) if self.from_row else row
        return self.value(
            **{
                name: read(given[name])
                for name, (read, optional) in _kinds(self.value).items()
                if name in given and not (optional and given[name] is None)
            }
        )


def _columns_of(fact: DataclassInstance) -> Mapping[str, Any]:
    return {one.name: getattr(fact, one.name) for one in fields(fact)}


def _stored(value: Any) -> Any:  # noqa: ANN401 - a cell
    return value.value if isinstance(value, Enum) else value


@cache
def _kinds(value: type[DataclassInstance]) -> Mapping[str, tuple[Callable[[Any], Any], bool]]:
    """Return how each field of a value is made of a cell, and whether it has a default."""
    hints = get_type_hints(value)
    return {
        one.name: (_reader(hints[one.name]), one.default is not MISSING) for one in fields(value)
    }


def _reader(hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a type hint
    """Return what makes a value of a type from a cell: enums and tuples are stored as others."""
    if get_origin(hint) in {Union, types.UnionType}:
        hint = next(one for one in get_args(hint) if one is not type(None))
    made: Any = get_origin(hint) or hint
    if made is tuple or (isinstance(made, type) and issubclass(made, Enum)):
        return lambda cell: None if cell is None else made(cell)
    return lambda cell: cell
