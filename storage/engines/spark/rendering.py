"""Rendering: a query of this project, written for DuckDB, said in the words of Spark SQL.

Belongs here: the shape of a query, down to its sources. Keep out: which words are known at all
(`closed_list`), single expressions (`expressions`), what the innermost names stand for (`sources`),
sending it (`session`). Imported inside functions only.
Stars are written out, because one of the engines has no `EXCEPT`; look-ups become columns of a
layer of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlglot import exp

from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.expressions import Expressions
from storage.engines.spark.kinds import Columns, type_of
from storage.engines.spark.lookups import Lookups, column, select_of
from storage.engines.spark.sources import LANDED, LandedRecords, Leaf, Sources, parsed

__all__ = ["LANDED", "Said", "rendered"]

_PARTS = frozenset({"expressions", "from_", "joins", "where", "group", "having", "distinct"})
_JOINS = frozenset(
    {("", ""), ("", "INNER"), ("LEFT", ""), ("FULL", ""), ("", "SEMI"), ("", "ANTI")}
)
"""(side, kind) of joins that every engine has."""
_HASH = "_hash"
_ONE_SIDED = frozenset({"SEMI", "ANTI"})


@dataclass(frozen=True)
class Said:
    """A query for the second engine; `relations` it looks values up in: name → name there."""

    sql: str
    relations: Mapping[str, str]


def rendered(query: str, sources: Sources | Columns, own: Mapping[str, str]) -> Said:
    """Render a query over its sources; columns and types alone are those of landed records.

    `own` are functions of this project: name → the expression of its one argument `s`.

    Raises:
        NotSaidAlike: the query has something that is not known to mean the same.
    """
    found = LandedRecords(sources) if isinstance(sources, Mapping) else sources
    rendering = _Rendering(found, {name: _read(sql) for name, sql in own.items()})
    made, _ = rendering.query(parsed(query))
    return Said(made.sql(dialect="spark", identify=True, copy=False), rendering.relations)


@cache
def _read(sql: str) -> exp.Expression:
    """Read a function of ours once; nobody changes what was read."""
    return parsed(sql)


@dataclass(frozen=True)
class _Source:
    """What stands behind FROM or JOIN, rendered, and its columns; by its alias, if it has one."""

    made: exp.Expression
    alias: str
    columns: Columns


@dataclass
class _Rendering:
    sources: Sources
    own: Mapping[str, exp.Expression]
    relations: dict[str, str] = field(default_factory=dict)

    def query(self, tree: exp.Expression) -> tuple[exp.Expression, Columns]:
        """Render a SELECT or a union of several; returns its columns too."""
        if isinstance(tree, exp.Subquery):
            return self.query(tree.this)
        if isinstance(tree, exp.Union):
            return self._records(tree) if tree.args.get("by_name") else self._union(tree)
        return self._select(tree)

    def _select(self, tree: exp.Expression) -> tuple[exp.Expression, Columns]:
        given = {key for key, value in tree.args.items() if value}
        if not isinstance(tree, exp.Select) or not given <= _PARTS or "expressions" not in given:
            raise NotSaidAlike(f"a query with {', '.join(sorted(given - _PARTS)) or 'no source'}")
        if "from_" not in given:
            return self._nothing(tree)
        first = tree.args["from_"].this
        joins = [*(tree.args.get("joins") or ()), *(first.args.get("joins") or ())]
        source = self._source(first)
        beside = [(one, self._source(one.this)) for one in joins]
        scope = [source, *(made for one, made in beside if one.kind not in _ONE_SIDED)]
        columns = _together([source, *(made for _, made in beside)])
        lookups = Lookups(self.relations, self._listing)
        expressions = Expressions(columns, self.own, lookups)
        listed = _starless(tree, scope)
        made = {name: _column(name, sql, expressions) for name, sql in listed.items()}
        rest = _rest(tree, expressions)
        over = lookups.beneath(source.made, source.columns)
        if over is not source.made:
            if joins:
                raise NotSaidAlike("a look-up beside a join")
            over.set("alias", _alias(source.alias))
        selected = select_of(over, made)
        selected.set("joins", [self._join(one, source, side, expressions) for one, side in beside])
        for name, part in rest.items():
            selected.set(name, part)
        return selected, {name: type_of(sql, columns) for name, sql in made.items()}

    def _join(
        self, one: exp.Join, first: _Source, side: _Source, expressions: Expressions
    ) -> exp.Join:
        kind = (one.side, one.kind)
        if kind not in _JOINS or one.args.get("method"):
            raise NotSaidAlike("a join of another kind")
        on, using = one.args.get("on"), one.args.get("using") or ()
        if using and one.kind in _ONE_SIDED and first.alias and side.alias:
            # what is joined by a name has no longer two of it in one of the engines
            named = [part.name for part in using]
            on = exp.and_(
                *(
                    exp.EQ(this=column(c, first.alias), expression=column(c, side.alias))
                    for c in named
                )
            )
        elif on is None:
            raise NotSaidAlike("a join without a condition")
        said = f"LEFT {one.kind}" if one.kind in _ONE_SIDED else one.kind
        return exp.Join(
            this=side.made, side=one.side or None, kind=said or None, on=expressions.said(on)
        )

    def _source(self, source: exp.Expression) -> _Source:
        alias = source.alias
        if isinstance(source, exp.Table) and isinstance(source.this, exp.ReadParquet):
            found: Leaf | exp.Expression = self.sources.read(source.this)
        elif isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
            found = self.sources.named(source.name)
            alias = alias or (source.name if source.name != LANDED else "")
        elif isinstance(source, exp.Subquery):
            found = source.this
        else:
            raise NotSaidAlike("a source that is neither a query nor the landed records")
        if isinstance(found, Leaf):
            made, columns = exp.table_(found.view, quoted=True), found.columns
        else:
            query, columns = self.query(found)
            made = exp.Subquery(this=query)
        made.set("alias", _alias(alias))
        return _Source(made, alias, columns)

    def _union(self, union: exp.Expression) -> tuple[exp.Expression, Columns]:
        """Render all rows of two queries with the same columns in the same order."""
        if union.args.get("distinct") or not isinstance(union, exp.Union):
            raise NotSaidAlike("a union without doubles")
        (left, columns), (right, others) = map(self.query, (union.this, union.expression))
        if [*columns] != [*others]:
            raise NotSaidAlike("a union of different columns")
        return exp.Union(this=left, expression=right, distinct=False), columns

    def _records(self, union: exp.Expression) -> tuple[exp.Expression, Columns]:
        """Read files, and as null the columns that none of them has."""
        read, absent = union.this.unnest(), union.expression.unnest()
        source, never = read.args["from_"].this, absent.args.get("where")
        reads = isinstance(source, exp.Table) and isinstance(source.this, exp.ReadParquet)
        if not reads or never is None or not _is_false(never.this):
            raise NotSaidAlike("a union of several sources")
        leaf = self.sources.read(source.this)
        columns = dict(leaf.columns)
        listed: dict[str, exp.Expression] = {name: column(name) for name in columns}
        for one in absent.expressions:
            if one.alias not in columns:
                columns[one.alias] = type_of(one.unalias(), {})
                listed[one.alias] = Expressions({}, {}, None).said(one.unalias())
        return select_of(exp.table_(leaf.view, quoted=True), listed), columns

    def _nothing(self, tree: exp.Expression) -> tuple[exp.Expression, Columns]:
        """Render a SELECT of no source, which is said to have no rows."""
        where = tree.args.get("where")
        if where is None or not _is_false(where.this):
            raise NotSaidAlike("a query of no source")
        listed = {one.alias: one.unalias() for one in tree.expressions}
        made = {name: Expressions({}, {}, None).said(sql) for name, sql in listed.items()}
        empty = exp.Select(
            expressions=[
                exp.Alias(this=sql, alias=exp.to_identifier(name, quoted=True))
                for name, sql in made.items()
            ],
            where=exp.Where(this=exp.false()),
        )
        return empty, {name: type_of(sql, {}) for name, sql in listed.items()}

    def _listing(self, query: exp.Expression) -> tuple[exp.Expression, list[str]]:
        """Render a query that values are looked up in; returns its columns' names."""
        inner = query.copy()
        for place, one in enumerate(inner.expressions):
            if not isinstance(one, exp.Alias | exp.Column):
                one.replace(exp.Alias(this=one.copy(), alias=exp.to_identifier(f"_value_{place}")))
        made, columns = self.query(inner)
        return exp.Subquery(this=made), [*columns]


