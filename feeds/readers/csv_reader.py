"""Delimited text in any encoding and dialect.

Belongs here: putting blocks, header, records and footer together. Keep out: the header (`opening`),
records of a block (`parsing`, `careful`), encodings (`encodings`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa

from catalog_specs.vocabulary import FeedFormat
from feeds.format import Format
from feeds.reader import Block, Ending, OpenFeed, Source, tables_of
from feeds.text.blocks import line_blocks
from feeds.text.careful import Effort, read_carefully
from feeds.text.cut_off import Question, Watch, ends_in_line_end
from feeds.text.dialect import Dialect
from feeds.text.encodings import text_code
from feeds.text.footers import footer_test, settled
from feeds.text.header_again import HeaderAgain, Section
from feeds.text.long_delimiter import LongDelimiter
from feeds.text.opening import Opening, open_delimited
from feeds.text.parsing import Grammar, Passage, read_fast
from feeds.text.plain import plain_text
from feeds.untrusted.header_names import places_of
from storage.engines.plain_text import PlainText

__all__ = ["BLOCK_BYTES", "CAREFUL_BYTES", "CAREFUL_RECORDS", "FORMAT", "DelimitedReader"]

BLOCK_BYTES = 1 << 20
"""Bytes of a block at most: what is made of it on the way stays in a processor's cache. In blocks
of four times that, a file takes a tenth longer to read."""
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
        several = LongDelimiter(source.feed.delimiter) if len(source.feed.delimiter) > 1 else None
        small = replace(source, block_bytes=min(source.block_bytes, BLOCK_BYTES))
        with closing(line_blocks(small, code, bare_returns=True)) as delivered:
            blocks = delivered if several is None else map(several.simple, delivered)
            opening, ending = open_delimited(source, blocks), Ending()

            def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
                wanted = places_of(opening.headers)
                if not whole:
                    wanted = {h: place for h, place in wanted.items() if h in columns.values()}
                feed = source.feed
                footer = footer_test(feed.footer)
                footer = footer if several is None else several.footer(footer)
                grammar = Grammar(
                    Dialect.of(feed), len(opening.headers), wanted, footer, Effort(source.name)
                )
                again = HeaderAgain(opening.rows, feed.header.join) if opening.rows else None
                found = _Records(grammar, again, opening.skipped).blocks(opening)
                settled_ones = settled(found, opening.skipped) if footer else found
                lacks: Question = partial(grammar.dialect.is_short, width=grammar.width)
                is_open: Question = grammar.dialect.is_open
                if several is not None:
                    settled_ones = map(several.restored, settled_ones)
                    lacks, is_open = several.asked(lacks), several.asked(is_open)
                watch = Watch(ending, ends_in_line_end(source, code), lacks, is_open)
                yield from watch.over(tables_of(settled_ones, columns, whole=whole))

            def plain(columns: Mapping[str, str], telling: Collection[bytes]) -> PlainText | None:
                places = places_of(opening.headers)
                fields = {name: places[header] for name, header in columns.items()}
                return plain_text(source, code, opening, fields, telling)

            yield OpenFeed(
                opening.headers, read, code.name, opening.skipped, ending=ending, plain=plain
            )


@dataclass(frozen=True)
class _Records:
    """Reads records below a header, which may stand again, in this order or another."""

    grammar: Grammar
    again: HeaderAgain | None
    skipped: Counter[str]

    def blocks(self, opening: Opening) -> Iterator[Block]:
        """Carry what a block leaves open over to the next one; the last one leaves nothing."""
        pending, line, grammar, final = b"", opening.line, self.grammar, False
        while not final:
            data = next(opening.blocks, None)
            final = data is None
            grammar.effort.came += len(data or b"")
            for section in self._sections(pending + (data or b""), final=final):
                closed = final or section.places is not None or bool(section.rest)
                pending = section.rest
                for passage in _passages(section.text, grammar, final=closed):
                    pending = passage.rest or section.rest
                    yield _placed(passage, line, self.skipped)
                    line += passage.passed
                if section.places is not None:
                    grammar = self.grammar.below(section.places)
                    self.skipped["header"] += max(section.lines, 1)
                    line += section.lines

    def _sections(self, data: bytes, *, final: bool) -> Iterator[Section]:
        if self.again is None:
            return iter([Section(data)])
        return self.again.sections(data, self.grammar.dialect, final=final)


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


FORMAT = Format(FeedFormat.CSV, DelimitedReader())
