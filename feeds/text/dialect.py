"""The dialect of a delimited file: delimiter, quote, escape, comment, as Python's csv reads them.

Belongs here: the declared characters, and what they mean where a file says more than csv knows.
Keep out: finding records (`framing`, `careful`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Self

from catalog_specs.models.feed import Feed

__all__ = ["FIELD_LIMIT", "STAND_IN", "Dialect", "Stray"]

FIELD_LIMIT = 256 << 20
"""Characters of one field that csv may return; lines and records have lower limits before."""
STAND_IN = "\x1f"
"""What stands for a delimiter of several characters, and for one of another script in a block that
lacks it."""


class Stray(Enum):
    """Quotes in the unquoted fields of a record.

    INSIDE one field, which goes on behind the last of them (5" pipe), they are ordinary characters.
    Anywhere else they may have SHIFTED the columns: a quote or delimiter is lost.
    """

    NONE = auto()
    INSIDE = auto()
    SHIFTED = auto()


@dataclass(frozen=True)
class Dialect:
    """How fields are told apart. Quotes are doubled inside quotes, or escaped where declared."""

    delimiter: str = ","
    quote: str | None = '"'
    escape: str | None = None
    comment: str | None = None

    @classmethod
    def of(cls, feed: Feed) -> Self:
        """Return a feed's dialect; a quote declared as its own escape is merely doubled.

        One character stands for a delimiter of several (`long_delimiter`).
        """
        escape = None if feed.escape == feed.quote else feed.escape
        if len(feed.delimiter) == 1:
            return cls(feed.delimiter, feed.quote, escape, feed.comment)
        comment = feed.comment and feed.comment.replace(feed.delimiter, STAND_IN)
        return cls(STAND_IN, feed.quote, escape, comment)

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

    def stray_quotes(self, record: str) -> Stray:
        """Say whether a record that csv has split has quotes in unquoted fields, and where."""
        if self.quote is None or self.quote not in record:
            return Stray.NONE
        unquoted = (found[1] or "" for found in self._fields.finditer(record.rstrip("\r\n")))
        stray = [text for text in map(self._plain, unquoted) if self.quote in text]
        if not stray:
            return Stray.NONE
        ends = any(text.rstrip().endswith(self.quote) for text in stray)
        return Stray.SHIFTED if ends or len(stray) > 1 else Stray.INSIDE

    def is_open(self, record: str) -> bool:
        """Say whether a quote is still open at the end of a text."""
        if self.quote is None or self._fields_of(record) is not None:
            return False
        return self._fields_of(record, "\n", self.quote) is not None

    def is_short(self, record: str, width: int) -> bool:
        """Say whether a text has fewer fields than a record should."""
        fields = self._fields_of(record)
        return fields is None or len(fields) < width

    def _fields_of(self, *texts: str) -> list[str] | None:
        try:
            return next(self.records(io.StringIO("".join(texts), newline="")), [])
        except csv.Error:
            return None

    def closes(self, line: str) -> bool:
        """Say whether the first quote of a line, doubled ones aside, closes a field."""
        quote = self.quote or ""
        _, found, after = line.replace(2 * quote, "").partition(quote)
        return bool(found) and after.lstrip(" \r\n")[:1] in {"", self.delimiter}

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
    def _fields(self) -> re.Pattern[str]:
        """Match each field of a record that csv takes; its group is the text of an unquoted one."""
        quote, delimiter = re.escape(self.quote or ""), re.escape(self.delimiter)
        escaped = rf"{re.escape(self.escape)}.|" if self.escape else ""
        quoted = rf"{quote}(?:{escaped}[^{quote}]|{quote}{quote})*+{quote}"
        return re.compile(
            rf"(?:\A|{delimiter})(?:{quoted}(?={delimiter}|\Z)|((?:{escaped}[^{delimiter}])*+))",
            re.DOTALL,
        )

    def _plain(self, text: str) -> str:
        """Return an unquoted field without what is escaped in it."""
        return text if self.escape is None else self._pairs.sub("", text)

    @cached_property
    def _pairs(self) -> re.Pattern[str]:
        return re.compile(re.escape(self.escape or "") + "(.?)", re.DOTALL)

    def _meant(self, found: re.Match[str]) -> str:
        escape, follower = self.escape or "", found[1]
        meant = follower and follower in {self.delimiter, self.quote, escape}
        return found[0] if meant else escape + found[0]
