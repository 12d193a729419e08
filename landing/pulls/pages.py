"""Paged JSON: one page after another into one archive, each as it was sent.

Belongs here: which page follows, and when it was the last. Keep out: requests, what an answer says
(`envelopes`), whether all came (`completeness`).
The archive is a ZIP whose members sort in the order of the pages; the same pages give the same
bytes. Where the source says how many records there are, pages that moved while they were read are
read again; where it does not, a stable order is the source's to keep.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from catalog_specs.errors import TransientError
from catalog_specs.models.pull import Pages
from catalog_specs.vocabulary import FeedKind
from landing.pulls.completeness import Tally, fewer
from landing.pulls.envelopes import Page, opened_page, reached, refuse_doubtful
from landing.pulls.errand import Errand
from landing.pulls.requests import Caller, Missing, Unchanged, origin

__all__ = ["PAGE_BYTES", "pull_pages"]

PAGE_BYTES = 256 << 20
"""A page is read as a whole, so it must not be larger."""
READINGS = 3
"""How often pages are read that move meanwhile."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def pull_pages(errand: Errand, pages: Pages, caller: Caller) -> Path | None:
    """Return an archive of all pages; None when there are no records and none are no statement.

    A snapshot without records is a statement, which the gate then refuses. Raises PullError for
    pages without end, pages that repeat, answers that say they failed, fewer records than the
    source says there are, and what is no JSON or holds no list of records; TransientError when the
    pages moved during every reading.
    """
    target = errand.target(".zip")
    before: Tally | None = None
    for _ in range(READINGS):
        caller.begin_again()
        tally = _read_all(errand, pages, caller, target)
        _know_the_end(errand, pages, tally)
        if tally.whole or not tally.known:
            break
        if before is not None and before.digests == tally.digests:  # the source stands still
            if tally.records >= tally.totals[-1]:
                break  # and counts equal records, too
            raise fewer(errand, tally.records, tally.totals[-1])
        before = tally
    else:
        raise TransientError(
            f"the pages of the interface moved while they were read, {READINGS} times",
            where=errand.resource.ref,
            remedy="ask for a stable order, e.g. by key, in the address; the next run tries again",
        )
    nothing = not tally.records and errand.feed.kind is not FeedKind.SNAPSHOT
    return None if nothing else target


def _know_the_end(errand: Errand, pages: Pages, tally: Tally) -> None:
    """Refuse a snapshot that is taken for whole on nobody's word: what it lacks is deleted."""
    if pages.total_pages is not None and not tally.all_pages and not tally.whole:
        raise errand.refused(
            "the pages of the interface end before the last that it says there is",
            "compare `feed.pull.pages` with what the department offers",
        )
    told = tally.known or pages.end or pages.total_pages or pages.by == "next"
    if errand.feed.kind is FeedKind.SNAPSHOT and not told:
        raise errand.refused(
            "nothing says whether the pages of the snapshot are all there are",
            "name the number of records in `feed.pull.total`, or declare `feed.pull.pages.end`",
        )


def _read_all(errand: Errand, pages: Pages, caller: Caller, target: Path) -> Tally:
    """Write the pages that hold records, and the first in any case, to an archive."""
    tally = Tally()
    walk = _linked if pages.by == "next" else _counted
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for page in walk(errand, pages, caller, tally):
            if tally.pages == pages.limit:
                raise caller.unlike(f"has more than {pages.limit:,} pages")
            refuse_doubtful(caller, page, tally.codes)
            if page.records or not tally.pages:
                member = zipfile.ZipInfo(f"page-{tally.pages + 1:05}.json", _LONG_AGO)
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, page.content)
            tally.add(page)
    return tally


def _counted(errand: Errand, pages: Pages, caller: Caller, tally: Tally) -> Iterator[Page]:
    """Yield pages by number or offset, until the source, or a page, says that there are no more."""
    by_offset = pages.by == "offset"
    place = pages.first if pages.first is not None else int(not by_offset)
    size, shrunk, short = pages.size, False, False
    while True:
        address = _with(caller.address, {pages.parameter: place, pages.size_parameter: size})
        try:
            page = _read(errand, caller, address)
        except Missing:
            if tally.pages and (pages.end == "missing" or _was_last(pages, tally, short=short)):
                return
            raise caller.unlike("answered 404 for a page") from None
        if tally.repeats(page):  # many interfaces answer every page behind the last with the last
            if _was_last(pages, tally, short=short):
                return
            raise caller.unlike("sends the same page again")
        short = len(page.records) < max(pages.size or 0, tally.largest)
        yield page
        said = (caller.spec.total and tally.reached) or (tally.all_pages and not shrunk)
        if said or not page.records:
            return
        if tally.pages == 1 and short and pages.size_parameter and not (by_offset or tally.reached):
            # what came is all there is, or all that a page may have: asked for in this size, the
            # second page begins where the first one ended, whichever of the two is true
            size, shrunk = len(page.records), True
        place += len(page.records) if by_offset else 1


def _was_last(pages: Pages, tally: Tally, *, short: bool) -> bool:
    """Say whether the page before one that is none, or the same again, can have been the last."""
    return tally.reached or tally.all_pages or (pages.end == "short" and short)


def _linked(errand: Errand, pages: Pages, caller: Caller, tally: Tally) -> Iterator[Page]:
    address = _with(caller.address, {pages.size_parameter: pages.size})
    seen: set[str] = set()
    while True:
        if address in seen:
            raise caller.unlike("leads in a circle from page to page")
        seen.add(address)
        try:
            page = _read(errand, caller, address)
        except Missing:
            raise caller.unlike("answered 404 for a page") from None
        if tally.repeats(page):
            raise caller.unlike("sends the same page again")
        yield page
        following = reached(page.document, pages.next or "$")
        if not following:
            return
        if not isinstance(following, str):
            raise caller.unlike("has no address where `feed.pull.pages.next` points")
        address = caller.joined(address, following)
        if origin(address) != origin(caller.address):
            raise caller.unlike("leads to another scheme, host or port for the next page")


def _read(errand: Errand, caller: Caller, address: str) -> Page:
    """Fetch one page; no word of it gets into an error."""
    file = errand.folder / "page"
    try:
        caller.fetch(address, file, most=PAGE_BYTES)
    except Unchanged:
        raise caller.unlike("answered 304, though nothing was asked for on condition") from None
    return opened_page(caller, file.read_bytes())


def _with(address: str, parameters: dict[str | None, Any]) -> str:
    """Return an address whose query has these parameters; one without a name or value is none."""
    parts = urlsplit(address)
    added = {n: str(value) for n, value in parameters.items() if n and value is not None}
    kept = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n not in added]
    return urlunsplit(parts._replace(query=urlencode([*kept, *added.items()])))
