"""Private-use characters of GB 18030, and the code points that they have today.

Belongs here: that table. Keep out: private use that no standard explains (`values.damage`).
A file in GB 18030 may say 龴 in two ways: FE59, which was U+E81E until 2022 and which most programs
still read so, and 82359037, U+9FB4. Both are one character, and so one value. In other encodings
the same code points are anybody's, and are not guessed.
"""

from __future__ import annotations

from functools import cache

__all__ = ["standardised"]

_LEAD = b"\xee"
"""With what U+E000 to U+EFFF begin in UTF-8, and nothing else does."""
_GB18030_2005 = {0xE7C7: 0x1E3F}
_GB18030_2022 = (
    dict(zip(range(0xE78D, 0xE797), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), strict=True))
    | {0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7}
    | {0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE864: 0x9FBB}
)
_IDEOGRAPHS_BEYOND = {
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE831: 0x215D7,
    0xE83B: 0x2298F,
    0xE855: 0x241FE,
}
"""FE51, FE52, FE53, FE6C, FE76, FE91: in the standard they have codes of four bytes as well."""


def standardised(data: bytes) -> bytes:
    """Return UTF-8 that was decoded from GB 18030, with the code points of today."""
    return data if _LEAD not in data else data.decode().translate(_table()).encode()


@cache
def _table() -> dict[int, int]:
    return _GB18030_2005 | _GB18030_2022 | _IDEOGRAPHS_BEYOND
