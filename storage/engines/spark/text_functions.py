"""Text functions: what normalisation is made of, said so that both engines work out the same.

Belongs here: replacing, translating, taking apart, and names bound to a value. Keep out: what else
an expression is made of (`expressions`), patterns themselves (`patterns`). Imported inside
functions only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from sqlglot import exp

from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.patterns import found_anywhere

__all__ = ["TEXT_FUNCTIONS", "text_of"]

_GROUP = re.compile(r"\\([0-9])")
_PLAIN_REPLACEMENT = re.compile(r"(?:\\[1-9]|[^\\$A-Za-z0-9_])*")
"""Groups, and signs that follow a group's number in no engine as if they were part of it."""
_MOST_PAIRS = 2_000
"""Names of a code list that are written out, one after another."""


class Saying(Protocol):
    """Whoever renders the parts of an expression."""

    def said(self, node: exp.Expression) -> exp.Expression:
        """Render one expression."""

    def bound(self, name: str, value: exp.Expression) -> Saying:
        """Return who renders an expression in which a name stands for a value."""


def text_of(node: exp.Expression) -> str:
    """Return a text that is written down."""
    if not (isinstance(node, exp.Literal) and node.is_string):
        raise NotSaidAlike("a pattern or format that is no literal")
    return str(node.name)


