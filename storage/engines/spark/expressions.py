"""Expressions: what stands in one SELECT, said so that both engines work out the same.

Belongs here: the rewrite of every kind of node. Keep out: where an expression stands (`rendering`),
lists that are looked up (`lookups`). Imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import exp

from storage.engines.spark.closed_list import ARITHMETIC, COMPARISONS, SAID_ALIKE, NotSaidAlike
from storage.engines.spark.date_forms import spark_form
from storage.engines.spark.groups import OVER_ROWS
from storage.engines.spark.kinds import Columns, kind_of, parts_of, spark_type, type_of
from storage.engines.spark.lookups import Lookups, members
from storage.engines.spark.patterns import found_anywhere, like_text, whole_text
from storage.engines.spark.sums import exact
from storage.engines.spark.text_functions import TEXT_FUNCTIONS, text_of

__all__ = ["Expressions"]

_NO_YEAR = "0000"
_READING = "try_strptime"
_TRUTH = {"t": exp.true, "f": exp.false}
"""How DuckDB repeats what is true and what is false in a view."""


class Expressions:
    """The expressions of one SELECT, over the columns of its source."""

    def __init__(
        self, columns: Columns, own: Mapping[str, exp.Expression], lookups: Lookups | None
    ) -> None:
        self._columns = columns
        self._own = own
        self._lookups = lookups
        self._bound: frozenset[str] = frozenset()

    @property
    def columns(self) -> Columns:
        """Return the columns of the source."""
        return self._columns

    def bound(self, name: str, value: exp.Expression) -> Expressions:
        """Return the expressions in which a name stands for a value, or its parts for theirs."""
        found: dict[str, str | None] = {name: type_of(value, self._columns)}
        if isinstance(value, exp.Struct):
            for one in value.expressions:
                found[f"{name}.{one.this.name}"] = type_of(one.expression, self._columns)
        elif isinstance(value, exp.Bracket):  # of what is bound itself
            found |= {f"{name}.{part}": kind for part, kind in parts_of(value, self._columns)}
        made = Expressions({**self._columns, **found}, self._own, self._lookups)
        made._bound = self._bound | {name}
        return made

    def said(self, node: exp.Expression) -> exp.Expression:
        """Render one expression.

        Raises:
            NotSaidAlike: it has something that is not on the closed list.
        """
        name = type(node).__name__
        rewrite = _REWRITES.get(name)
        if rewrite is not None:
            return rewrite(self, node)
        if name in COMPARISONS:
            return self._comparison(node)
        if name in ARITHMETIC and _over_items(node, self._columns):
            parts = [self.said(node.this), self.said(node.expression)]
            return exact(node, type_of(node, self._columns), parts)
        if name not in ARITHMETIC and name not in SAID_ALIKE:
            raise NotSaidAlike(_called(node))
        if isinstance(node, exp.Column):
            return self._named(node)
        return type(node)(**{key: self._part(value) for key, value in node.args.items()})

    def _named(self, node: exp.Column) -> exp.Expression:
        """Render a column, a bound name, or a part of what it stands for."""
        if node.table in self._bound:
            if f"{node.table}.{node.name}" not in self._columns:
                raise NotSaidAlike(f"the part {node.name}")
            return exp.Dot(
                this=exp.to_identifier(node.table), expression=exp.to_identifier(node.name)
            )
        if node.name in self._bound and not node.table:
            return exp.to_identifier(node.name)
        if node.name not in self._columns:
            raise NotSaidAlike(f"the column {node.name}")
        return node.copy()

    def _part(self, value: object) -> object:
        if isinstance(value, list):
            return [self._part(one) for one in value]
        return self.said(value) if isinstance(value, exp.Expression) else value

    def _comparison(self, node: exp.Expression) -> exp.Expression:
        listed = node.expression.this if isinstance(node.expression, exp.Any) else None
        if listed is not None and isinstance(node, exp.EQ):  # so a look-up is repeated in a view
            return self.one_of(exp.In(this=node.this, query=listed))
        left, right = self._alike(self.said(node.this), self.said(node.expression))
        if isinstance(node, exp.NullSafeEQ):
            # for `IS NOT DISTINCT FROM` one of them joins each row with each one
            return exp.Anonymous(this="equal_null", expressions=[left, right])
        return type(node)(this=left, expression=right)

    def _alike(
        self, left: exp.Expression, right: exp.Expression
    ) -> tuple[exp.Expression, exp.Expression]:
        """Return two values as they can be compared: each engine casts what is left to it its way.

        One of them compares a day with a moment in nanoseconds, of which 2999 has too many.
        """
        kinds = [kind_of(one, self._columns) for one in (left, right)]
        if None in kinds or kinds[0] == kinds[1]:
            return left, right
        if set(kinds) == {"DATE", "MOMENT"}:
            return _moment(left), _moment(right)
        if isinstance(right, exp.Literal) and right.is_string:
            kind = spark_type(type_of(left, self._columns) or "")
            return left, exp.cast(right, kind, dialect="spark")
        raise NotSaidAlike(f"a comparison of a {kinds[0]} with a {kinds[1]}".lower())

    def between(self, node: exp.Expression) -> exp.Expression:
        """Render two bounds as the two comparisons they are."""
        low, high = node.args["low"], node.args["high"]
        bounds = exp.GTE(this=node.this, expression=low), exp.LTE(this=node.this, expression=high)
        return exp.Paren(this=exp.and_(*map(self.said, bounds)))

    def one_of(self, node: exp.Expression) -> exp.Expression:
        """Render a list of values, or a look-up."""
        query = node.args.get("query")
        if query is not None and self._lookups is not None:
            values = [self.said(one) for one in members(node.this)]
            return self._lookups.found(values, query.unnest())
        value = self.said(node.this)
        listed = [self._alike(value, self.said(one))[1] for one in node.expressions]
        return exp.In(this=value, expressions=listed)

    def pattern(self, node: exp.Expression) -> exp.Expression:
        """Render a regular expression, of a whole text or found anywhere."""
        if node.args.get("flag") or node.args.get("options"):
            raise NotSaidAlike("a regular expression with options")
        written = whole_text if isinstance(node, exp.RegexpFullMatch) else found_anywhere
        pattern = exp.Literal.string(written(text_of(node.expression)))
        return exp.RegexpLike(this=self.said(node.this), expression=pattern)

    def like(self, node: exp.Expression) -> exp.Expression:
        """Render the comparison with a text in which some signs stand for any."""
        pattern = exp.Literal.string(like_text(text_of(node.expression)))
        made = exp.RegexpLike(this=self.said(node.this), expression=pattern)
        return exp.not_(made) if node.args.get("negate") else made

    def written(self, node: exp.Expression) -> exp.Expression:
        """Render a text or a number that is written down, and no float."""
        if not node.is_string and "E" in node.name.upper():
            raise NotSaidAlike("a number with an exponent")
        return node.copy()

    def negative(self, node: exp.Expression) -> exp.Expression:
        """Render a number below zero that is written down."""
        if not isinstance(node.this, exp.Literal) or node.this.is_string:
            raise NotSaidAlike("the negative of what is no written number")
        return node.copy()

    def cast(self, node: exp.Expression) -> exp.Expression:
        """Render a cast; of a text to a time without the year 0, which only some engines know."""
        kind = spark_type(node.to.sql(dialect="duckdb"))
        if kind == "boolean" and isinstance(node.this, exp.Literal) and node.this.name in _TRUTH:
            return _TRUTH[node.this.name]()
        value = self.said(node.this)
        # what is not said to be safe is written as a plain cast, which raises
        safe = isinstance(node, exp.TryCast)
        made = type(node)(this=value, to=exp.DataType.build(kind, dialect="spark"), safe=safe)
        if not safe or kind not in {"date", "timestamp_ntz"}:
            return made
        year = exp.Substring(
            this=value.copy(), start=exp.Literal.number(1), length=exp.Literal.number(4)
        )
        known = exp.NEQ(this=year, expression=exp.Literal.string(_NO_YEAR))
        return exp.Case(ifs=[exp.If(this=known, true=made)])

    def shown(self, node: exp.Expression) -> exp.Expression:
        """Render a moment as a text."""
        form = exp.Literal.string(spark_form(text_of(node.args["format"])))
        return exp.Anonymous(this="date_format", expressions=[self.said(node.this), form])

    def differs(self, node: exp.Expression) -> exp.Expression:
        """Render "is another", where two nulls are none."""
        return exp.not_(
            self._comparison(exp.NullSafeEQ(this=node.this, expression=node.expression))
        )

    def floored(self, node: exp.Expression) -> exp.Expression:
        """Render the whole number below one with a point; of any other, engines make a float."""
        if not isinstance(node.this, exp.Cast) or not node.this.to.is_type("decimal"):
            raise NotSaidAlike("the floor of what is not cast to a decimal")
        return exp.Floor(this=self.said(node.this))

    def parted(self, node: exp.Expression) -> exp.Expression:
        """Render a division of whole numbers, by a number that is written down."""
        whole = type_of(node.this, self._columns) == "BIGINT"
        if not (whole and isinstance(node.expression, exp.Literal) and node.expression.is_int):
            raise NotSaidAlike("a division of anything but whole numbers")
        return exp.IntDiv(this=self.said(node.this), expression=node.expression.copy())

    def hashed(self, values: Sequence[exp.Expression]) -> exp.Expression:
        """Render a hash, which leaves out what is null there: so it is told which values are.

        It is another number in each engine, and can be compared with its own kind alone. What is
        never true and no constant comes first: of a file in which every value is the same, Sail
        makes one hash and finds no other.
        """
        told: list[exp.Expression] = [_never()]
        for value in values:
            if kind_of(value, self._columns) is None:
                raise NotSaidAlike("a hash of a value whose type nobody knows")
            made = self.said(value)
            told += [exp.Is(this=made.copy(), expression=exp.null()), made]
        return exp.Anonymous(this="xxhash64", expressions=told)

    def called(self, node: exp.Expression) -> exp.Expression:
        """Render what the parser knows no function of: one of ours, or the reading of a time."""
        name, given = node.name.lower(), node.expressions
        body = self._own.get(name)
        if body is not None:
            return exp.paren(self.said(body.transform(_placed(given[0]))))
        if name != _READING:
            raise NotSaidAlike(f"the function {name}")
        value, form = given
        read = [self.said(value), exp.Literal.string(spark_form(text_of(form), reading=True))]
        moment = exp.Anonymous(this="try_to_timestamp", expressions=read)
        return exp.cast(moment, "timestamp_ntz", dialect="spark")


_REWRITES: Mapping[str, Callable[[Any, exp.Expression], exp.Expression]] = {
    **TEXT_FUNCTIONS,
    **OVER_ROWS,
    "Between": Expressions.between,
    "In": Expressions.one_of,
    "RegexpFullMatch": Expressions.pattern,
    "RegexpLike": Expressions.pattern,
    "Like": Expressions.like,
    "Literal": Expressions.written,
    "Neg": Expressions.negative,
    "Cast": Expressions.cast,
    "TryCast": Expressions.cast,
    "TimeToStr": Expressions.shown,
    "Anonymous": Expressions.called,
    "NullSafeNEQ": Expressions.differs,
    "IntDiv": Expressions.parted,
    "Floor": Expressions.floored,
}


def _never() -> exp.Expression:
    return exp.LT(this=exp.Anonymous(this="rand"), expression=exp.Literal.number(0))


def _called(node: exp.Expression) -> str:
    name = node.sql_name() if isinstance(node, exp.Func) else type(node).__name__
    return f"the function or operator {name.lower()}"


def _over_items(node: exp.Expression, columns: Columns) -> bool:
    """Say whether items are added up; no item is a small number, those are counts of ours."""
    inner = node.unnest()
    if isinstance(inner, exp.Column):
        return type_of(inner, columns) != "INT"
    parts = (inner.this, inner.expression) if isinstance(inner, exp.Add | exp.Sub | exp.Mul) else ()
    return any(_over_items(one, columns) for one in parts)


def _moment(value: exp.Expression) -> exp.Expression:
    return exp.cast(value, "timestamp_ntz", dialect="spark")


def _placed(value: exp.Expression) -> Callable[[exp.Expression], exp.Expression]:
    """Return what puts a value in the place of the argument `s`."""

    def placed(part: exp.Expression) -> exp.Expression:
        return value.copy() if isinstance(part, exp.Column) and part.name == "s" else part

    return placed
