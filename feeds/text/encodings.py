"""Encodings: which one a text file has, and its bytes as UTF-8.

Belongs here: byte-order marks, detection, transcoding, and how bytes that do not decode are carried
to their record. Keep out: where a file is cut (`blocks`), what a record is.
A byte that does not decode becomes `MARK` and its two hexadecimal digits, and so does a NUL: a
record that holds a mark is a defect (`encoding`), and `shown` writes its text for people.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from feeds.reader import Source

__all__ = ["MARK", "TextCode", "encoded", "marked", "shown", "text_code"]

MARK = "\x00"
_ERRORS = "quanshu.bytes"
_EURO = "quanshu.euro"
_ESCAPED = "\udc00".encode("utf-8", "surrogatepass")
"""No valid UTF-8 has these first two bytes together, nor a greater second one."""
_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_SAMPLE = 1 << 18
"""Bytes by which an encoding is detected."""
_SCANNED = 4 << 20
"""Bytes read at once while looking for the first that is not ASCII."""


@dataclass(frozen=True)
class TextCode:
    """How a file is written: `name` for receipts, Python's `codec`, bytes of a unit, of its mark.

    `gbk` is read as GB 18030, which includes it and the further characters that registers really
    send; `big5` as code page 950, which includes it and the seven letters of ETEN.
    `errors` handles bytes that the codec does not know: marks, or the code page's own characters.
    """

    name: str
    codec: str
    unit: int = 1
    mark: int = 0
    errors: str = "surrogateescape"

    def decoded(self, data: bytes) -> str:
        """Return bytes as text in which each that does not decode is escaped."""
        _register()
        return data.decode(self.codec, self.errors)

    def bytes_of(self, text: str) -> bytes:
        """Return text as it would be delivered; what the encoding lacks, as a question mark."""
        _register()
        own = self.errors != "surrogateescape"
        return text.encode(self.codec, self.errors if own else "replace")

    def decoder(self) -> codecs.IncrementalDecoder:
        """Return a decoder of pieces; `encoded` makes UTF-8 of what it gives."""
        _register()
        errors = _ERRORS if self.unit > 1 else self.errors
        return codecs.getincrementaldecoder(self.codec)(errors)


_CODES = {
    "utf-8": TextCode("utf-8", "utf-8"),
    "utf-8-sig": TextCode("utf-8", "utf-8"),
    "utf-16": TextCode("utf-16-le", "utf-16-le", 2),
    "utf-16-le": TextCode("utf-16-le", "utf-16-le", 2),
    "utf-16-be": TextCode("utf-16-be", "utf-16-be", 2),
    "utf-32": TextCode("utf-32-le", "utf-32-le", 4),
    "utf-32-be": TextCode("utf-32-be", "utf-32-be", 4),
    "gbk": TextCode("gb18030", "gb18030"),
    "gb18030": TextCode("gb18030", "gb18030"),
    "cp936": TextCode("cp936", "gbk", errors=_EURO),
    "cp949": TextCode("cp949", "cp949"),
    "big5": TextCode("big5", "cp950"),
    "latin-1": TextCode("latin-1", "latin-1"),
}
_MARKS = (  # UTF-32 before UTF-16: the mark of the latter is the beginning of that of the former
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


def text_code(source: Source) -> TextCode:
    """Return a file's encoding: by its byte-order mark, else as declared, else detected."""
    declared = source.feed.encoding
    with source.path.open("rb") as stream:
        head = stream.read(4)
    for mark, name in _MARKS:
        # FF FE 00 00 is UTF-32, or UTF-16 whose first character is a NUL: here the feed decides
        if head.startswith(mark) and not (name == "utf-32" and declared.startswith("utf-16")):
            return replace(_CODES[name], mark=len(mark))
    return _CODES[_detected(source.path) if declared == "detect" else declared]


def marked(data: bytes, code: TextCode) -> bytes:
    """Return bytes as UTF-8 with every NUL and every byte that does not decode as a mark."""
    return _with_marks(code.decoded(data))


def encoded(text: str) -> bytes:
    """Return a decoder's text as UTF-8, marks included."""
    if MARK not in text:
        try:
            return text.encode()
        except UnicodeEncodeError:
            pass
    return _with_marks(text)


