"""Stored names: the harmless file name under which a delivered file is kept.

Belongs here: names of files. Keep out: names inside archives (`feeds.untrusted.member_names`).
A file is taken for its content, so no name is a reason to refuse it. A stored name is one plain
path component in NFC: no control or direction character, no look-alike of a slash or of dots. What
came in folders of an inbox is named by its path, each component so kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from feeds.untrusted.markings import is_marked

__all__ = ["LONGEST", "StoredName", "stored_name", "stored_path"]

LONGEST = 255
"""Bytes that a file system gives to one name."""
_REPLACED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories: control, format (direction), surrogate, private, unassigned, line ends."""
_SLASHES = frozenset("/\\∕⁄⧸⧵∖")
"""Slashes, and characters that look like one."""
_SUFFIX = re.compile(r"(\.[A-Za-z0-9]{1,8}){1,2}")


@dataclass(frozen=True)
class StoredName:
    """A name as it is kept, and whether it was delivered under another one."""

    text: str
    renamed: bool


def stored_name(name: str) -> StoredName:
    """Return what a delivered name is kept as; one with a secrecy marking is not kept at all."""
    if is_marked(unicodedata.normalize("NFKC", name)):
        return StoredName(f"delivered{_suffix(name)}", renamed=True)
    plain = "".join(map(_plain, unicodedata.normalize("NFC", name))).strip()
    if not plain.strip("._ "):
        plain = "delivered"
    plain = _cut(plain)
    plain = f"_{plain}" if plain.startswith(".") else plain
    return StoredName(plain, renamed=plain != name)


def stored_path(path: PurePosixPath) -> StoredName:
    """Return what a path below an inbox is kept as; nothing of one with a marking is kept.

    A marking may be spread over a folder and what lies in it, so the path is looked at as a whole.
    """
    whole = "".join(path.parts)
    if is_marked(unicodedata.normalize("NFKC", whole)):
        return stored_name(whole)
    kept = "/".join(stored_name(part).text for part in path.parts)
    return StoredName(kept, renamed=kept != str(path))


def _plain(character: str) -> str:
    if unicodedata.category(character) in _REPLACED:
        return "_"
    alike = unicodedata.normalize("NFKC", character)
    if _SLASHES & {*alike, character} or (character != "." and not alike.strip(".")):
        return "_" if character.strip() else character
    return character


def _suffix(name: str) -> str:
    found = "".join(PurePosixPath(name).suffixes[-2:])
    return found.lower() if _SUFFIX.fullmatch(found) else ""


def _cut(name: str) -> str:
    """Shorten a name to its limit, keeping its ending; whole characters only."""
    if len(name.encode()) <= LONGEST:
        return name
    suffix = _suffix(name)
    stem = name.removesuffix(suffix).encode()[: LONGEST - len(suffix)]
    return stem.decode("utf-8", "ignore") + suffix
