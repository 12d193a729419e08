"""The dialect of a delimited file: delimiter, quote, escape, comment, as Python's csv reads them.

Belongs here: the declared characters, and what they mean where a file says more than csv knows.
Keep out: finding records (`framing`, `careful`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from catalog_specs.models.feed import Feed

__all__ = ["FIELD_LIMIT", "STAND_IN", "Dialect"]

FIELD_LIMIT = 256 << 20
"""Characters of one field that csv may return; lines and records have lower limits before."""
STAND_IN = "\x1f"
"""What a delimiter of another script is replaced by in a block that lacks it."""


@dataclass(frozen=True)
class Dialect:
    """How fields are told apart. Quotes are doubled inside quotes, or escaped where declared."""

    delimiter: str = ","
    quote: str | None = '"'
    escape: str | None = None
    comment: str | None = None

    @classmethod
    def of(cls, feed: Feed) -> Self:
        """Return a feed's dialect; a quote declared as its own escape is merely doubled."""
        escape = None if feed.escape == feed.quote else feed.escape
        return cls(feed.delimiter, feed.quote, escape, feed.comment)

    def records(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Return csv's records of lines that keep their ends; csv.Error where quotes are wrong."""
        csv.field_size_limit(FIELD_LIMIT)
        return csv.reader(
            self._tamed(lines),
            delimiter=self.delimiter,
            quotechar=self.quote,
            quoting=csv.QUOTE_NONE if self.quote is None else csv.QUOTE_MINIMAL,
            escapechar=self.escape,
            strict=True,
        )

    def is_comment(self, line: str) -> bool:
        """Say whether a line where a record would begin is a comment."""
        return self.comment is not None and line.startswith(self.comment)

    def fast(self, data: bytes) -> tuple[bytes, Dialect] | None:
        """Return a block and a dialect of ASCII that mean the same, for arrays of bytes; or None.

        A delimiter of another script is replaced by a control character that the block lacks; so is
        a bare carriage return, where no quote could make it part of a field.
        """
        if self.quote is not None and not self.quote.isascii():
            return None
        if self.escape is not None and self.escape.encode() in data:
            return None
        if b"\r" in data and (self.quote is None or self.quote.encode() not in data):
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if self.delimiter.isascii():
            return data, self
        if STAND_IN.encode() in data:
            return None
        comment = self.comment and self.comment.replace(self.delimiter, STAND_IN)
        plain = Dialect(STAND_IN, self.quote, None, comment)
        return data.replace(self.delimiter.encode(), STAND_IN.encode()), plain

    def restored(self, data: bytes) -> bytes:
        """Return bytes of a block that `fast` gave, as they were delivered."""
        if self.delimiter.isascii():
            return data
        return data.replace(STAND_IN.encode(), self.delimiter.encode())

    def _tamed(self, lines: Iterable[str]) -> Iterable[str]:
        """Double each escape before what needs none: it is an ordinary character there."""
        if self.escape is None:
            return lines
        return (self._pairs.sub(self._meant, line) for line in lines)

    @cached_property
    def _pairs(self) -> re.Pattern[str]:
        return re.compile(re.escape(self.escape or "") + "(.?)", re.DOTALL)

    def _meant(self, found: re.Match[str]) -> str:
        escape, follower = self.escape or "", found[1]
        meant = follower and follower in {self.delimiter, self.quote, escape}
        return found[0] if meant else escape + found[0]
