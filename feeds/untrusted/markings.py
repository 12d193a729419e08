"""Secrecy markings (密级标志): their form in text and in the bytes of a text.

Belongs here: the pattern and looking for it. Keep out: what follows from finding one (`feeds`).
A marking is 绝密, 机密 or 秘密 with a star behind it; a term may follow. The words alone are words.
This module imports no vendor, so that the reading process can use it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from catalog_specs.rules.refusals import DeliveryRefusal

__all__ = ["ESCAPES", "LONGEST", "SECRET", "STAR", "TELLING", "is_marked", "octets_marked"]

STAR = "★"
_BLANKS = (
    " \t\n\v\f\r"
    "\u0085\u00a0\u00ad\u034f\u061c\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u3000\u3164\ufe0e\ufe0f\ufeff"
)
"""What is not seen on paper, line breaks among it: a marking may stand in two lines of a cell."""
_MOST = 16
_WORDS = "绝絕机機秘祕"
_GAP = f"(?:[{_BLANKS}]|\\\\[nrt]){{0,{_MOST}}}"
TELLING = f"[{_WORDS}]{_GAP}密{_GAP}★"
"""The marking as a regular expression that Python and RE2 read alike."""
ESCAPES = "json-escapes"
"""Stands for the characters written as `\\uXXXX`."""
_MARKED = DeliveryRefusal.MARKED
SECRET = (_MARKED, _MARKED.english, _MARKED.remedy)
"""Reason, what happened, and what to do with a file that has one (一(二))."""
LONGEST = 256
"""More bytes than any marking takes in any encoding."""

_MARKING = re.compile(TELLING)


def is_marked(text: str) -> bool:
    """Say whether a text holds a secrecy marking."""
    return STAR in text and _MARKING.search(text) is not None


def octets_marked(octets: bytes, codecs: Collection[str]) -> bool:
    """Say whether bytes hold a marking as any of these codecs (or `ESCAPES`) writes it."""
    return any(holds(octets, _encoded(STAR, c)) and _search(octets, c) for c in codecs)


def holds(octets: bytes, needle: bytes) -> bool:
    """Say whether bytes hold others; one byte is looked for ten times as quickly as several."""
    return all(needle[at : at + 1] in octets for at in range(len(needle))) and needle in octets


def _search(octets: bytes, codec: str) -> bool:
    found = _PATTERNS.get(codec)
    if found is None:
        found = _PATTERNS[codec] = _pattern(codec)
    return found.search(octets) is not None


def _pattern(codec: str) -> re.Pattern[bytes]:
    gap = b"(?:" + b"|".join(_each(_BLANKS, codec)) + b"){0,%d}" % _MOST
    first = b"(?:" + b"|".join(_each(_WORDS, codec)) + b")"
    rest = (re.escape(_encoded(character, codec)) for character in ("密", STAR))
    return re.compile(gap.join((first, *rest)), re.IGNORECASE if codec == ESCAPES else 0)


def _each(characters: str, codec: str) -> list[bytes]:
    encoded = [re.escape(one) for one in (_encoded(c, codec) for c in characters) if one]
    if characters != _BLANKS:
        return encoded
    # in JSON blanks may stand as they are beside characters that are escaped
    plain = [re.escape(b" "), re.escape(b"\t")] if codec == ESCAPES else []
    return [*encoded, *plain, rb"\\[nrt]"]


def _encoded(character: str, codec: str) -> bytes:
    """Return a character's bytes; none where the codec lacks it."""
    if codec == ESCAPES:
        return f"\\u{ord(character):04x}".encode()
    return character.encode(codec, "ignore")


_PATTERNS: dict[str, re.Pattern[bytes]] = {}
