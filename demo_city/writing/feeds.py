"""Content of a delivery: the whole register, new records, or operations.

Belongs here: the records of a delivery before anything goes wrong, as texts. Keep out: defects,
files.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.models.feed import Changes
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedFormat, FeedKind
from demo_city.society.history import History
from demo_city.writing.referred import MISTAKEN, States, fill_in
from demo_city.writing.render import OPERATION, SEQUENCE
from demo_city.writing.text import texts

__all__ = ["DELETE", "Handed", "hand_over"]

INSERT, UPDATE, DELETE = "I", "U", "D"
TWICE_ONE_IN = 3
"""Of so many touched rows of a change feed one is touched twice in the same round."""
FIRST_SEQUENCE = 100_000
ROUND_SEQUENCES = 10_000_000


@dataclass(frozen=True)
class Handed:
    """The records of a delivery.

    `texts` are the cells; `facts` says of each record `_id`, `_kind` (I, U, D), `_final` (the last
    word on its row in this delivery), `_arrival`, `_spoken`, `_leaves`, `_mistaken`.
    """

    texts: pl.DataFrame
    facts: pl.DataFrame


def hand_over(
    catalog: Catalog, history: History, number: int, owed: pl.Series, states: States
) -> Handed:
    """Return what a department hands over in a round; `owed` are ids to be corrected."""
    resource = history.resource
    frame = records(history, number, owed)
    filled = fill_in(catalog, resource, frame, states)
    cells = texts(catalog, resource, filled)
    if resource.feed.changes is not None:
        cells = operations(resource, cells, frame, number)
    facts = frame.select("_id", "_kind", "_final", "_arrival", "_spoken", "_leaves", MISTAKEN)
    return Handed(cells, facts)


def records(history: History, number: int, owed: pl.Series) -> pl.DataFrame:
    """Return the rows that a kind of feed hands over, with `_kind` and `_final`."""
    state = history.state(number).with_columns(
        _kind=pl.when(pl.col("_arrival") == number).then(pl.lit(INSERT)).otherwise(pl.lit(UPDATE)),
        _final=pl.lit(value=True),
    )
    if history.resource.feed.kind is FeedKind.SNAPSHOT:
        return state
    touched = history.touched.get(number)
    moved = touched["_id"] if touched is not None else owed.clear()
    told = pl.concat([moved, owed.cast(moved.dtype)]).unique()
    news = state.filter((pl.col("_arrival") == number) | pl.col("_id").is_in(told.implode()))
    if history.resource.feed.kind is FeedKind.UPSERT:
        return news
    twice = moved.sort().gather_every(TWICE_ONE_IN)
    before = (
        history.state(number - 1)
        .filter(pl.col("_id").is_in(twice.implode()))
        .with_columns(_kind=pl.lit(UPDATE), _final=pl.lit(value=False))
    )
    gone = history.leaving(number).with_columns(_kind=pl.lit(DELETE), _final=pl.lit(value=True))
    return pl.concat([news, gone, before])


def operations(
    resource: Resource, cells: pl.DataFrame, frame: pl.DataFrame, number: int
) -> pl.DataFrame:
    """Add the operation and sequence columns to the cells of a change feed's records.

    The first words on rows stand at the end of the file: only the sequence tells their order.
    """
    changes = resource.feed.changes
    if changes is None:
        return cells
    if resource.feed.format is FeedFormat.JSONL:
        cells = cells.with_columns(
            pl.when(frame["_kind"] == DELETE).then(None).otherwise(item.code).alias(item.code)
            for item in resource.items
            if item.code not in resource.key
        )
    first = FIRST_SEQUENCE + number * ROUND_SEQUENCES
    order = frame.select(pl.struct("_final", pl.int_range(pl.len())).rank("ordinal")).to_series()
    return cells.with_columns(
        operation_words(changes, frame["_kind"]).alias(OPERATION),
        (order.cast(pl.Int64) + first).cast(pl.String).alias(SEQUENCE),
    )


def operation_words(changes: Changes, kinds: pl.Series) -> pl.Expr:
    """Return the feed's words for the operations; where it has several, in turn."""
    words = {INSERT: changes.insert, UPDATE: changes.update, DELETE: changes.delete}
    turn = pl.int_range(pl.len())
    return pl.coalesce(
        pl.when((kinds == kind) & (turn % len(said) == which)).then(pl.lit(text))
        for kind, said in words.items()
        for which, text in enumerate(said)
    )
