"""JSON Lines: one object for each line.

Belongs here: which line is a record. Keep out: what is in one (`feeds.nested.records`), encodings
(`blocks`). A line that is no object is a defect (`json`); a blank line is no record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.vocabulary import FeedFormat
from feeds.columns import feed_columns
from feeds.format import HEAD, Format, Look
from feeds.nested.records import JsonRecords, json_records
from feeds.reader import Ending, OpenFeed, Source, rows_table
from feeds.text.blocks import hostile, line_blocks, line_texts
from feeds.text.cut_off import Watch, ends_in_line_end
from feeds.text.encodings import text_code
from feeds.text.headers import WIDTH_LIMIT
from feeds.untrusted.paths import is_path

__all__ = ["FORMAT", "JsonLinesReader", "headers_met", "open_texts"]

Texts = tuple[pa.Array, Any]
"""JSON texts of consecutive records, and on which line of the file each begins."""


class JsonLinesReader:
    """Reads JSON Lines."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Read all records for their keys: any of them may bring one that nobody declared."""
        code = text_code(source)
        skipped: Counter[str] = Counter()
        ending = Ending()
        with json_records(source.feed) as records:
            headers = headers_met(records, source, _lines(source, Counter()))

            def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
                tables = open_texts(records, _lines(source, skipped), columns, skipped, whole)
                yield from Watch(ending, ends_in_line_end(source, code)).over(tables)

            yield OpenFeed(headers, read, code.name, skipped, ending=ending)


def headers_met(records: JsonRecords, source: Source, blocks: Iterable[Texts]) -> tuple[str, ...]:
    """Return all keys in the order met, then the declared paths at which anything was found.

    The key that such a path begins with is no header, unless it is declared as well. Refuses keys
    of absurd number (GATE-103).
    """
    declared = dict.fromkeys(feed_columns(records.feed).values())
    paths = [header for header in declared if is_path(header)]
    keys: dict[str, None] = {}
    reached: dict[str, None] = {}
    for lines, _ in blocks:
        keys |= dict.fromkeys(records.keys(lines))
        reached |= dict.fromkeys(records.reached(lines, [p for p in paths if p not in reached]))
        if len(keys) > WIDTH_LIMIT:
            what = f"records with more than {WIDTH_LIMIT} keys"
            raise hostile(source, what, "deliver records that all have the declared keys")
    inner = records.roots(list(reached)) - declared.keys()
    return (*(key for key in keys if key not in inner), *reached)


def open_texts(
    records: JsonRecords,
    blocks: Iterable[Texts],
    columns: Mapping[str, str],
    skipped: Counter[str],
    whole: bool,
) -> Iterator[pa.Table]:
    """Yield the records of blocks of JSON texts, numbered from 1; tombstones are none."""
    row = 1
    for given, places in blocks:
        lines, numbers = given, places
        dead = records.tombstones(lines)
        if dead is not None and pc.any(dead).as_py():
            alive = pc.invert(dead).combine_chunks()
            skipped["tombstone"] += len(lines) - alive.true_count
            lines, numbers = lines.filter(alive), numbers.filter(alive)
        block = records.block(lines, list(columns.values()), numbers)
        if block.count:
            yield rows_table(row, block, columns, whole=whole)
            row += block.count


def _lines(source: Source, skipped: Counter[str]) -> Iterator[Texts]:
    """Yield the lines that are not blank, blanks around them taken off, and their numbers."""
    first = 1
    for data in line_blocks(source):
        lines = pc.ascii_trim(line_texts(data), " \t\r\n")
        filled = pc.not_equal(pc.binary_length(lines), 0)
        numbers = pa.array(np.arange(first, first + len(lines)))
        first += len(lines)
        skipped.update({"blank": blank} if (blank := len(lines) - filled.true_count) else {})
        yield lines.filter(filled), numbers.filter(filled)


def _recognises(look: Look) -> bool:
    """Tell JSON Lines from a document: the first line is a record, or the feed says so.

    A line longer than what is looked at is known by how it begins.
    """
    if not look.is_bracketed:
        return False
    text, line = look.text, look.line
    if look.declared is FeedFormat.JSONL:
        opens = line.strip() in {"{", "["} or (text.startswith("[") and not look.goes_on)
        return not opens or look.is_whole_object
    declared_one = look.declared is FeedFormat.JSON and look.source.feed.records is not None
    long_line = text.startswith("{") and line == text and len(look.head) == HEAD
    is_record = look.is_whole_object or (long_line and look.opens_json)
    return is_record and not (declared_one and not look.goes_on)


FORMAT = Format(FeedFormat.JSONL, JsonLinesReader(), _recognises)