def _replaced(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render the replacing of every place that a pattern finds, or of the one that it can find."""
    pattern, put = text_of(node.expression), text_of(node.args["replacement"])
    modifiers = node.args.get("modifiers")
    whole = pattern.startswith("^") and pattern.endswith("$") and "|" not in pattern
    if not ((modifiers is None and whole) or (modifiers is not None and modifiers.name == "g")):
        raise NotSaidAlike("the replacing of the first place that a pattern finds")
    if not _PLAIN_REPLACEMENT.fullmatch(put):
        raise NotSaidAlike("a replacement that engines read differently")
    said = [by.said(node.this), exp.Literal.string(found_anywhere(pattern))]
    put = exp.Literal.string(_GROUP.sub(r"$\1", put))
    return exp.Anonymous(this="regexp_replace", expressions=[*said, put])


def _extracted(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render what a pattern finds first, or a group of it; nothing found is an empty text."""
    group = node.args.get("group")
    if node.args.get("parameters") or not (group is None or group.is_int):
        raise NotSaidAlike("the extracting of several groups")
    said = [by.said(node.this), exp.Literal.string(found_anywhere(text_of(node.expression)))]
    number = exp.Literal.number(int(group.name) if group is not None else 0)
    return exp.Anonymous(this="regexp_extract", expressions=[*said, number])


def _translated(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render the exchange of characters, each by the one in its place."""
    given, put = text_of(node.args["from_"]), text_of(node.args["to"])
    if len(given) != len(put) or len({*given}) != len(given):
        raise NotSaidAlike("an exchange of characters that leaves some out")
    listed = [by.said(node.this), exp.Literal.string(given), exp.Literal.string(put)]
    return exp.Anonymous(this="translate", expressions=listed)


def _contained(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render whether a text has another in it."""
    text_of(node.expression)
    return exp.Anonymous(this="contains", expressions=[by.said(node.this), node.expression.copy()])


def _trimmed(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render the taking away of one sign from one end."""
    sign, end = node.expression, node.args.get("position")
    if sign is None or len(text_of(sign)) != 1 or end not in {"LEADING", "TRAILING"}:
        raise NotSaidAlike("the trimming of what is no single sign")
    return exp.Trim(this=by.said(node.this), expression=sign.copy(), position=end)


def _piece(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render a piece between signs, counted from 1."""
    sign, place = node.args["delimiter"], node.args["part_index"]
    if not text_of(sign) or not isinstance(place, exp.Literal) or int(place.name) < 1:
        raise NotSaidAlike("a piece that is not counted from the first")
    listed = [by.said(node.this), sign.copy(), place.copy()]
    return exp.Anonymous(this="split_part", expressions=listed)


def _repeated(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render a text that is written down several times."""
    if not node.args["times"].is_int:
        raise NotSaidAlike("a repetition of another number of times each time")
    return exp.Repeat(this=by.said(node.this), times=node.args["times"].copy())


def _midnight(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render the beginning of a moment's day."""
    if node.text("unit").upper() != "DAY":
        raise NotSaidAlike("the beginning of anything but a day")
    day = exp.cast(by.said(node.this), "date", dialect="spark")
    return exp.cast(day, "timestamp_ntz", dialect="spark")


def _structure(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render values under names."""
    parts: list[exp.Expression] = []
    for one in node.expressions:
        if not isinstance(one, exp.PropertyEQ):
            raise NotSaidAlike("a structure without names")
        parts += [exp.Literal.string(one.this.name), by.said(one.expression)]
    return exp.Anonymous(this="named_struct", expressions=parts)


def _element(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render `[expression FOR name IN [value]][1]`, which names a value; or a listed text."""
    made, place = node.this, node.expressions
    if isinstance(made, exp.Array) and isinstance(place[0], exp.Add):
        return _listed(by, made, place[0])
    each = made.expressions[0] if isinstance(made, exp.Array) and made.expressions else None
    listed = each.args.get("iterator") if isinstance(each, exp.Comprehension) else None
    if each is None or not isinstance(listed, exp.Array) or len(listed.expressions) != 1:
        raise NotSaidAlike("an element of a list")
    if each.args.get("condition") or [part.name for part in place] != ["0"]:
        raise NotSaidAlike("an element of a list")
    name, value = each.expression.name, listed.expressions[0]
    if not isinstance(value, exp.Bracket) and value.find(exp.Comprehension):
        # one engine then has two kinds of text, and takes neither for the other
        raise NotSaidAlike("a number that is normalised twice")
    body = by.bound(name, value).said(each.this)
    function = exp.Lambda(this=body, expressions=[exp.to_identifier(name)])
    several = exp.Anonymous(this="array", expressions=[by.said(value)])
    mapped = exp.Anonymous(this="transform", expressions=[several, function])
    return exp.Anonymous(this="element_at", expressions=[mapped, exp.Literal.number(1)])


def _listed(by: Saying, texts: exp.Array, place: exp.Add) -> exp.Expression:
    """Render one of several texts that are written down: `['a', 'b'][1 + place]`."""
    if place.this != exp.Literal.number(1):
        raise NotSaidAlike("an element of a list")
    words = [exp.Literal.string(text_of(one)) for one in texts.expressions]
    several = exp.Anonymous(this="array", expressions=words)
    counted = exp.cast(by.said(place), "int", dialect="spark")
    return exp.Anonymous(this="element_at", expressions=[several, counted])


def _code(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render the looking up of a value in pairs that are written down, each value once."""
    inner = node.this
    given = {key for key, value in inner.args.items() if value}
    source = inner.args["from_"].this if given == {"expressions", "from_", "where"} else None
    where = inner.args["where"].this if source is not None else None
    if not isinstance(source, exp.Values) or not isinstance(where, exp.EQ):
        raise NotSaidAlike("a query as a value")
    named = [one.name for one in source.args["alias"].columns]
    wanted = [one.name for one in inner.expressions]
    if named != [where.this.name, *wanted] or len(source.expressions) > _MOST_PAIRS:
        raise NotSaidAlike("a query as a value")
    pairs = [one.expressions for one in source.expressions]
    if len({text_of(name) for name, _ in pairs}) != len(pairs):
        raise NotSaidAlike("a query as a value")
    value = by.said(where.expression)
    cases = [
        exp.If(this=exp.EQ(this=value.copy(), expression=name.copy()), true=code.copy())
        for name, code in pairs
    ]
    return exp.Case(ifs=cases)


TEXT_FUNCTIONS: Mapping[str, Callable[[Saying, exp.Expression], exp.Expression]] = {
    "RegexpReplace": _replaced,
    "RegexpExtract": _extracted,
    "Translate": _translated,
    "Contains": _contained,
    "Trim": _trimmed,
    "SplitPart": _piece,
    "Repeat": _repeated,
    "TimestampTrunc": _midnight,
    "Struct": _structure,
    "Bracket": _element,
    "Subquery": _code,
}
