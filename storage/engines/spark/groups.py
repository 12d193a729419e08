"""Groups of rows: what is worked out over several of them, said so that both engines agree.

Belongs here: counts, the highest number, and the row before in an order that leaves no choice. Keep
out: what stands in one row (`expressions`), how rows are grouped (`rendering`). Imported inside
functions only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from sqlglot import exp

from storage.engines.spark.closed_list import SPARED, NotSaidAlike
from storage.engines.spark.kinds import Columns, kind_of

__all__ = ["OVER_ROWS"]

_NUMBER = "_row"
"""The column by whose order rows are numbered: no two of a delivery have the same, and none has
null, so that there is one order."""


class Saying(Protocol):
    """Whoever renders the parts of an expression over columns."""

    @property
    def columns(self) -> Columns:
        """Return the columns of the source."""

    def said(self, node: exp.Expression) -> exp.Expression:
        """Render one expression."""


def _counted(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render the number of rows of a group, or of the different values that it has."""
    if isinstance(node.this, exp.Distinct):
        listed = node.this.expressions
        if len(listed) != 1 or None in [kind_of(one, by.columns) for one in listed]:
            raise NotSaidAlike("a count of different values whose type nobody knows")
        return exp.Count(this=exp.Distinct(expressions=[*map(by.said, listed)]))
    if not isinstance(node.this, exp.Star):
        raise NotSaidAlike("a count of anything but rows")
    return exp.Count(this=exp.Star())


def _highest(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render the highest number of a group."""
    if kind_of(node.this, by.columns) != "NUMBER" or node.args.get("expressions"):
        raise NotSaidAlike("the highest of what are no numbers")
    return exp.Max(this=by.said(node.this))


def _in_order(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render the place of a row among those of a key, or a value of the row before it."""
    asked, order = node.this, node.args.get("order")
    given = {key for key, value in node.args.items() if value}
    if given != {"this", "partition_by", "order", "over"} or len(order.expressions) != 1:
        raise NotSaidAlike("a window of another kind")
    (one,) = order.expressions
    if one.args.get("desc") or not isinstance(one.this, exp.Column) or one.this.name != _NUMBER:
        raise NotSaidAlike("a window over rows in another order than that of their numbers")
    if isinstance(asked, exp.Lag) and not (asked.args.get("offset") or asked.args.get("default")):
        made: exp.Expression = exp.Lag(this=by.said(asked.this))
    elif isinstance(asked, exp.RowNumber):
        made = exp.RowNumber()
    else:
        raise NotSaidAlike("a window of another function")
    numbered = exp.Ordered(this=by.said(one.this), desc=False, nulls_first=True)
    return exp.Window(
        this=made,
        partition_by=[by.said(part) for part in node.args["partition_by"]],
        order=exp.Order(expressions=[numbered]),
        over="OVER",
    )


def _spared(by: Saying, node: exp.Expression) -> exp.Expression:
    """Render that a grouping is not spared; no other question whether there are rows is said."""
    del by
    asked = node.this
    source = asked.args["from_"].this.unnest() if isinstance(asked, exp.Select) else None
    if not isinstance(source, exp.Select) or tuple(source.named_selects) != SPARED:
        raise NotSaidAlike("a question whether there are rows")
    return exp.true()


OVER_ROWS: Mapping[str, Callable[[Saying, exp.Expression], exp.Expression]] = {
    "Count": _counted,
    "Max": _highest,
    "Window": _in_order,
    "Exists": _spared,
}
