"""The fast parser: strict blocks of delimited text, each parsed as a whole.

Belongs here: framing first, so that the number and line of every record is known, then Arrow over
the well-formed records, which must return exactly as many as were framed. Keep out: blocks that are
not strict: `read_fast` answers None, and `careful` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from catalog_specs.rules.defects import DefectCode
from feeds.reader import Block, Defect
from feeds.text.blocks import line_texts
from feeds.text.careful import RECORD_LIMIT, Effort
from feeds.text.dialect import STAND_IN, Dialect
from feeds.text.encodings import shown
from feeds.text.footers import FooterTest
from feeds.text.framing import Flags, Frame, frame

__all__ = ["Grammar", "Passage", "read_fast"]


@dataclass(frozen=True)
class Grammar:
    """How to split a record, which fields are wanted by header and place, the footer's test.

    `effort` is what reading the file may cost.
    """

    dialect: Dialect
    width: int
    wanted: Mapping[str, int]
    footer: FooterTest | None = None
    effort: Effort = field(default_factory=Effort)

    def below(self, places: Sequence[int]) -> Grammar:
        """Return the grammar of records below a header whose names stand at these places."""
        return replace(
            self,
            wanted={
                h: (*places, place)[min(place, len(places))] for h, place in self.wanted.items()
            },
        )


@dataclass(frozen=True)
class Passage:
    """The result of a block: its records, the text left for later, and the lines that were read.

    The block's `lines` count from 0, the block's first line.
    """

    block: Block
    rest: bytes
    passed: int
    skipped: Mapping[str, int]


def read_fast(data: bytes, grammar: Grammar, *, final: bool) -> Passage | None:
    """Read a block that begins at a record; None where it is not strict.

    Fields are counted only where the parser does not find as many as it should in every record.
    """
    fast = grammar.dialect.fast(data)
    if fast is None:
        return None
    for width in (None, grammar.width):
        framed = frame(fast[0], fast[1], width)
        if framed is None or not _may_wait(len(fast[0]) - framed.consumed, final=final):
            return None
        passage = _passage(*fast, framed, grammar)
        if passage is not None:
            return passage
    return None


def _passage(text: bytes, dialect: Dialect, framed: Frame, grammar: Grammar) -> Passage | None:
    like_footer = _like_footer(text, framed, grammar)
    if like_footer is not None:
        framed = replace(framed, bad=framed.bad | like_footer)
    values = _values(text, framed, dialect, grammar)
    if values is None:
        return None
    return Passage(
        Block(
            len(framed.starts),
            values,
            _defects(text, framed, grammar, like_footer),
            lines=framed.lines,
        ),
        grammar.dialect.restored(text[framed.consumed :]),
        framed.passed,
        {"blank": framed.blank, "comment": framed.comments},
    )


def _may_wait(left: int, *, final: bool) -> bool:
    """Say whether the rest of a block may wait for the next one."""
    return not left or not (final or left > RECORD_LIMIT)


def _like_footer(data: bytes, framed: Frame, grammar: Grammar) -> Flags | None:
    """Say which records are written like a footer, undecodable ones aside."""
    if grammar.footer is None or not framed.lines.size:
        return None
    lines = line_texts(data[: framed.consumed]).take(pa.array(framed.lines))
    return grammar.footer(_restored(lines, grammar)) & ~framed.marked


def _defects(
    data: bytes, framed: Frame, grammar: Grammar, like_footer: Flags | None
) -> list[Defect]:
    def code(place: int) -> DefectCode:
        if framed.marked[place]:
            return DefectCode.ENCODING
        footer = like_footer is not None and like_footer[place]
        return DefectCode.FOOTER if footer else DefectCode.FIELD_COUNT

    def raw(place: int) -> str:
        record = data[framed.starts[place] : framed.ends[place]]
        return shown(grammar.dialect.restored(record).decode().rstrip("\r\n"))

    places = np.flatnonzero(framed.bad).tolist()
    return [Defect(place, code(place), raw(place)) for place in places]


def _values(
    data: bytes, framed: Frame, dialect: Dialect, grammar: Grammar
) -> Mapping[str, Any] | None:
    """Parse the well-formed records with Arrow; None when it finds others than were framed."""
    good = len(framed.starts) - int(framed.bad.sum())
    if not good:
        return dict.fromkeys(grammar.wanted, pa.array([], pa.string()))
    try:
        parsed = _arrow_parse(_without_bad(data, framed), dialect, grammar)
    except pa.ArrowInvalid:
        return None
    if parsed.num_rows != good:
        return None
    return {h: _restored(parsed.column(str(at)), grammar) for h, at in grammar.wanted.items()}


def _restored(texts: Any, grammar: Grammar) -> Any:  # noqa: ANN401 - Arrow carries no types
    delimiter = grammar.dialect.delimiter
    return texts if delimiter.isascii() else pc.replace_substring(texts, STAND_IN, delimiter)


def _without_bad(data: bytes, framed: Frame) -> Any:  # noqa: ANN401 - any buffer of bytes
    if framed.clean:
        return pa.py_buffer(data)[: framed.consumed]
    octets = np.frombuffer(data, np.uint8)
    change = np.zeros(len(octets) + 1, dtype=np.int8)
    change[framed.starts[~framed.bad]] += 1
    change[framed.ends[~framed.bad]] -= 1
    return pa.py_buffer(octets[np.cumsum(change[:-1], dtype=np.int8).astype(bool)].tobytes())


def _arrow_parse(buffer: Any, dialect: Dialect, grammar: Grammar) -> pa.Table:  # noqa: ANN401
    names = [str(place) for place in range(grammar.width)]
    return arrow_csv.read_csv(
        pa.BufferReader(buffer),
        # one block: Arrow refuses a record that is longer than its block
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(buffer) + 1),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote or False,
            newlines_in_values=dialect.quote is not None,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[str(place) for place in grammar.wanted.values()] or names[:1],
            check_utf8=False,  # `blocks` did
        ),
    )