def _column(name: str, sql: exp.Expression, expressions: Expressions) -> exp.Expression:
    """Render a column; only one that is called so may hold a hash, and nobody takes it for more."""
    if name == _HASH and isinstance(sql, exp.Anonymous) and sql.name == "hash":
        return expressions.hashed(sql.expressions)
    return expressions.said(sql)


def _rest(tree: exp.Expression, expressions: Expressions) -> dict[str, exp.Expression]:
    """Render what stands behind the sources of a SELECT."""
    found: dict[str, exp.Expression] = {}
    for name in ("where", "having"):
        part = tree.args.get(name)
        if part:
            found[name] = type(part)(this=expressions.said(part.this))
    group, distinct = tree.args.get("group"), tree.args.get("distinct")
    if group:
        if {key for key, value in group.args.items() if value} != {"expressions"}:
            raise NotSaidAlike("groups that are not listed")
        found["group"] = exp.Group(expressions=[*map(expressions.said, group.expressions)])
    if distinct:
        if distinct.args.get("on"):
            raise NotSaidAlike("one row for each of some values")
        found["distinct"] = exp.Distinct()
    return found


def _alias(name: str) -> exp.TableAlias | None:
    return exp.TableAlias(this=exp.to_identifier(name, quoted=True)) if name else None


def _together(sources: list[_Source]) -> Columns:
    """Return the columns of all sources; of those that several have, the type they agree in."""
    found: dict[str, str | None] = {}
    for source in sources:
        for name, kind in source.columns.items():
            found[name] = kind if found.get(name, kind) == kind else None
    return found


def _is_false(node: exp.Expression) -> bool:
    """Say whether a condition is never met, as it is written or as DuckDB repeats it."""
    return node == exp.false() or (isinstance(node, exp.Cast) and node.this.name == "f")


def _starless(tree: exp.Expression, scope: list[_Source]) -> dict[str, exp.Expression]:
    """Return column → expression of a SELECT, its stars written out."""
    found: dict[str, exp.Expression] = {}
    for one in tree.expressions:
        of = one.table if isinstance(one, exp.Column) and isinstance(one.this, exp.Star) else None
        if not isinstance(one, exp.Star) and of is None:
            _added(found, {one.alias_or_name: one.unalias()})
            continue
        star = one if of is None else one.this
        left_out = {part.name for part in star.args.get("except_") or ()}
        replaced = {part.alias: part.this for part in star.args.get("replace") or ()}
        sources = [source for source in scope if of in (None, source.alias)]
        if len(sources) != 1:
            raise NotSaidAlike("all columns of several sources")
        kept = (name for name in sources[0].columns if name not in left_out)
        by = sources[0].alias or None
        _added(found, {name: replaced.get(name, column(name, by)) for name in kept})
    return found


def _added(found: dict[str, exp.Expression], more: Mapping[str, exp.Expression]) -> None:
    if found.keys() & more.keys():
        raise NotSaidAlike("two columns of one name")
    found.update(more)
