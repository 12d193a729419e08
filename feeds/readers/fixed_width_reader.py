"""Fixed-width text: fields at fixed places of each line, counted in characters or in bytes.

Belongs here: which lines are records, and whether they have their width. Keep out: cutting fields
(`spans`), encodings (`encodings`).
A file has a header row only if `feed.header` says so; names always come from `feed.spans`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.models.feed import Feed
from catalog_specs.rules.defects import DefectCode
from catalog_specs.vocabulary import FeedFormat
from feeds.format import Format
from feeds.reader import Block, Defect, Ending, OpenFeed, Source, tables_of
from feeds.text.blocks import line_blocks, line_texts
from feeds.text.cut_off import Watch, ends_in_line_end
from feeds.text.encodings import MARK, TextCode, shown, text_code
from feeds.text.footers import FooterTest, footer_test, settled
from feeds.text.opening import pass_header
from feeds.text.spans import BLANKS, Cutter, Flags

__all__ = ["FORMAT", "FixedWidthReader"]

_GOOD, _WIDTH, _FOOTER, _ENCODING = range(4)
_CODES = {
    _WIDTH: DefectCode.WIDTH,
    _FOOTER: DefectCode.FOOTER,
    _ENCODING: DefectCode.ENCODING,
}


class FixedWidthReader:
    """Reads fixed-width text; lines of blanks alone, and comments, are no records."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Pass the header where one is declared; see `FeedReader.open`."""
        feed, code = source.feed, text_code(source)
        with closing(_newline_blocks(source, code)) as blocks:
            opening, ending = pass_header(source, blocks), Ending()

            def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
                wanted = [h for h in feed.spans if whole or h in columns.values()]
                cutter = Cutter.of(feed, code, wanted)
                again = _written(opening.rows)
                records = _Records(feed, cutter, footer_test(feed.footer), opening.skipped, again)
                found = records.blocks(opening.blocks, opening.line)
                settled_ones = settled(found, opening.skipped) if feed.footer else found
                watch = Watch(ending, ends_in_line_end(source, code))
                yield from watch.over(tables_of(settled_ones, columns, whole=whole))

            yield OpenFeed(tuple(feed.spans), read, code.name, opening.skipped, ending=ending)


def _newline_blocks(source: Source, code: TextCode) -> Generator[bytes]:
    """Yield blocks in which every line end is a newline: no field can hold one."""
    with closing(line_blocks(source, code, bare_returns=True)) as blocks:
        for block in blocks:
            yield block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block


@dataclass(frozen=True)
class _Records:
    """Turns blocks of lines into blocks of records."""

    feed: Feed
    cutter: Cutter
    footer: FooterTest | None
    skipped: Counter[str]
    header: pa.Array
    """The header's lines without blanks: a line that is one of them is the header again."""

    def blocks(self, texts: Iterator[bytes], line: int) -> Iterator[Block]:
        """Yield each block's records; `line` is the number of the first line."""
        for data in texts:
            lines = line_texts(data)
            kept = self._kept(lines)
            records = lines if kept.all() else lines.filter(pa.array(kept))
            yield self._block(records, np.flatnonzero(kept) + line)
            line += len(lines)

    def _kept(self, lines: pa.Array) -> Flags:
        """Say which lines are records, and count the others."""
        blank = _flags(pc.equal(pc.binary_length(pc.utf8_trim(lines, BLANKS)), 0))
        comment = np.zeros(len(lines), dtype=bool)
        if self.feed.comment is not None:
            comment = _flags(pc.starts_with(lines, self.feed.comment)) & ~blank
        written = pc.utf8_trim(lines, BLANKS + MARK)
        again = _flags(pc.is_in(written, value_set=self.header)) & ~(blank | comment)
        for reason, found in (("blank", blank), ("comment", comment), ("header", again)):
            if found.any():
                self.skipped[reason] += int(found.sum())
        return ~(blank | comment | again)

    def _block(self, records: pa.Array, lines: Any) -> Block:  # noqa: ANN401 - numpy
        codes = np.zeros(len(records), dtype=np.int8)
        if self.footer is not None:
            codes[self.footer(records)] = _FOOTER
        codes[_flags(pc.match_substring(records, MARK))] = _ENCODING
        plain = np.flatnonzero(codes == _GOOD)
        whole = len(plain) == len(records)
        bad, values = self.cutter.cut(records if whole else records.take(pa.array(plain)))
        codes[plain[bad]] = _WIDTH
        defects = [
            Defect(place, _CODES[int(codes[place])], shown(records[place].as_py()))
            for place in np.flatnonzero(codes != _GOOD).tolist()
        ]
        return Block(len(records), values, defects, lines=lines)


def _written(rows: Sequence[Sequence[str]]) -> pa.Array:
    """Return the lines of a header as they are written, blanks around them left out."""
    lines = (" ".join(row).strip(BLANKS + MARK) for row in rows)
    return pa.array([line for line in lines if line], pa.string())


def _flags(values: pa.Array) -> Flags:
    found: Flags = values.to_numpy(zero_copy_only=False)
    return found


FORMAT = Format(FeedFormat.FIXED_WIDTH, FixedWidthReader())
