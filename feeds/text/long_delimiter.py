"""Long delimiters: one control character replaces several characters while a file is read.

Belongs here: putting it there and back. Keep out: how fields are told apart (`dialect`).
A record in which that control character stands itself is quarantined, like one with a NUL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from feeds.reader import Block
from feeds.text.dialect import STAND_IN
from feeds.text.encodings import MARK
from feeds.text.footers import FooterTest

__all__ = ["LongDelimiter"]

_SPOILT = f"{MARK}{ord(STAND_IN):02x}".encode()


@dataclass(frozen=True)
class LongDelimiter:
    """The delimiter as it is written."""

    written: str

    def simple(self, data: bytes) -> bytes:
        """Return text with the one character for each delimiter."""
        spoilt = data.replace(STAND_IN.encode(), _SPOILT)
        return spoilt.replace(self.written.encode(), STAND_IN.encode())

    def asked(self, question: Callable[[str], bool]) -> Callable[[str], bool]:
        """Return a question about records as they are read that takes them as delivered."""
        return lambda text: question(text.replace(self.written, STAND_IN))

    def restored(self, block: Block) -> Block:
        """Return a block with its texts as they were delivered."""
        defects = [
            replace(one, raw=one.raw.replace(STAND_IN, self.written)) for one in block.defects
        ]
        return replace(
            block,
            values={header: self._texts(texts) for header, texts in block.values.items()},
            defects=defects,
        )

    def footer(self, test: FooterTest | None) -> FooterTest | None:
        """Return a footer's test that is asked about lines as they were delivered."""
        return None if test is None else lambda lines: test(self._texts(lines))

    def _texts(self, texts: Any) -> pa.Array:  # noqa: ANN401 - Arrow carries no types
        return pc.replace_substring(texts, STAND_IN, self.written)
