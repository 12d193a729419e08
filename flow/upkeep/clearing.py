"""Clearing: landed files that leave the disk of a home whose object store has them as well.

Belongs here: which files, and putting what the store lacks. Keep out: fetching one back
(`register.receipts`), dead files of tables (`tidying`).
A receipt never leaves. Its delivery's file and records do, those that were landed longest ago
first, until the rest fits the room that landed files have; whoever asks for one has it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flow.city import City
from flow.failures import Faults
from landing.landing import deposit_landed
from register.landed import landed
from register.receipts import deposited
from storage.layout import RECEIPT, ROWS, Layout

__all__ = ["Cleared", "clear_landing"]


@dataclass(frozen=True)
class Cleared:
    """What left the disk, or would: files and bytes; and deliveries that the store had not."""

    files: int = 0
    bytes: int = 0
    put: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {"files": self.files, "bytes": self.bytes, "put": self.put}


@dataclass(frozen=True)
class _Landed:
    """A file of a landed delivery that may leave the disk, and when that was landed."""

    path: Path
    ref: str
    size: int
    at: int


def clear_landing(city: City, faults: Faults, *, dry_run: bool = False) -> Cleared:
    """Let the oldest landed files leave the disk; nothing where there is no object store.

    What fails of one resource stops no other.
    """
    layout = city.layout
    put, here = 0, list[_Landed]()
    for ref in _resources(layout):
        with faults.apart("landing", ref):
            whole = _whole(layout, ref)
            lacking = [one for one in landed(layout, ref).names if one not in whole]
            if lacking and not dry_run:
                deposit_landed(layout, ref, lacking)
                whole = _whole(layout, ref)
            put += len(lacking)
            here += _leaving(layout, ref, whole)
    gone = _beyond(here, city.landed_bytes)
    for ref in dict.fromkeys(one.ref for one in gone) if not dry_run else ():
        with faults.apart("landing", ref), city.lock(ref):
            for one in gone:
                if one.ref == ref:
                    one.path.unlink(missing_ok=True)
    return Cleared(len(gone), sum(one.size for one in gone), put)


def _resources(layout: Layout) -> Iterator[str]:
    """Yield every resource of which anything was landed, if there is a store that has it."""
    root = layout.lake / "landing"
    for folder in sorted(root.glob("*/*")) if layout.store is not None else ():
        yield folder.relative_to(root).as_posix()


def _whole(layout: Layout, ref: str) -> dict[str, dict[str, int]]:
    """Return which deliveries the store has whole: the bytes of each file, by its name."""
    found: dict[str, dict[str, int]] = {}
    for below, _, state in deposited(layout, ref):
        delivery, _, name = below.partition("/")
        found.setdefault(delivery, {})[name] = state.st_size
    return {delivery: files for delivery, files in found.items() if RECEIPT in files}


def _leaving(layout: Layout, ref: str, whole: Mapping[str, Mapping[str, int]]) -> Iterator[_Landed]:
    """Yield the files that the store has; records that it lacks were made of the file later."""
    for name in (one for one in landed(layout, ref).names if one in whole):
        folder, has = layout.delivery(ref, name), whole[name]
        for path in (*folder.glob("raw/*"), folder / ROWS):
            if path.is_file():
                size = path.stat().st_size
                if has.get(path.relative_to(folder).as_posix(), size) == size:
                    at = layout.receipt(ref, name).stat().st_mtime_ns
                    yield _Landed(path, ref, size, at)


def _beyond(here: list[_Landed], room: int) -> list[_Landed]:
    """Return the files that are too many, those that were landed last not among them."""
    gone = []
    for one in sorted(here, key=lambda each: (each.at, str(each.path)), reverse=True):
        room -= one.size
        if room < 0:
            gone.append(one)
    return gone
