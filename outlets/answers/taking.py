"""Taking a list under a request that was admitted: read, and held to what may be asked.

Belongs here: which item its ids are values of, the day's budget, the coverage of what it finds.
Keep out: reading files (`lists`), the figures and patterns themselves (`patterns`).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from governance.masks.columns import stored_item
from outlets.answers.asking import Admitted
from outlets.answers.ledger import asked_on
from outlets.answers.lists import ID, Given, read_list
from outlets.answers.patterns import hold_coverage, hold_list
from outlets.shares.plan import Part
from storage.delta.extracts import scan

__all__ = ["chosen", "hold_found", "take_list"]


def take_list(asked: Admitted, file: Path, column: str, *, once: bool) -> Given:
    """Read a list of ids and hold it to the day's budget and to what ids of business look like.

    `once` says whether an id may be in it once only.

    Raises:
        AnswerError: it cannot be read, asks too much, or looks made up.
    """
    request, catalog = asked.request, asked.request.catalog
    item = stored_item(catalog.resource(asked.ref), asked.match)
    checked = catalog.element_of(item).check is not None
    given = read_list(file, column, (item.code, catalog.name_of(item)), folded=checked)
    before = asked_on(request.layout, request.grant, request.day)
    ids = given.rows[ID].drop_nulls()
    hold_list(ids, before, catalog.profile.answering, checked=checked, once=once)
    return given


def chosen(asked: Admitted, given: Given) -> pl.Expr:
    """Return the condition that a row is of an id in the list."""
    ids = given.rows[ID].drop_nulls().unique()
    return key_of(asked).is_in(ids.implode())


def key_of(asked: Admitted) -> pl.Expr:
    """Return the stored ids, as lists have them."""
    return pl.col(asked.match).cast(pl.String)


def hold_found(asked: Admitted, part: Part, found: int) -> None:
    """Hold what a list found to what one list may find.

    Raises:
        AnswerError: it covers too much of what is granted.
    """
    figures = asked.request.catalog.profile.answering
    if part.found is None or found < figures.telling.value:
        return
    granted = scan(part.found, part.source).filter(part.rows).select(key_of(asked).n_unique())
    hold_coverage(found, int(granted.collect(engine="streaming").item()), figures)
