"""Readers of feeds: one module for each file format, all giving numbered rows of text.

Belongs here: finding a format by its name. Keep out: what a format is (`feeds.format`), null
markers and types (`values.typed`), where a delivery lies (`landing.landing`). A format is a member
of `FeedFormat` and a module `<its value>_reader` with `FORMAT`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from catalog_specs.vocabulary import FeedFormat
from feeds.format import Format
from feeds.reader import FeedReader, OpenFeed, Source

__all__ = ["FeedReader", "OpenFeed", "Source", "format_of", "reader_for"]


@cache
def format_of(form: FeedFormat) -> Format:
    """Return a format by its name."""
    found: Format = import_module(f"{__name__}.{form.value}_reader").FORMAT
    return found


def reader_for(form: FeedFormat) -> FeedReader:
    """Return the reader of a file format."""
    return format_of(form).reader
