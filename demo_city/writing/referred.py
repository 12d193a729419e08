"""Referred items: copies of another register's facts, with a few deliberate mistakes.

Belongs here: filling in from the source and going wrong on purpose. Keep out: gate defects.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Item, Resource
from catalog_specs.vocabulary import ItemType

__all__ = ["MISTAKEN", "fill_in", "mistaken_ids"]

MISTAKEN = "_mistaken"
"""Item whose value a row gets wrong, or null."""
ONE_IN = 500
LEAST = 2
FEW = 40

States = Callable[[str], pl.DataFrame]
"""Gives the state of a resource, by `<department>/<resource>`, after the round in question."""


def mistaken_ids(resource: Resource, rows: pl.DataFrame) -> pl.DataFrame:
    """Return `_id` and `_mistaken` for the rows whose department got a referred item wrong."""
    items = [item.code for item in resource.referred]
    if not items or rows.height < FEW:
        return pl.DataFrame(schema={"_id": rows.schema["_id"], MISTAKEN: pl.String})
    step = min(ONE_IN, rows.height // (LEAST * 2))
    chosen = rows.select("_id").gather_every(step, offset=step // 2)
    turn = pl.int_range(pl.len()) % len(items)
    return chosen.with_columns(
        turn.replace_strict(dict(enumerate(items)), return_dtype=pl.String).alias(MISTAKEN)
    )


def fill_in(
    catalog: Catalog, resource: Resource, frame: pl.DataFrame, states: States
) -> pl.DataFrame:
    """Return the frame with its referred items: the source's values, wrong where `_mistaken`."""
    for owner in dict.fromkeys(
        (item.source or "").rpartition(".")[0] for item in resource.referred
    ):
        items = [item for item in resource.referred if (item.source or "").startswith(f"{owner}.")]
        source = states(owner)
        keys = {
            item.code: item.source.rpartition(".")[2]
            for item in resource.items
            if item.source and item.source.startswith(f"{owner}.") and item.code in resource.key
        }
        wanted = source.select(
            *(pl.col(theirs).alias(mine) for mine, theirs in keys.items()),
            *(pl.col((one.source or "").rpartition(".")[2]).alias(one.code) for one in items),
        )
        frame = frame.join(wanted, on=list(keys), how="left", maintain_order="left")
    wrong = (wrongly(catalog, item).alias(item.code) for item in resource.referred)
    return frame.with_columns(*wrong)


def wrongly(catalog: Catalog, item: Item) -> pl.Expr:
    """Return an item's values, another one of its domain on the rows that get it wrong."""
    element = catalog.element_of(item)
    column = pl.col(item.code)
    if element.type is ItemType.DATE:
        other = column.dt.offset_by("-1d")
    elif element.code_list is not None:
        first, second = list(catalog.code_lists[element.code_list].values)[1:3]
        other = pl.when(column == first).then(pl.lit(second)).otherwise(pl.lit(first))
    else:
        last = pl.when(column.str.ends_with("华")).then(pl.lit("英")).otherwise(pl.lit("华"))
        other = column.str.head(-1) + last
    return pl.when(pl.col(MISTAKEN) == item.code).then(other).otherwise(column)
