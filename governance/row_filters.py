"""Row conditions as Polars expressions: the rows that a grant or an open set covers.

Belongs here: rendering conditions with typed literals. Keep out: masks; a filter is applied to the
stored values, before any mask. A row whose value is null fulfils no comparison, as in SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Condition
from catalog_specs.vocabulary import ItemType

__all__ = ["render_filter"]

_COMPARE = {"eq": eq, "ne": ne, "lt": lt, "le": le, "gt": gt, "ge": ge}


def render_filter(catalog: Catalog, resource: Resource, conditions: Sequence[Condition]) -> pl.Expr:
    """Return the conjunction of all conditions; true when there are none.

    Raises:
        AccessError: a condition names an item that is not stored here, or a value that is not of
            the item's type. A filter that cannot be understood lets no row through.
    """
    return reduce(and_, (_condition(catalog, resource, c) for c in conditions), pl.lit(value=True))


def _condition(catalog: Catalog, resource: Resource, condition: Condition) -> pl.Expr:
    stored = {item.code: item for item in resource.stored}
    where = f"{resource.ref}.{condition.item}"
    if condition.item not in stored:
        raise _unusable("a row condition names an item that is not stored here", where)
    kind = catalog.element_of(stored[condition.item]).type
    column = pl.col(condition.item)
    match condition.op:
        case "is_null":
            return column.is_null()
        case "not_null":
            return column.is_not_null()
        case "in":
            wanted = condition.value if isinstance(condition.value, tuple) else ()
            same = (column == _literal(one, kind, where) for one in wanted)
            return reduce(or_, same, pl.lit(value=False))
        case "starts_with":
            if kind is not ItemType.STRING or not isinstance(condition.value, str):
                raise _unusable("`starts_with` needs an item and a value that are text", where)
            return column.str.starts_with(pl.lit(condition.value))
        case _:
            compared: pl.Expr = _COMPARE[condition.op](
                column, _literal(condition.value, kind, where)
            )
            return compared


def _literal(value: Any, kind: ItemType, where: str) -> pl.Expr:  # noqa: ANN401 - it is checked here
    """Return a literal of the item's own type, so that nothing is compared by a silent cast."""
    typed = _typed(value, kind)
    if typed is None:
        raise _unusable(f"a row condition's value is not of type {kind.value}", where)
    return pl.lit(typed)


def _typed(value: Any, kind: ItemType) -> Any:  # noqa: ANN401
    match kind:
        case ItemType.STRING:
            return value if isinstance(value, str) else None
        case ItemType.BOOLEAN:
            return value if isinstance(value, bool) else None
        case ItemType.INTEGER:
            whole = isinstance(value, int) and not isinstance(value, bool)
            return value if whole else None
        case ItemType.DECIMAL:
            return _decimal(value)
        case ItemType.DATE:
            return _day(value)
        case ItemType.DATETIME:
            return _moment(value)


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _only_date(value)
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo is None else None
    except ValueError:
        return None
    day = _only_date(value)
    return None if day is None else datetime.combine(day, time())


def _only_date(value: object) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _unusable(what: str, where: str) -> AccessError:
    return AccessError(what, where=where, remedy="correct the condition in the grant or open set")
