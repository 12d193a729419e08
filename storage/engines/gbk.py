"""GBK by the C library: a quarter of the time that Python's decoder and encoder take.

Belongs here: that one conversion. Keep out: what is done where it does not succeed
(`transcoding`).
Python holds its lock while it decodes, the C library does not. Only GNU's is asked, and only when
it has been seen to say what Python says of every character.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache
from itertools import product
from typing import Any

__all__ = ["utf8_of_gbk"]

_SINGLE, _EURO = b"\x80", "€".encode()
"""What the C library makes a euro sign of, and in GB 18030 is no character. One byte is looked for
ten times as quickly as several."""
_NOT_OPEN = ctypes.c_void_p(-1).value


def utf8_of_gbk(data: bytes) -> bytes | None:
    """Return whole characters of GBK as UTF-8; None where they are not, or nobody can be asked."""
    library = _library()
    return None if library is None else _converted(library, data)


def _converted(library: Any, data: bytes) -> bytes | None:  # noqa: ANN401 - functions of C
    converter = library.iconv_open(b"UTF-8", b"GBK")
    if converter == _NOT_OPEN:
        return None
    try:
        room = bytearray(len(data) * 3 // 2 + 1)  # two bytes become three at most
        target = (ctypes.c_char * len(room)).from_buffer(room)
        source, left = ctypes.c_char_p(data), ctypes.c_size_t(len(data))
        place, free = ctypes.c_void_p(ctypes.addressof(target)), ctypes.c_size_t(len(room))
        steps = (source, left, place, free)
        replaced = library.iconv(converter, *map(ctypes.byref, steps))
        # so many characters were put for others; the greatest number says that something is no GBK
        if replaced or left.value:
            return None
        text = bytes(memoryview(room)[: len(room) - free.value])
        return None if _SINGLE in data and _EURO in text else text
    finally:
        library.iconv_close(converter)


@cache
def _library() -> Any:  # noqa: ANN401 - functions of C
    """Return the C library; None where it is not GNU's, or says anything else than Python does."""
    if "CS_GNU_LIBC_VERSION" not in os.confstr_names:
        return None
    library = ctypes.CDLL(None)
    library.iconv_open.restype = ctypes.c_void_p
    library.iconv_close.argtypes = [ctypes.c_void_p]
    library.iconv.argtypes = [ctypes.c_void_p, *[ctypes.c_void_p] * 4]
    library.iconv.restype = ctypes.c_size_t
    known = _characters()
    return library if _converted(library, known.encode("gbk")) == known.encode() else None


def _characters() -> str:
    """Return every character beyond ASCII that Python's GBK has."""
    pairs = map(bytes, product(range(0x81, 0xFF), range(0x40, 0xFF)))
    texts = (pair.decode("gbk", "ignore") for pair in pairs)
    return "".join(text for text in texts if len(text) == 1 and not text.isascii())
