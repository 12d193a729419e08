"""Feed options: what a feed declares must fit its format and the way it arrives.

Belongs here: paths, sheets, fixed places, what a pull reads. Keep out: which columns there are
(`feeds`), regular expressions (`domains`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.feed import Feed
from catalog_specs.models.pull import HttpPull, SqlPull
from catalog_specs.reading.declared import Declared
from catalog_specs.vocabulary import FeedFormat

__all__ = ["LAWS", "declared_headers"]

_FILE_OPTIONS = (
    "encoding",
    "delimiter",
    "trailing_delimiter",
    "quote",
    "escape",
    "comment",
    "header",
    "footer",
    "spans",
    "span_unit",
    "records",
    "sheet",
    "members",
    "as_of",
)
"""What is said of a file; rows of a database have none of it."""

Finding = tuple[str, str, str]
"""Path below `feed`, what is wrong, and the remedy."""


def declared_headers(feed: Feed) -> dict[str, str]:
    """Return every delivered header that is declared → its path below `feed`."""
    found = {header: f".columns.{header}" for header in feed.columns}
    if feed.changes is not None:
        found.setdefault(feed.changes.operation, ".changes.operation")
        found.setdefault(feed.changes.sequence, ".changes.sequence")
    return found


def _options_fit(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        feed = resource.feed
        for path, message, remedy in (
            *_format(feed),
            *_labels(feed),
            *_spans(feed),
            *_pull(feed),
            *_groups(feed),
        ):
            yield Fault(resource_at(resource.ref), f"feed{path}", message, remedy)


def _format(feed: Feed) -> Iterator[Finding]:
    if not feed.format.traits.nested:
        for header, path in declared_headers(feed).items():
            if header.startswith(("$.", "$[")):
                message = f"a {feed.format.value} file has no nested `{header}`"
                yield path, message, "name the column by its header, or correct `format`"
    if feed.changes is not None and feed.changes.envelope and not feed.format.traits.nested:
        message = f"a {feed.format.value} file holds no change events"
        yield ".changes.envelope", message, "remove `envelope`, or correct `format`"
    if feed.records is not None and "records" not in feed.format.traits.options:
        message = f"`records` is a place in a JSON document, the format is {feed.format.value}"
        yield ".records", message, "remove it, or correct `format`"
    if feed.sheet is not None and "sheet" not in feed.format.traits.options:
        message = f"a {feed.format.value} file has no sheets"
        yield ".sheet", message, "remove it, or correct `format`"


def _labels(feed: Feed) -> Iterator[Finding]:
    for place, part in enumerate(feed.fill_down):
        if part not in feed.columns.values():
            message = f"no column delivers the part `{part}`"
            yield f".fill_down[{place}]", message, "name parts of `columns`, or remove it"


def _spans(feed: Feed) -> Iterator[Finding]:
    if not feed.spans:
        return
    headers = declared_headers(feed)
    for header, path in headers.items():
        if header not in feed.spans:
            yield path, f"`{header}` has no place in the record", "give its place under `spans`"
    for header in feed.spans:
        if header not in headers:
            message = f"no column is made of `{header}`"
            yield f".spans.{header}", message, "remove the place, or map it under `columns`"


def _pull(feed: Feed) -> Iterator[Finding]:
    if isinstance(feed.pull, SqlPull):
        for name in _FILE_OPTIONS:
            if name in feed.model_fields_set and getattr(feed, name) is not None:
                message = f"`{name}` describes a file, and rows of a database come without one"
                yield f".{name}", message, "remove it"
    if isinstance(feed.pull, HttpPull):
        yield from _answers(feed.pull, feed.format)


def _answers(pull: HttpPull, form: FeedFormat) -> Iterator[Finding]:
    """Check that what is said of answers can be said of them, and that paths are paths."""
    if pull.pages and not form.traits.keyed:
        message = f"pages are JSON, the format is {form.value}"
        yield ".pull.pages", message, "write `format: json`, or fetch one file without `pages`"
    paths = {
        ".pull.success.path": pull.success and pull.success.path,
        ".pull.total": pull.total,
        ".pull.pages.next": pull.pages and pull.pages.next,
        ".pull.pages.total_pages": pull.pages and pull.pages.total_pages,
    }
    for place, path in paths.items():
        if not path:
            continue
        if not path.startswith("$."):
            yield place, "this is no path in a JSON document", "write the path as `$.name.name`"
        if form is not FeedFormat.JSON:
            message = f"this is a place in a JSON document, the format is {form.value}"
            yield place, message, "remove it, or write `format: json`"


def _groups(feed: Feed) -> Iterator[Finding]:
    """Count the groups of patterns that cut something out; those that do not compile are silent."""
    if feed.as_of is not None and _group_count(feed.as_of.file_name) not in {1, None}:
        message = "the pattern has not exactly one group"
        yield ".as_of.file_name", message, "put the day, and nothing else, in brackets"
    for part, split in feed.split.items():
        if split.pattern is not None and _group_count(split.pattern) == 0:
            message = "the pattern has no group to cut out"
            yield f".split.{part}.pattern", message, "put what is to be kept in brackets"


def _group_count(pattern: str) -> int | None:
    try:
        return re.compile(pattern).groups
    except re.error:
        return None


LAWS = (
    Law(
        "CAT-030",
        "交付选项须与格式及来源相符",
        "paths, sheets, places, pages and patterns fit the format and the way the feed comes",
        "四(二)",
        "remove the option, or correct `format`, `columns` or `pull`",
        _options_fit,
    ),
)
