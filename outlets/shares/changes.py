"""The changes of an extract: the masked rows that there are more or fewer of since it was made.

Belongs here: following a table's change feed under the conditions and masks of a grant. Keep out:
the feed itself (`storage.delta.change_feed`), writing (`outlets.shares.parts`).
A row of an extract is a function of one stored row. So what the rows that left and came look like
under the masks is all that can differ, and where both look alike nothing does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from governance.keys import DerivedKey
from outlets.shares.plan import Part
from storage.delta.change_feed import CHANGE, POST, changed_files
from storage.delta.table_shape import Column

__all__ = ["Change", "change_of"]

_MOST = 0.2
"""Share of a table's rows above which its feed costs more than the table."""
_FEW = 10_000
"""Rows that are always worth reading."""


@dataclass(frozen=True)
class Change:
    """What becomes of one extract: `net` has each row that differs once, `count` says by how many.

    `came` are the rows that are new in the table, to be judged as those of a part are. `concerns`
    says whether any granted row left or came, also where the masks make them look alike.
    """

    net: pl.DataFrame
    count: str
    came: tuple[Part, ...]
    concerns: bool


def change_of(part: Part, key: DerivedKey | None, before: Mapping[str, Any]) -> Change | None:
    """Return what changed since an extract was made, as its state remembers it.

    None where the feed cannot tell: another grant, mask, key or table made the extract, or
    `changed_files` cannot follow. Then the extract is made of the whole table.
    """
    if part.found is None or before.get("form") != part.form:
        return None
    if before.get("table") != part.found.table_id:
        return None
    since = int(before["version"]), before.get("entry")
    changed = changed_files(part.found, since, max(_FEW, int(_MOST * part.found.rows())))
    if changed is None:
        return None
    post = pl.col(CHANGE).is_in(POST)
    came = (*_rows(part, changed.came), *_rows(part, changed.told, post))
    left = (*_rows(part, changed.left), *_rows(part, changed.told, ~post))
    if not _any(part, (*changed.came, *changed.left, *changed.told)):
        return Change(pl.DataFrame(), "", (), concerns=False)
    count = "more" + "_" * max(map(len, part.shape.names))  # longer than every column
    signed = [
        one.frame(key).with_columns(pl.lit(sign, pl.Int64).alias(count))
        for sign, parts in ((1, came), (-1, left))
        for one in parts
    ]
    empty = part.frame(key).clear().with_columns(pl.lit(0, pl.Int64).alias(count))
    totals = pl.concat((empty, *signed)).group_by(part.shape.names).agg(pl.col(count).sum())
    net = totals.filter(pl.col(count) != 0).collect(engine="streaming")
    return Change(net, count, came, concerns=True)


def _any(part: Part, files: tuple[str, ...]) -> bool:
    """Say whether a row is granted among these; no mask is laid for that."""
    return any(
        bool(one.granted().head(1).select(pl.len()).collect().item()) for one in _rows(part, files)
    )


def _rows(part: Part, files: tuple[str, ...], only: pl.Expr | None = None) -> Iterator[Part]:
    """Yield the part as if its table held these files alone; nothing when there are none."""
    if part.found is None or not files:
        return
    of_files = replace(part, found=replace(part.found, files=files))
    if only is None:
        yield of_files
    else:
        source = (*part.source, Column(CHANGE, "VARCHAR"))
        yield replace(of_files, source=source, rows=part.rows & only)
