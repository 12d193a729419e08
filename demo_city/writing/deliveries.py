"""One delivery: from records to a file, with its answers.

Belongs here: planting defects into a delivery's cells, numbering its records, answering for it.
Keep out: how rounds follow each other (`rounds`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.refusals import DeliveryRefusal
from demo_city.answer_key import PASSED, REJECTED, Expected, Quarantined
from demo_city.writing.defects import Defect
from demo_city.writing.feeds import DELETE, Handed
from demo_city.writing.referred import MISTAKEN
from demo_city.writing.render import SEQUENCE, Sheet, render
from demo_city.writing.standing import Standing, Told, settle
from demo_city.writing.text import kinds
from storage.digests import sha256_of

__all__ = ["MISSING_COLUMN", "Made", "make_delivery", "make_refused"]

MISSING_COLUMN = DeliveryRefusal.COLUMNS


@dataclass(frozen=True)
class Made:
    """A file, what must become of it, and what stands afterwards."""

    content: bytes
    expected: Expected
    standing: Standing


def make_delivery(
    catalog: Catalog,
    resource: Resource,
    handed: Handed,
    defects: Sequence[Defect],
    before: Standing,
) -> Made:
    """Return the file of a delivery with its defects planted (round and file name left open)."""
    cells = spoil_cells(handed.texts, defects)
    own = cells.head(handed.texts.height)
    kept = frozenset(one.place for one in defects if one.rules and not one.added)
    after = settle(resource, before, Told(own, handed.facts, kept))
    raw = {one.place: one.raw for one in defects if one.raw}
    content = render(resource.feed, Sheet(cells, kinds(catalog, resource), raw))
    expected = Expected(
        round=0,
        department=resource.provider,
        resource=resource.resource,
        file="",
        sha256=sha256_of(content),
        rows=cells.height,
        expect=PASSED,
        quarantined=numbered(handed.texts.height, defects),
        inserted=after.inserted,
        updated=after.updated,
        deleted=after.deleted,
        reconciliation=mismatches(resource, handed, kept),
        warned=dict(sorted(Counter(code for one in defects for code in one.warned).items())),
    )
    return Made(content, expected, after)


def make_refused(catalog: Catalog, resource: Resource, handed: Handed, before: Standing) -> Made:
    """Return a file that lacks a declared column: it is refused whole and changes nothing."""
    lacking = next(item.code for item in resource.items if item.code not in resource.key)
    sheet = Sheet(handed.texts, kinds(catalog, resource), without=frozenset({lacking}))
    content = render(resource.feed, sheet)
    rows = handed.texts.height
    expected = Expected(
        round=0,
        department=resource.provider,
        resource=resource.resource,
        file="",
        sha256=sha256_of(content),
        rows=rows,
        expect=REJECTED,
        quarantined=tuple(Quarantined(row, (MISSING_COLUMN,)) for row in range(1, rows + 1)),
    )
    return Made(content, expected, before)


def spoil_cells(cells: pl.DataFrame, defects: Sequence[Defect]) -> pl.DataFrame:
    """Return the cells with spoilt texts; twins and added records stand at the end."""
    besides = [one for one in defects if one.added or one.twin]
    height = cells.height
    whole = pl.concat([cells, cells[[one.place for one in besides]]]) if besides else cells
    places = {id(one): height + place for place, one in enumerate(besides)}
    edits: dict[str, dict[int, str | None]] = {}
    for one in defects:
        for code, text in one.texts.items():
            edits.setdefault(code, {})[places.get(id(one), one.place)] = text
    if SEQUENCE in whole.columns:
        top = int(str(cells[SEQUENCE].cast(pl.Int64).max()))
        added = [places[id(one)] for one in besides if one.added]  # a twin has its record's number
        fresh: dict[int, str | None] = {place: str(top + place - height + 1) for place in added}
        edits[SEQUENCE] = fresh | edits.get(SEQUENCE, {})
    return whole.with_columns(
        whole[code].scatter(list(by_place), pl.Series(list(by_place.values()), dtype=pl.String))
        for code, by_place in edits.items()
    )


def numbered(height: int, defects: Sequence[Defect]) -> tuple[Quarantined, ...]:
    """Return the record numbers of what must be quarantined."""
    found: list[Quarantined] = []
    besides = 0
    for one in defects:
        if one.added or one.twin:
            besides += 1
            if one.rules:
                found.append(Quarantined(height + besides, one.rules))
        if one.rules and not one.added:
            found.append(Quarantined(one.place + 1, one.rules))
    return tuple(sorted(found, key=lambda kept: kept.row))


def mismatches(resource: Resource, handed: Handed, kept: frozenset[int]) -> dict[str, int]:
    """Return how many records that pass disagree with the source, by referred item."""
    facts = handed.facts.with_row_index("_place")
    wrong = facts.filter(
        pl.col(MISTAKEN).is_not_null(),
        pl.col("_kind") != DELETE,
        ~pl.col("_place").is_in(list(kept)),
    )
    counted = Counter(wrong[MISTAKEN].to_list())
    return {item.code: counted[item.code] for item in resource.referred}
