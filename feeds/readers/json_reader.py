"""JSON documents: a list of objects, at the top or at a path, read piece by piece.

Belongs here: finding the list, and seeing that the document ends as it should. Keep out: elements
(`feeds.nested.elements`), what is in them (`feeds.nested.records`).
A document that is cut off is refused as a whole: nobody knows how many records it lacks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from catalog_specs.errors import IntakeError
from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.vocabulary import FeedFormat
from feeds.format import Format, Look
from feeds.nested.elements import Behind, ElementCutter, NoListError, list_start
from feeds.nested.records import json_records
from feeds.reader import OpenFeed, Source, unreadable
from feeds.readers.jsonl_reader import Texts, headers_met, open_texts
from feeds.text.encodings import encoded, text_code
from feeds.text.private_use import standardised
from feeds.untrusted.paths import steps_of

__all__ = ["FORMAT", "JsonDocumentReader"]

_LONGEST_OPENING = 64 << 20
"""Bytes within which the list of records begins."""


class JsonDocumentReader:
    """Reads a JSON document."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Read all records for their keys: any of them may bring one that nobody declared."""
        skipped: Counter[str] = Counter()
        with json_records(source.feed) as records:
            headers = headers_met(records, source, _elements(source))

            def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
                yield from open_texts(records, _elements(source), columns, skipped, whole)

            yield OpenFeed(headers, read, text_code(source).name, skipped)


@dataclass(frozen=True)
class _List:
    """Where the list begins: the bytes behind its `[`, the line it is on, the path to it."""

    rest: bytes
    line: int
    steps: Sequence[str | int]

    @property
    def depth(self) -> int:
        """Return how deep it lies."""
        return len(self.steps)


def _elements(source: Source) -> Iterator[Texts]:
    pieces = _pieces(source)
    found = _found(source, pieces)
    cutter, behind = ElementCutter(found.line), Behind(found.steps)
    data: bytes | None = found.rest
    while data is not None:
        texts, lines = cutter.cut(data)
        if cutter.after.strip() and not found.depth:
            raise _broken(source, "something follows the list of records")
        if behind.repeats(cutter.after):
            raise _broken(source, "a key of the path to the records stands twice")
        if len(texts):
            yield texts, lines
        if cutter.begun_size > source.limits.record:
            raise IntakeError(
                DeliveryRefusal.HOSTILE,
                f"a record of more than {source.limits.record >> 20} MiB",
                where=source.name,
                remedy="deliver records one after another, each a fact of its own",
            )
        data = next(pieces, None)
    if cutter.quoted or cutter.depth != -1 - found.depth:
        raise _broken(source, "the document is cut off or its brackets do not match")


def _found(source: Source, pieces: Iterator[bytes]) -> _List:
    path = source.feed.records or "$"
    steps = steps_of(path) or ()
    data, wanted = b"", 0
    for piece in pieces:
        data += piece
        if len(data) < wanted:
            continue
        try:
            start = list_start(data, steps)
        except NoListError:
            raise _no_list(source, path) from None
        if start is not None:
            return _List(data[start:], 1 + data.count(b"\n", 0, start), steps)
        wanted = 2 * len(data)
        if len(data) > _LONGEST_OPENING:
            break
    raise _no_list(source, path)


def _pieces(source: Source) -> Iterator[bytes]:
    """Yield the document as UTF-8, bytes that do not decode as marks."""
    code = text_code(source)
    decoder = code.decoder()
    named = standardised if code.codec == "gb18030" else bytes
    with source.path.open("rb") as stream:
        stream.seek(code.mark)
        while piece := stream.read(source.block_bytes):
            yield named(encoded(decoder.decode(piece)))
    yield named(encoded(decoder.decode(b"", final=True)))


def _no_list(source: Source, path: str) -> IntakeError:
    return unreadable(
        source,
        f"no list of records at {path[:80]}",
        "deliver a list of objects, or say in `feed.records` where it is",
    )


def _broken(source: Source, what: str) -> IntakeError:
    return unreadable(source, what, "deliver the whole document again")


def _recognises(look: Look) -> bool:
    """Know it by what only JSON begins with; JSON Lines is asked first."""
    return look.is_bracketed and (look.declared.traits.keyed or look.opens_json)


FORMAT = Format(FeedFormat.JSON, JsonDocumentReader(), _recognises)
