"""Pulls from HTTP interfaces: a file, or paged JSON (四(三)).

Belongs here: what is asked for and when there is nothing new. Keep out: one request and its retries
(`requests`), how pages follow one another (`pages`).
What is landed is what was sent: a file as it came, pages as the members of one archive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from catalog_specs.models.pull import HttpPull
from catalog_specs.vocabulary import FeedFormat
from landing.pulls.completeness import Tally, fewer
from landing.pulls.envelopes import opened_page, refuse_doubtful
from landing.pulls.errand import NOTE, Errand, Memory, Pulled, asked
from landing.pulls.pages import PAGE_BYTES, pull_pages
from landing.pulls.requests import Caller, Missing, Unchanged, opened_caller
from register.records import Arrival

__all__ = ["pull_answer"]

_NAME = re.compile(r"[^\w.\-]+")
_FILE = re.compile(
    r".+\.(csv|txt|tsv|dat|jsonl?|ndjson|xlsx?|ods|parquet|arrow|feather|zip|gz|tgz|tar)",
    re.IGNORECASE,
)
LONGEST_NAME = 100


def pull_answer(errand: Errand, spec: HttpPull, memory: Memory) -> Pulled | None:
    """Return what the interface sent; None when nothing is new.

    Raises SettingsError when an address or token is missing, TransientError when the interface
    cannot be reached or says that it cannot answer now, PullError when it answers otherwise than
    declared or beyond the limits.
    """
    address = spec.url or errand.secret(spec.url_variable or "")
    with opened_caller(errand, spec, address) as caller:
        if spec.pages is None:
            return _file(errand, spec, memory, caller)
        archive = pull_pages(errand, spec.pages, caller)
    return Pulled(archive, Arrival("http")) if archive else None


def _file(errand: Errand, spec: HttpPull, memory: Memory, caller: Caller) -> Pulled | None:
    same = asked(spec.url, spec.url_variable)
    known = memory.note if memory.note.get("asked") == same else {}
    target = errand.folder / _name(
        caller.address, errand.resource.resource, secret=spec.url is None
    )
    try:
        headers = caller.fetch(caller.address, target, _conditions(known))
    except Unchanged:
        return None
    except Missing:
        raise caller.unlike("answered 404: there is nothing") from None
    if errand.feed.format is FeedFormat.JSON:
        _weigh(errand, caller, target)
    note = {"asked": same, "etag": headers.get("etag"), "modified": headers.get("last-modified")}
    beside = errand.folder / NOTE
    beside.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return Pulled(target, Arrival("http", beside=(beside,)))


def _weigh(errand: Errand, caller: Caller, target: Path) -> None:
    """Compare a JSON document with its own statements; PullError where it is incomplete."""
    declared = caller.spec.success or caller.spec.total
    if target.stat().st_size > PAGE_BYTES:
        if declared:
            raise caller.unlike("sends more than can be compared with `success` and `total`")
        return
    content = target.read_bytes()
    if not declared and content.lstrip()[:1] != b"{":
        return  # a list, or an archive or workbook in spite of its name: the reader's to see
    page = opened_page(caller, content)
    refuse_doubtful(caller, page, None)
    tally = Tally()
    tally.add(page)
    if tally.known and not tally.reached:
        raise fewer(errand, tally.records, tally.totals[-1])


def _conditions(known: Mapping[str, str | None]) -> dict[str, str]:
    wanted = {"If-None-Match": known.get("etag"), "If-Modified-Since": known.get("modified")}
    return {name: value for name, value in wanted.items() if value}


def _name(address: str, resource: str, *, secret: bool) -> str:
    """Return the file name an address ends with, as far as it is one; else the resource's.

    The end of an address that is kept out of the catalogue may be a secret itself: it must look
    like a file.
    """
    last = _NAME.sub("_", unquote(urlsplit(address).path).rsplit("/", 1)[-1])
    name = last.lstrip(".")[-LONGEST_NAME:].lstrip(".")
    return resource if not name or (secret and not _FILE.fullmatch(name)) else name
