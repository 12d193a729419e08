"""Look-ups: whether a list holds a value, asked of every record in a layer of its own.

Belongs here: reading `x IN (SELECT …)`, the column that answers it. Keep out: what else an
expression holds (`expressions`), queries in which values are looked up (`rendering`). Imported
inside functions only.
One engine runs no such query as a value, the other none within a function; both run `EXISTS` as a
column of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from sqlglot import exp

from storage.engines.spark.closed_list import NotSaidAlike

__all__ = ["Lookups", "column", "members", "select_of"]

_RECORDS, _LISTED = "_records", "_listed"
_NEVER_NULL = frozenset({"_row"})
"""Columns of ours that every record has."""
Listing = Callable[[exp.Expression], tuple[exp.Expression, list[str]]]
"""Renders a query in which values are looked up; returns its columns too."""


class Lookups:
    """The look-ups of one layer; `relations` are those of the whole query, name → name there."""

    def __init__(self, relations: dict[str, str], listing: Listing) -> None:
        self._relations = relations
        self._listing = listing
        self._asked: dict[str, exp.Expression] = {}
        """Name of a column → whether a list holds a value."""

    def found(self, values: Sequence[exp.Expression], query: exp.Expression) -> exp.Expression:
        """Return whether a list holds rendered values: null where one is, as IN itself would be.

        Raises:
            NotSaidAlike: the query is no plain list, or may hold nulls.
        """
        there, listed = self._listed(query)
        if len(listed) != len(values):
            raise NotSaidAlike("a look-up of another number of columns")
        same = [
            exp.EQ(this=column(name, _LISTED), expression=_of_records(one))
            for name, one in zip(listed, values, strict=True)
        ]
        there.set("alias", exp.TableAlias(this=exp.to_identifier(_LISTED, quoted=True)))
        asked = exp.Exists(this=exp.select("1").from_(there).where(exp.and_(*same)))
        known = (name for name, sql in self._asked.items() if sql == asked)
        name = next(known, f"_found_{len(self._asked)}")
        self._asked.setdefault(name, asked)
        present = [exp.not_(exp.Is(this=one.copy(), expression=exp.null())) for one in values]
        return exp.Case(ifs=[exp.If(this=exp.and_(*present), true=column(name))])

    def _listed(self, query: exp.Expression) -> tuple[exp.Expression, list[str]]:
        """Return where values are listed: a relation that is brought there, or a query over some.

        Raises:
            NotSaidAlike: a null could be among them.
        """
        if not isinstance(query, exp.Select) or not all(_never_null(query)):
            raise NotSaidAlike("a look-up that is no plain list without nulls")
        given = {key for key, value in query.args.items() if value}
        source = query.args["from_"].this
        if given != {"expressions", "from_", "where"} or not isinstance(source, exp.Table):
            return self._listing(query)
        if not all(isinstance(one, exp.Column) for one in query.expressions):
            raise NotSaidAlike("a look-up that is no plain list without nulls")
        view = self._relations.setdefault(source.name, f"looked_up_{len(self._relations)}")
        return exp.table_(view, quoted=True), [one.name for one in query.expressions]

    def beneath(self, source: exp.Expression, columns: Mapping[str, object]) -> exp.Expression:
        """Return a source with a column for every look-up that was asked over its columns."""
        if not self._asked:
            return source
        kept = {name: column(name, _RECORDS) for name in columns}
        source.set("alias", exp.TableAlias(this=exp.to_identifier(_RECORDS, quoted=True)))
        return exp.Subquery(this=select_of(source, kept | self._asked))


def column(name: str, table: str | None = None) -> exp.Column:
    """Name a column."""
    return exp.column(name, table=table, quoted=True)


def select_of(source: exp.Expression, columns: Mapping[str, exp.Expression]) -> exp.Select:
    """Return the SELECT of columns by name; the vendor's own builders copy the whole tree."""
    listed = [
        exp.Alias(this=sql, alias=exp.to_identifier(name, quoted=True))
        for name, sql in columns.items()
    ]
    return exp.Select(expressions=listed, from_=exp.From(this=source))


def members(value: exp.Expression) -> Sequence[exp.Expression]:
    """Return what is looked up together."""
    inner = value.this if isinstance(value, exp.Paren) else value
    return inner.expressions if isinstance(inner, exp.Tuple) else [inner]


def _never_null(query: exp.Select) -> list[bool]:
    """Say of each column of a query whether it can hold no null."""
    where, source = query.args.get("where"), query.args["from_"].this
    met = where.this.unnest() if where is not None else exp.true()
    conditions = met.flatten() if isinstance(met, exp.And) else [met]
    present = _NEVER_NULL | {_present(one.unnest()) for one in conditions}
    inner = source.unnest() if isinstance(source, exp.Subquery) else None
    if isinstance(inner, exp.Select):
        within = zip(inner.expressions, _never_null(inner), strict=True)
        present |= {one.alias_or_name for one, never in within if never}
    return [_held(one.unalias(), present) for one in query.expressions]


def _held(node: exp.Expression, present: AbstractSet[str | None]) -> bool:
    """Say whether a value is there, wherever those of some columns are."""
    if isinstance(node, exp.Column):
        return node.name in present
    if isinstance(node, exp.Paren | exp.Max | exp.IntDiv):
        return _held(node.this, present)
    return False


def _present(node: exp.Expression) -> str | None:
    """Return the column of which a condition says that it is not null; None of any other."""
    inner = node.this.unnest() if isinstance(node, exp.Not) else None
    if not isinstance(inner, exp.Is) or inner.expression != exp.null():
        return None
    return inner.this.name if isinstance(inner.this, exp.Column) else None


def _of_records(node: exp.Expression) -> exp.Expression:
    """Name the records in every column, for a list may have one that is called the same."""

    def named(part: exp.Expression) -> exp.Expression:
        return column(part.name, _RECORDS) if isinstance(part, exp.Column) else part

    return node.transform(named)
