"""Paged JSON: one page after another into one archive, each as it was sent.

Belongs here: which page follows, and when it was the last. Keep out: requests, reading records.
The archive is a ZIP whose members sort in the order of the pages; the same pages give the same
bytes. Rows that move from page to page while they are asked for are the source's to prevent: ask
for a stable order.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from catalog_specs.models.pull import Pages
from catalog_specs.vocabulary import FeedKind
from lakehouse.pulls.errand import Errand
from lakehouse.pulls.requests import Caller, Missing, Unchanged, origin

__all__ = ["pull_pages"]

PAGE_BYTES = 256 << 20
"""A page is read as a whole, so it must not be larger."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class _Page:
    content: bytes
    document: Any
    records: int


def pull_pages(errand: Errand, pages: Pages, caller: Caller) -> Path | None:
    """Return an archive of all pages; None when there are no records and none are no statement.

    A snapshot without records is a statement, which the gate then refuses. Raises PullError for
    pages without end, pages that repeat, and what is no JSON or holds no list of records.
    """
    target = errand.target(".zip")
    empty = True
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, page in enumerate(_pages(errand, pages, caller), start=1):
            member = zipfile.ZipInfo(f"page-{number:05}.json", _LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, page.content)
            empty = empty and not page.records
    return None if empty and errand.feed.kind is not FeedKind.SNAPSHOT else target


def _pages(errand: Errand, pages: Pages, caller: Caller) -> Iterator[_Page]:
    """Yield the pages that hold records, and the first in any case."""
    walk = _linked if pages.by == "next" else _counted
    seen: set[bytes] = set()
    for number, page in enumerate(walk(errand, pages, caller)):
        if number == pages.limit:
            raise caller.unlike(f"has more than {pages.limit:,} pages")
        digest = hashlib.sha256(page.content).digest()
        if page.records and digest in seen:
            raise caller.unlike("sends the same page again")
        seen.add(digest)
        if page.records or number == 0:
            yield page


def _counted(errand: Errand, pages: Pages, caller: Caller) -> Iterator[_Page]:
    by_offset = pages.by == "offset"
    place = pages.first if pages.first is not None else int(not by_offset)
    sized: dict[str | None, Any] = {pages.size_parameter: pages.size} if pages.size else {}
    first = True
    while True:
        address = _with(caller.address, {pages.parameter: place, **sized})
        try:
            page = _read(errand, caller, address)
        except Missing:
            if first or pages.end != "missing":
                raise caller.unlike("answered 404 for a page") from None
            return
        yield page
        if not page.records or (pages.end == "short" and page.records < (pages.size or 0)):
            return
        place += page.records if by_offset else 1
        first = False


def _linked(errand: Errand, pages: Pages, caller: Caller) -> Iterator[_Page]:
    sized: dict[str | None, Any] = {pages.size_parameter: pages.size} if pages.size else {}
    address = _with(caller.address, sized)
    seen: set[str] = set()
    while True:
        if address in seen:
            raise caller.unlike("leads in a circle from page to page")
        seen.add(address)
        try:
            page = _read(errand, caller, address)
        except Missing:
            raise caller.unlike("answered 404 for a page") from None
        yield page
        following = _reached(page.document, pages.next or "$")
        if not following:
            return
        if not isinstance(following, str):
            raise caller.unlike("has no address where `feed.pull.pages.next` points")
        address = caller.joined(address, following)
        if origin(address) != origin(caller.address):
            raise caller.unlike("leads to another scheme, host or port for the next page")


def _read(errand: Errand, caller: Caller, address: str) -> _Page:
    """Fetch one page and count its records; no word of it gets into an error."""
    file = errand.folder / "page"
    try:
        caller.fetch(address, file, most=PAGE_BYTES)
    except Unchanged:
        raise caller.unlike("answered 304, though nothing was asked for on condition") from None
    content = file.read_bytes()
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise caller.unlike("sends a page that is no JSON") from None
    records = _reached(document, errand.feed.records or "$")
    if not isinstance(records, list):
        raise caller.unlike("sends a page without the list that `feed.records` names")
    return _Page(content, document, len(records))


def _reached(document: Any, path: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Follow `$.a.b` through objects; None where the way ends."""
    for step in path.removeprefix("$").removeprefix(".").split("."):
        if step:
            document = document.get(step) if isinstance(document, dict) else None
    return document


def _with(address: str, parameters: dict[str | None, Any]) -> str:
    """Return an address whose query has these parameters."""
    parts = urlsplit(address)
    added = {name: str(value) for name, value in parameters.items() if name}
    kept = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n not in added]
    return urlunsplit(parts._replace(query=urlencode([*kept, *added.items()])))
