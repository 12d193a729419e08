"""Completeness of pages: the source's own count, compared with the records that came (四(三)).

Belongs here: counting one reading of the pages, and judging it. Keep out: asking for pages.
A record that comes on two pages, because the list was shifted under the reading, counts once. A
total that falls says that the list moved up, and that a record may have slipped past between two
pages.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.errors import PullError
from landing.pulls.envelopes import Page
from landing.pulls.errand import Errand

__all__ = ["Tally", "fewer"]


def _digest(record: Any) -> int:  # noqa: ANN401 - whatever JSON holds
    text = json.dumps(record, sort_keys=True, ensure_ascii=True).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


@dataclass
class Tally:
    """What one reading of the pages brought so far; eight bytes for each record."""

    pages: int = 0
    filled: int = 0
    """Pages that had records."""
    records: int = 0
    largest: int = 0
    """Records of the fullest page."""
    codes: Mapping[str, str] | None = None
    """The codes of the first page that had records."""
    totals: list[int] = field(default_factory=list)
    """Every total told, in the order of the pages."""
    own: bool = True
    """Whether each total may be the number of its own page's records."""
    last_page: int | None = None
    digests: array[int] = field(default_factory=lambda: array("Q"))
    seen: set[bytes] = field(default_factory=set)

    def repeats(self, page: Page) -> bool:
        """Say whether a page has the very records of an earlier one, whatever else it says."""
        return bool(page.records) and _page_digest(map(_digest, page.records)) in self.seen

    def add(self, page: Page) -> None:
        """Count a page."""
        found = array("Q", map(_digest, page.records))
        self.digests += found
        self.pages += 1
        self.filled += bool(found)
        self.records += len(found)
        self.largest = max(self.largest, len(found))
        self.last_page = self.last_page if page.last is None else page.last
        if found:
            self.seen.add(_page_digest(found))
            self.codes = page.codes if self.codes is None else self.codes
        if page.total is not None:
            self.totals.append(page.total.number)
            self.own = self.own and not page.total.firm and page.total.number == len(found)

    @property
    def known(self) -> bool:
        """Say whether the source tells how many records there are in all."""
        return bool(self.totals) and not self.own

    @property
    def reached(self) -> bool:
        """Say whether as many records came as the source now states."""
        return self.known and self.records >= self.totals[-1]

    @property
    def all_pages(self) -> bool:
        """Say whether as many pages came as there are said to be."""
        came = max(self.filled, min(self.pages, 1))  # a list of nothing is told as one page
        return self.last_page is not None and came >= self.last_page

    @property
    def whole(self) -> bool:
        """Say whether every record that there was from the first page on has come."""
        fell = any(later < earlier for earlier, later in pairwise(self.totals))
        return self.known and not fell and self.different >= self.totals[0]

    @property
    def different(self) -> int:
        """Return how many different records came."""
        return int(pc.count_distinct(pa.array(self.digests, pa.uint64())).as_py())


def fewer(errand: Errand, found: int, total: int) -> PullError:
    """Return the error of a source that sends fewer records than it says there are."""
    return errand.refused(
        f"the interface says that there are {total:,} records and sends {found:,}",
        "compare `feed.pull` with what the department offers; where the number is another, write"
        " its path in `feed.pull.total`, or `total: false` where none counts the records",
    )


def _page_digest(records: Iterable[int]) -> bytes:
    return hashlib.sha256(array("Q", records).tobytes()).digest()
