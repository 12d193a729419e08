"""Kept compilations: what the files of a large lawful catalogue say, so that it is compiled once.

Belongs here: keeping that, and finding it again. Keep out: reading files (`files`), laws.
To read a thousand resources and to ask every law of them takes seconds of every command. What is
kept counts for files with the very same bytes and for the very same program alone; whoever may
change a file has it compiled as a whole. It is JSON, from which nothing but plain values can come.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

__all__ = ["FEWEST", "Kept", "digest_of", "keep", "kept"]

FEWEST = 500
"""Files from which a catalogue is kept: fewer are compiled in a third of a second."""
_ASKED = ("pydantic", "polars", "pyarrow", "chinesecalendar")
"""Packages that a law or a shape asks: another version may answer differently."""
_DAY = "\0day"
"""The key that a day is written under: YAML knows days, JSON does not."""


@dataclass(frozen=True)
class Kept:
    """A lawful catalogue: the digest of all its files, and each one's data by its own digest."""

    catalogue: str
    documents: Mapping[str, Any]


def digest_of(content: bytes) -> str:
    """Return the digest that a file's data are kept under."""
    return hashlib.sha256(content).hexdigest()


def kept(place: Path) -> Kept | None:
    """Return what this program kept there; None for nothing, or what others could have written."""
    try:
        with place.open("rb") as opened:
            state = os.fstat(opened.fileno())
            if state.st_uid != os.geteuid() or stat.S_IMODE(state.st_mode) & 0o022:
                return None
            said = json.loads(opened.read(), object_hook=_day)
        same = said["program"] == _program()
        return Kept(said["catalogue"], said["documents"]) if same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(place: Path, found: Kept) -> None:
    """Keep a lawful catalogue; what JSON cannot say as it is, or nowhere to keep it, keeps none."""
    with suppress(TypeError, ValueError):
        text = json.dumps(found.documents, ensure_ascii=False, default=_written)
        # a key that is a number would come back as a text
        if json.loads(text, object_hook=_day) == found.documents:
            head = json.dumps({"program": _program(), "catalogue": found.catalogue})
            _put(place, f'{head[:-1]}, "documents": {text}}}'.encode())


def _put(place: Path, content: bytes) -> None:
    with suppress(OSError):  # a home that is not there yet, or may only be read
        handle, aside = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
            Path(aside).replace(place)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise


def _written(value: object) -> dict[str, str]:
    if type(value) is date:
        return {_DAY: value.isoformat()}
    raise TypeError(type(value).__name__)


def _day(found: dict[str, Any]) -> Any:  # noqa: ANN401 - plain data
    return date.fromisoformat(found[_DAY]) if _DAY in found else found


@cache
def _program() -> str:
    """Return a digest of everything that decides what a file says and whether it is lawful."""
    here = Path(__file__).parents[1]
    sources = b"".join(path.read_bytes() for path in sorted(here.rglob("*.py")))
    versions = [f"{name} {version(name)}" for name in _ASKED]
    return digest_of(sources + "\n".join([sys.version, *versions]).encode())
