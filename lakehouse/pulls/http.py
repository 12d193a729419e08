"""Pulling a file, or paged JSON, from a department's HTTP interface (四(三)).

Belongs here: what is asked for and when there is nothing new. Keep out: one request and its retries
(`requests`), how pages follow one another (`pages`).
What is landed is what was sent: a file as it came, pages as the members of one archive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from catalog_specs.models.pull import HttpPull
from lakehouse.arrivals import Arrival
from lakehouse.pulls.errand import NOTE, Errand, Memory, Pulled, asked
from lakehouse.pulls.pages import pull_pages
from lakehouse.pulls.requests import Caller, Missing, Unchanged, opened_caller

__all__ = ["pull_answer"]

_NAME = re.compile(r"[^\w.\-]+")
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
    target = errand.folder / _name(caller.address, errand.resource.resource)
    try:
        headers = caller.fetch(caller.address, target, _conditions(known))
    except Unchanged:
        return None
    except Missing:
        raise caller.unlike("answered 404: there is nothing") from None
    note = {"asked": same, "etag": headers.get("etag"), "modified": headers.get("last-modified")}
    beside = errand.folder / NOTE
    beside.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return Pulled(target, Arrival("http", beside=(beside,)))


def _conditions(known: Mapping[str, str | None]) -> dict[str, str]:
    wanted = {"If-None-Match": known.get("etag"), "If-Modified-Since": known.get("modified")}
    return {name: value for name, value in wanted.items() if value}


def _name(address: str, resource: str) -> str:
    """Return the file name an address ends with, as far as it is one; else the resource's."""
    last = _NAME.sub("_", unquote(urlsplit(address).path).rsplit("/", 1)[-1])
    return last.lstrip(".")[-LONGEST_NAME:].lstrip(".") or resource
