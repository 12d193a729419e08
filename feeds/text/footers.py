"""Footers: lines after the last record, such as totals and signatures.

Belongs here: which records are written like a footer, and whether they were one. Keep out: reading
records. A reader gives every such record as a defect (`footer`); `settled` takes those back, and
counts their lines, that no well-formed record follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from catalog_specs.rules.defects import DefectCode
from feeds.reader import Block, Defect
from feeds.text.blocks import split_lines

__all__ = ["WAITING_LIMIT", "FooterTest", "footer_test", "settled"]

WAITING_LIMIT = 1000
"""Records that may wait to be told from a footer; more than this cannot be one."""

FooterTest = Callable[[pa.Array], np.ndarray[Any, np.dtype[np.bool_]]]
"""Lines without their ends → whether each is written like a footer."""


def footer_test(pattern: str | None) -> FooterTest | None:
    """Return the test of a footer's regular expression, searched for in a line, in linear time."""
    if pattern is None:
        return None

    def test(lines: pa.Array) -> Any:  # noqa: ANN401 - numpy's own types name no shape
        import polars as pl

        return pl.Series("lines", pl.from_arrow(lines), pl.String).str.contains(pattern).to_numpy()

    return test


def settled(blocks: Iterator[Block], skipped: Counter[str]) -> Iterator[Block]:
    """Yield blocks of the same records without the footer, which is counted in `skipped`."""
    waiting: list[Block] = []
    for block in blocks:
        last = _last_good(block)
        if last is not None or sum(one.count for one in waiting) > WAITING_LIMIT:
            yield from waiting
            waiting = []
        if waiting:  # records stay in their order, so what follows waits too
            waiting.append(block)
            continue
        start = _first_footer(block, last)
        if start > 0:
            yield _part(block, 0, start)
        if start < block.count:
            waiting.append(_part(block, start, block.count))
    for block in waiting:
        yield _without_footer(block, skipped)


def _last_good(block: Block) -> int | None:
    """Return the place of the last well-formed record."""
    bad = {defect.position for defect in block.defects}
    return next((place for place in range(block.count - 1, -1, -1) if place not in bad), None)


def _first_footer(block: Block, last: int | None) -> int:
    """Return the place of the first footer-like record after the last well-formed one."""
    after = -1 if last is None else last
    return next(
        (
            defect.position
            for defect in block.defects
            if defect.code is DefectCode.FOOTER and defect.position > after
        ),
        block.count,
    )


def _part(block: Block, first: int, end: int) -> Block:
    """Return the records from one place to another; a later part has defects only."""
    if first == 0 and end == block.count:
        return block
    defects = [
        replace(defect, position=defect.position - first)
        for defect in block.defects
        if first <= defect.position < end
    ]
    values = {h: texts if first == 0 else texts[:0] for h, texts in block.values.items()}
    return Block(end - first, values, defects, lines=block.lines[first:end])


def _without_footer(block: Block, skipped: Counter[str]) -> Block:
    """Leave out the footer-like records of a block of defects."""
    footer = [defect for defect in block.defects if defect.code is DefectCode.FOOTER]
    skipped["footer"] += sum(len(split_lines(defect.raw.encode())) for defect in footer)
    kept = [defect for defect in block.defects if defect.code is not DefectCode.FOOTER]
    places = [defect.position for defect in kept]
    defects: list[Defect] = [replace(one, position=i) for i, one in enumerate(kept)]
    return Block(len(kept), block.values, defects, lines=block.lines[places])
