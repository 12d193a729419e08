"""The first look at a delivered file: its digest, and the search for markings of secrecy.

Belongs here: both of one reading, on two processors. Keep out: what a marking is and what follows
from one (`feeds.secrecy`), the second look, at lines and records (`landed_rows`).
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from catalog_specs.models.feed import Feed
from feeds.secrecy import WINDOW, MarkingSearch
from landing.unfollowed import opened

__all__ = ["FirstLook", "first_look"]


@dataclass(frozen=True)
class FirstLook:
    """The SHA-256 of a file's bytes, and the search that went through the same bytes."""

    sha256: str
    search: MarkingSearch


def first_look(path: Path, feed: Feed) -> FirstLook:
    """Read a file once, digesting a window of it while it is searched and the next one is read.

    Raises:
        TransientError: it is gone, or became a link.
    """
    digest, search = hashlib.sha256(), MarkingSearch(feed)
    with opened(path) as stream, ThreadPoolExecutor(1) as pool:
        digested = pool.submit(digest.update, b"")
        while window := stream.read(WINDOW):
            digested.result()
            digested = pool.submit(digest.update, window)
            search.look(window)
        digested.result()
    return FirstLook(digest.hexdigest(), search)