def shown(text: str) -> str:
    r"""Return text in which every mark reads `\xNN`."""
    return text.replace(MARK, "\\x")


def _register() -> None:
    """Register this module's error handlers with the codecs, by their names."""
    codecs.register_error(_ERRORS, _escaped)
    codecs.register_error(_EURO, _euro)


def _euro(error: UnicodeError) -> tuple[str | bytes, int]:
    """Read a single 0x80 as the euro sign, and write it so: code page 936 does, GBK does not."""
    if isinstance(error, UnicodeEncodeError):
        return b"\x80" if error.object[error.start] == "€" else b"?", error.start + 1
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == 0x80:  # noqa: PLR2004
        return "€", error.start + 1
    found: tuple[str | bytes, int] = codecs.lookup_error("surrogateescape")(error)
    return found


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in wrong), error.end


def _with_marks(text: str) -> bytes:
    """Return text as UTF-8 in which each escaped byte, of three bytes there, becomes a mark."""
    # an escaped byte is a surrogate, U+DC00 plus the byte, and takes three bytes in UTF-8: exactly
    # as many as a mark with two digits, so it is overwritten in place
    data = text.replace(MARK, "\udc00").encode("utf-8", "surrogatepass")
    octets = np.frombuffer(data, np.uint8).copy()
    high = octets[1:] >= _ESCAPED[1]
    at = np.flatnonzero((octets[:-1] == _ESCAPED[0]) & high)
    bytes_ = (octets[at + 1] & 3) << 6 | octets[at + 2] & 0x3F
    octets[at] = ord(MARK)
    octets[at + 1] = _DIGITS[bytes_ >> 4]
    octets[at + 2] = _DIGITS[bytes_ & 15]
    return octets.tobytes()


# ── detection ───────────────────────────────────────────────────────────────────────────────────


def _detected(path: Path) -> str:
    """Guess from the first text that is not ASCII: UTF-8, then GB 18030, Big5, Latin-1."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    wide = _wide(head)
    if wide is not None:
        return wide
    lines = _telling_lines(path)
    if _decodable(lines, "utf-8") >= len(lines) / 2:
        return "utf-8"
    return _narrow(b"\n".join(lines), lines)


def _wide(head: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32 without a mark by where the zeros of its ASCII stand."""
    whole = head[: len(head) // 4 * 4]
    # no code point needs the highest byte of UTF-32, and most need no more than the lower two
    zeros = [whole[place::4].count(0) for place in range(4)]
    quarter = max(len(whole) // 4, 1)
    if zeros[3] == quarter and zeros[2] > quarter // 2:
        return "utf-32"
    if zeros[0] == quarter and zeros[1] > quarter // 2:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if max(even, odd) <= len(head) / 100 or max(even, odd) < 8 * min(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _telling_lines(path: Path) -> list[bytes]:
    """Return the lines that are not ASCII out of the first stretch that has any."""
    with path.open("rb") as stream:
        while piece := stream.read(_SCANNED):
            if not piece.isascii():
                at = max(piece.rfind(b"\n", 0, _first_high(piece)), 0)
                lines = re.split(rb"[\r\n]+", piece[at : at + _SAMPLE])
                cut = at + _SAMPLE < len(piece) or len(piece) == _SCANNED
                return [
                    line
                    for line in lines[: -1 if cut and len(lines) > 1 else None]
                    if not line.isascii()
                ]
    return []


def _first_high(piece: bytes) -> int:
    found = re.search(rb"[\x80-\xff]", piece)
    return found.start() if found else 0


def _decodable(lines: list[bytes], codec: str) -> int:
    def decodes(line: bytes) -> bool:
        try:
            line.decode(codec)
        except UnicodeDecodeError:
            return False
        return True

    return sum(map(decodes, islice(lines, 5000)))


def _narrow(sample: bytes, lines: list[bytes]) -> str:
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    if runs.count(1) > 0.8 * len(runs):
        return "latin-1"
    if sum(runs) < _TELLING_BYTES or _decodable(lines, "cp950") < 0.9 * len(lines):
        return "gb18030"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=["gb18030", "big5hkscs"]).best()
    return "big5" if best is not None and best.encoding == "big5hkscs" else "gb18030"


_TELLING_BYTES = 12
"""Bytes beyond ASCII below which nothing tells Big5 from GB 18030."""
