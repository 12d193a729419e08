"""Names of archive members: which are hostile, and which files are wanted.

Belongs here: names alone. Keep out: bytes. No name is ever used as a path; these rules keep names
out of receipts and reports that somebody might use as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

__all__ = ["hostile_name", "is_wanted"]

_SLASHES = str.maketrans("\\∕⁄⧸＼﹨∖", "///////")
_CONTROL = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST = 1_000
_LITTER = {".ds_store", "thumbs.db", "desktop.ini"}


def hostile_name(names: Iterable[str]) -> str | None:
    """Return what is wrong with the first hostile name; None when all are plain."""
    seen: set[str] = set()
    for name in names:
        wrong = _hostile(name)
        if wrong is not None:
            return wrong
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if folded in seen:
            return "two members with the same name"
        seen.add(folded)
    return None


def _hostile(name: str) -> str | None:
    if any(unicodedata.category(character) in _CONTROL for character in name):
        return "a name with control characters"
    if not name or len(name) > _LONGEST:
        return "a name of no or extreme length"
    plain = unicodedata.normalize("NFKC", name).translate(_SLASHES)
    if plain.startswith("/") or _DRIVE.match(name):
        return "an absolute name"
    if ".." in [part.strip() for part in plain.split("/")]:
        return "a name that leads out of the archive"
    if plain.count("/") != name.count("/") + name.count("\\"):
        return "a name with a disguised slash"
    return None


def is_wanted(name: str, pattern: str | None) -> bool:
    """Say whether a file is taken: not what file managers leave behind, and as the feed says.

    The pattern may match the whole name or its last part.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if "__MACOSX" in path.parts or path.name.casefold() in _LITTER or path.name.startswith("._"):
        return False
    return pattern is None or fnmatchcase(name, pattern) or fnmatchcase(path.name, pattern)
