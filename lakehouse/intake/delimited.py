"""Delimited text in any encoding and dialect.

Belongs here: putting blocks, header, records and footer together. Keep out: the header (`opening`),
records of a block (`parsing`, `careful`), encodings (`encodings`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace

import numpy as np
import pyarrow as pa

from lakehouse.intake.blocks import line_blocks
from lakehouse.intake.careful import read_carefully
from lakehouse.intake.dialect import Dialect
from lakehouse.intake.effort import Effort
from lakehouse.intake.encodings import text_code
from lakehouse.intake.footers import footer_test, settled
from lakehouse.intake.opening import open_delimited
from lakehouse.intake.parsing import Grammar, Passage, read_fast
from lakehouse.intake.reader import Block, OpenFeed, Source, rows_table
from lakehouse.untrusted.header_names import places_of

__all__ = ["CAREFUL_BYTES", "CAREFUL_RECORDS", "DelimitedReader"]

CAREFUL_BYTES = 64 << 10
"""Size below which a block that is not strict is not divided further."""
CAREFUL_RECORDS = 1000
"""Records after a stray quote that are read with care before the fast way is tried again."""


class DelimitedReader:
    """Reads delimited text; blank lines and comments are no records."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Find the header where it is declared; see `FeedReader.open`."""
        code = text_code(source)
        with closing(line_blocks(source, code, bare_returns=True)) as blocks:
            opening = open_delimited(source, blocks)

            def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
                wanted = places_of(opening.headers)
                if not whole:
                    wanted = {h: place for h, place in wanted.items() if h in columns.values()}
                feed = source.feed
                footer = footer_test(feed.footer)
                grammar = Grammar(
                    Dialect.of(feed), len(opening.headers), wanted, footer, Effort(source.name)
                )
                found = _records(opening.blocks, grammar, opening.line, opening.skipped)
                row = 1
                for block in settled(found, opening.skipped) if footer else found:
                    if block.count:
                        yield rows_table(row, block, columns, whole=whole)
                        row += block.count

            yield OpenFeed(opening.headers, read, code.name, opening.skipped)


def _records(
    blocks: Iterator[bytes], grammar: Grammar, line: int, skipped: Counter[str]
) -> Iterator[Block]:
    """Carry what a block leaves open over to the next one; the last one leaves nothing."""
    pending, final = b"", False
    while not final:
        data = next(blocks, None)
        final = data is None
        grammar.effort.came += len(data or b"")
        for passage in _passages(pending + (data or b""), grammar, final=final):
            pending = passage.rest
            yield _placed(passage, line, skipped)
            line += passage.passed


def _placed(passage: Passage, line: int, skipped: Counter[str]) -> Block:
    skipped.update({reason: count for reason, count in passage.skipped.items() if count})
    return replace(passage.block, lines=passage.block.lines + line)


def _passages(data: bytes, grammar: Grammar, *, final: bool) -> Iterator[Passage]:
    """Read a block fast; one that is not strict by halves, so that little of it is read slowly.

    Each passage begins where the one before it left off; the last one's rest is the block's.
    """
    pieces, rest = [data] if data else [], b""
    while pieces:
        piece = rest + pieces.pop()
        passage = read_fast(piece, grammar, final=final and not pieces)
        half = piece.find(b"\n", len(piece) // 2) + 1 if len(piece) > CAREFUL_BYTES else 0
        if passage is None and 0 < half < len(piece):
            pieces, rest = [*pieces, piece[half:], piece[:half]], b""
            continue
        if passage is None:
            passage = _read_carefully(piece, grammar, final=final and not pieces)
        if pieces and len(passage.rest) == len(piece):  # its open quote may be a stray one
            whole = b"".join((piece, *reversed(pieces)))
            passage = _read_carefully(whole, grammar, final=final, enough=CAREFUL_RECORDS)
            pieces = [b""] if passage.block.count >= CAREFUL_RECORDS and passage.rest else []
        yield passage
        rest = passage.rest


def _read_carefully(
    data: bytes, grammar: Grammar, *, final: bool, enough: int | None = None
) -> Passage:
    reading = read_carefully(
        data,
        grammar.dialect,
        grammar.width,
        final=final,
        footer=grammar.footer,
        enough=enough,
        effort=grammar.effort,
    )
    by_field: Sequence[Sequence[str]] = (
        tuple(zip(*reading.rows, strict=True)) or [()] * grammar.width
    )
    values = {h: pa.array(by_field[place], pa.string()) for h, place in grammar.wanted.items()}
    lines = np.array(reading.lines, dtype=np.int64)
    block = Block(len(lines), values, reading.defects, lines=lines)
    return Passage(block, reading.rest, reading.passed, reading.skipped)
