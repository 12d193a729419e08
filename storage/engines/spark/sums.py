"""Sums: items that are added or subtracted, said so that both engines overflow at the same place.

Belongs here: the type that DuckDB gives a sum, and writing one of that very type. Keep out: what
else an expression holds (`expressions`). Imported inside functions only.
DuckDB brings both sides to the type of the result, and raises where either of them or the result
does not fit. Others add with a digit more, or wrap around.
"""

from __future__ import annotations

import re

from sqlglot import exp

from storage.engines.spark.closed_list import NotSaidAlike

__all__ = ["exact", "sum_type"]

_POINTED = re.compile(r"DECIMAL\((\d+), ?(\d+)\)")
_WHOLE = {"INT": 10, "INTEGER": 10, "BIGINT": 19}
"""Type of whole numbers → the digits it has where it meets a decimal."""
_SHORT, _LONG = 18, 38
"""Digits of decimals that DuckDB keeps in 64 bits, which it does not leave for a sum; the most."""


def sum_type(left: str, right: str) -> str | None:
    """Return the type of a sum as DuckDB calls it; None where either is no exact number."""
    if left in _WHOLE and right in _WHOLE:
        return "BIGINT" if "BIGINT" in {left, right} else "INT"
    sizes = _size(left), _size(right)
    if sizes[0] is None or sizes[1] is None:
        return None
    (wide, scale), (other_wide, other_scale) = sizes[0], sizes[1]
    most, scale_of_sum = max(wide, other_wide), max(scale, other_scale)
    needed = max(scale_of_sum + max(wide - scale, other_wide - other_scale), most) + 1
    if most <= _SHORT < needed:
        needed = _SHORT
    return f"DECIMAL({min(needed, _LONG)},{scale_of_sum})"


def exact(node: exp.Expression, kind: str | None, parts: list[exp.Expression]) -> exp.Expression:
    """Return a sum of rendered parts, of the type that DuckDB gives it; beyond it, it raises.

    Raises:
        NotSaidAlike: it is no sum of exact numbers, or needs more digits than every engine has.
    """
    size = None if kind is None else _size(kind)
    if size is None or not isinstance(node, exp.Add | exp.Sub):
        raise NotSaidAlike("arithmetic with a column that is no sum of numbers")
    if size[0] >= _LONG:  # one more is needed while it is added
        raise NotSaidAlike(f"a sum of more than {_LONG - 1} digits")
    within = f"DECIMAL({size[0]},{size[1]})"
    left, right = (exp.cast(part, within, dialect="spark") for part in parts)
    made = type(node)(this=left, expression=right)
    cast = exp.cast(made, "bigint" if kind in _WHOLE else within, dialect="spark")
    # a bare cast that is compared with a number is taken away by one engine, and raises no more
    return exp.Coalesce(this=cast, expressions=[exp.null()])


def _size(kind: str) -> tuple[int, int] | None:
    """Return the digits of a type of numbers, all and those behind the point."""
    found = _POINTED.fullmatch(kind)
    if found is not None:
        return int(found[1]), int(found[2])
    return (_WHOLE[kind], 0) if kind in _WHOLE else None
