"""Looking for values in bytes, in every form in which software is apt to write one down.

Belongs here: those forms, and finding many values in many bytes at once. Keep out: where to look.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import polars as pl

__all__ = ["Finder"]


class Finder:
    """Finds any of some values in many bytes at once.

    As text, escaped, encoded, or as a hash without a key.
    """

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form: value for value in values for form in _forms(value)}
        self._values = {form.decode("latin-1"): value for form, value in forms.items()}
        self._patterns = list(self._values)

    def found(self, places: Iterable[tuple[str, bytes]]) -> dict[str, set[str]]:
        """Return the values that occur, by place; places without any are left out."""
        names, texts = zip(*((name, data.decode("latin-1")) for name, data in places), strict=True)
        hits = pl.Series(texts).str.extract_many(self._patterns, overlapping=True)
        found: dict[str, set[str]] = {}
        for name, forms in zip(names, hits, strict=True):
            if len(forms):
                found.setdefault(name, set()).update(self._values[form] for form in forms)
        return found


def _forms(value: str) -> Iterator[bytes]:
    texts = [value.encode(code) for code in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")]
    yield from texts
    for data in texts:
        yield data.hex().encode()
        yield data.hex().upper().encode()
        yield from (_base64(data, offset) for offset in range(3))
        yield repr(data)[2:-1].encode()
        yield from (hashlib.new(name, data).hexdigest().encode() for name in ("md5", "sha1"))
        yield hashlib.sha256(data).hexdigest().encode()
    escaped = json.dumps(value)[1:-1]
    yield escaped.encode()
    yield escaped.replace("\\", "\\\\").encode()
    yield quote(value).encode()


def _base64(data: bytes, offset: int) -> bytes:
    """Return the digits that do not depend on what stands before and after."""
    whole = base64.b64encode(bytes(offset) + data)
    return whole[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6]
