"""The closed list: what SQL for the second engine may be made of, and the word for all else.

Belongs here: those names. Keep out: how each is written (`rendering`, `patterns`).
What is not on the list has not been compared between the engines, and is refused before any work
begins: engines differ silently in what looks alike.
"""

from __future__ import annotations

__all__ = ["ARITHMETIC", "COMPARISONS", "KINDS", "SAID_ALIKE", "SPARED", "NotSaidAlike"]

SAID_ALIKE = frozenset(
    {"And", "Boolean", "Case", "Coalesce", "Column", "ConcatWs", "DPipe", "DataType"}
    | {"DataTypeParam", "Extract", "Greatest", "Identifier", "If", "In", "Is", "Least", "Left"}
    | {"Length", "Literal", "Mod", "Not", "Null", "Nullif", "Or", "Pad", "Paren", "Replace"}
    | {"StartsWith", "StrPosition", "Substring", "Var"}
)
"""Nodes that mean the same in every engine when they are written as its dialect writes them."""
COMPARISONS = frozenset({"EQ", "NEQ", "GT", "GTE", "LT", "LTE", "NullSafeEQ"})
ARITHMETIC = frozenset({"Add", "Sub", "Mul"})
"""Alike only where nothing can overflow, which small numbers cannot; of items, sums alone."""
SPARED = ("_before", "_ahead")
"""Columns of a query that asks whether rows lie out of the order of a key, which spares a grouping
where none does. Whoever is not told of it groups, and finds the same."""
KINDS = {
    "VARCHAR": "TEXT",
    "TEXT": "TEXT",
    "BIGINT": "NUMBER",
    "INT": "NUMBER",
    "INTEGER": "NUMBER",
    "DECIMAL": "NUMBER",
    "DOUBLE": "NUMBER",
    "BOOLEAN": "TRUTH",
    "DATE": "DATE",
    "TIMESTAMP": "MOMENT",
    "TIMESTAMPNTZ": "MOMENT",
}
"""Type → what it can be compared with."""


class NotSaidAlike(Exception):  # noqa: N818 - a fact about a text, which its reader words
    """Something that is not on the list; `what` names it, and holds no value."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
