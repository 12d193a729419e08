"""Row conditions as Polars expressions: the rows that a grant or an open set covers.

Belongs here: rendering conditions with typed literals, and refusing those that tell too much. Keep
out: what a condition means (`catalog_specs.rules.leaving`). A filter is applied to the stored
values, before any mask. A row whose value is null fulfils no comparison, as in SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.models.condition import Condition
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Exit
from catalog_specs.rules.leaving.conditions import condition_faults, tells_more, typed_value
from governance.masks.columns import mask_of, stored_item

__all__ = ["check_filter", "render_filter"]

_COMPARE = {"eq": eq, "ne": ne, "lt": lt, "le": le, "gt": gt, "ge": ge}


def check_filter(catalog: Catalog, source: Exit) -> None:
    """Check that row conditions ask only for visible parts of items: each reveals every row.

    Raises:
        AccessError: a condition tells more of its item than its mask would leave.
    """
    resource = catalog.resource(source.resource)
    for condition in source.where:
        item = stored_item(resource, condition.item)
        mask = mask_of(catalog, resource, item, source)
        if tells_more(condition, mask, catalog.element_of(item).type):
            raise AccessError(
                "the rows are chosen by what may not be seen of the item",
                where=f"{resource.ref}.{item.code}",
                remedy="choose them by an item that may be seen, or by a border of its mask",
            )


def render_filter(catalog: Catalog, resource: Resource, conditions: Sequence[Condition]) -> pl.Expr:
    """Return the conjunction of all conditions; true when there are none.

    Raises:
        AccessError: a condition names an item that is not stored here, or does not fit its type or
            its code list. A filter that cannot be understood lets no row through.
    """
    return reduce(and_, (_condition(catalog, resource, c) for c in conditions), pl.lit(value=True))


def _condition(catalog: Catalog, resource: Resource, condition: Condition) -> pl.Expr:
    element = catalog.element_of(stored_item(resource, condition.item))
    for fault in condition_faults(catalog, element, condition):
        raise AccessError(
            f"the {'operator' if fault.part == 'op' else 'value'} of a row condition {fault.what}",
            where=f"{resource.ref}.{condition.item}",
            remedy="correct the condition in the grant or open set",
        )
    column = pl.col(condition.item)
    # Literals of the item's own type, so that nothing is compared by a silent cast.
    literals = [pl.lit(typed_value(value, element.type)) for value in condition.values]
    match condition.op:
        case "is_null":
            return column.is_null()
        case "not_null":
            return column.is_not_null()
        case "in":
            return reduce(or_, (column == one for one in literals), pl.lit(value=False))
        case "starts_with":
            return column.str.starts_with(literals[0])
        case _:
            compared: pl.Expr = _COMPARE[condition.op](column, literals[0])
            return compared
