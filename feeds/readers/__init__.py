"""Readers of feeds: one module for each file format, all giving numbered rows of text.

Belongs here: what a reader is, the readers, and the choice among them. Keep out: null markers and
types (`values.typed`), where a delivery lies (`landing.landing`).
"""

from __future__ import annotations

from pathlib import Path

from catalog_specs.vocabulary import FeedFormat
from feeds.reader import FeedReader, OpenFeed, Source

__all__ = ["FeedReader", "OpenFeed", "Source", "parts", "reader_for"]


def parts(source: Source, scratch: Path) -> tuple[Source, ...]:
    """Return the files that a delivered file consists of, each recognised by its content.

    A plain file is its own only part; the members of an archive are unpacked into `scratch`, in
    order of their names. Raises IntakeError: GATE-101 for text that cannot be read, GATE-104 for an
    archive without any file that is taken, GATE-110 for what nobody can look into.
    """
    from feeds.archives import parts as found

    return found(source, scratch)


def reader_for(form: FeedFormat) -> FeedReader:
    """Return the reader of a file format; vendors are imported only for the format asked for."""
    match form:
        case FeedFormat.CSV:
            from feeds.readers.delimited import DelimitedReader

            return DelimitedReader()
        case FeedFormat.JSONL:
            from feeds.readers.json_lines import JsonLinesReader

            return JsonLinesReader()
        case FeedFormat.JSON:
            from feeds.readers.json_document import JsonDocumentReader

            return JsonDocumentReader()
        case FeedFormat.FIXED_WIDTH:
            from feeds.readers.fixed_width import FixedWidthReader

            return FixedWidthReader()
        case _:
            from feeds.isolation import IsolatedReader

            return IsolatedReader()
