"""Damaged files of a home, searched for after something has failed.

Belongs here: from any error to the table, delivery or folder behind it. Keep out: what is said of
other faults (`flow.failures`), restoring. A damaged file is met in many ways: by whoever opens the
table, by the engine in the middle of a query, by Arrow. So nobody on the way has to think of it:
a vendor's words are searched for a place below the home, and that place is read again here. Nothing
else of the words is believed, and none of them is told.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from catalog_specs.errors import UnreadableError
from storage.delta.tables import snapshot
from storage.digests import sha256_of_file
from storage.layout import RECEIPT, ROWS, Layout
from storage.places.object_path import Place, place_of
from storage.places.parquet_files import open_parquet
from storage.places.tables import LEDGER_DEPTH, LEDGERS, RESOURCE_DEPTH, TABLE_KINDS, tables_under

__all__ = ["Damages"]

_PLACES = re.compile(rf"lake/(?:{'|'.join((*TABLE_KINDS, LEDGERS, 'shares', 'landing'))})/[\w./-]+")
_DEPTHS = {"ledgers": 3, "shares": 3, "landing": 5}
"""How many folders name a place below `lake/`; a table of a resource has four."""
_TABLES = 4
_READERS = ("duckdb", "_duckdb", "pyarrow", "polars", "_internal")
"""Modules of errors that whoever decodes a file raises."""
_SEARCHED = 4 << 30
"""Bytes that are read at most to find a damaged file that nobody named."""
_BATCH = 4096
"""Rows that are decoded at once while a file is read through."""


class Damages:
    """What was found damaged in one run; a place is read once, however many things meet it."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._looked: dict[Place, UnreadableError | None] = {}
        self._left = _SEARCHED

    def behind(self, subject: str, error: BaseException) -> UnreadableError | None:
        """Return what of the home cannot be read, if that is why something failed; None otherwise.

        `subject` is what failed: what carries its name is looked at first.
        """
        found = self._found(subject, error)
        if found is None:
            return None
        place = place_of(found.where)
        root: Place | None = self._layout.home if isinstance(place, Path) else self._layout.store
        if root is None or not place.is_relative_to(root):
            return found
        return UnreadableError(found.what, where=str(place.relative_to(root)))  # type: ignore[arg-type]

    def _found(self, subject: str, error: BaseException) -> UnreadableError | None:
        if isinstance(error, UnreadableError):
            return error
        if isinstance(error, PermissionError) and _below(self._layout, error.filename):
            return UnreadableError("reading or writing is not permitted", where=error.filename)
        if not isinstance(error, OSError) and not type(error).__module__.startswith(_READERS):
            return None
        named = [*_named(self._layout, error)]
        if not named and _elsewhere(self._layout, error):
            return None
        places = named or self._everything(subject)
        return next(filter(None, map(self._at, places)), None)

    def _at(self, place: Place) -> UnreadableError | None:
        if place not in self._looked:
            self._looked[place] = None if _is_away(self._layout, place) else _damaged(place)
        return self._looked[place]

    def _everything(self, subject: str) -> Iterator[Place]:
        """Yield every table and landed delivery, the subject's first, until enough was read."""
        layout = self._layout
        kinds = dict.fromkeys(TABLE_KINDS, RESOURCE_DEPTH) | {LEDGERS: LEDGER_DEPTH}
        found: list[Place] = [
            *(log.parent for log in layout.shares.glob("*/*/_delta_log")),
            *filter(_has_records, layout.lake.glob(f"landing/{subject}/[!.]*")),
        ]
        for kind, depth in kinds.items():
            found += (place for _, place in tables_under(layout.tables / kind, depth))

        def order(place: Place) -> tuple[bool, bool, str]:
            others = f"/{subject}" not in str(place)
            return others, self._looked.get(place) is None, str(place)

        for place in sorted(found, key=order):
            if place not in self._looked:
                self._left -= _size(place)
            if self._left > 0 or place in self._looked:
                yield place


def _size(place: Place) -> int:
    """Return the bytes of a table's or a delivery's Parquet files."""
    found: list[Place] = [*place.iterdir()]
    return sum(one.stat().st_size for one in found if one.suffix == ".parquet")


def _below(layout: Layout, name: object) -> bool:
    return isinstance(name, str) and Path(name).is_relative_to(layout.home)


def _elsewhere(layout: Layout, error: BaseException) -> bool:
    """Say whether an error is a network's, or of a file outside the home.

    Nothing here is behind it, and the lake would be read for nothing, up to the bound.
    """
    if isinstance(error, (ConnectionError, TimeoutError, socket.gaierror)):
        return True
    name = error.filename if isinstance(error, OSError) else None
    return isinstance(name, str) and Path(name).is_absolute() and not _below(layout, name)


def _named(layout: Layout, error: BaseException) -> Iterator[Place]:
    """Yield the places of the lake that an error, or one that led to it, speaks of."""
    seen: set[Place] = set()
    link: BaseException | None = error
    while link is not None:
        for text in _PLACES.findall(str(link)):
            parts = text.split("/")
            root = layout.tables if parts[1] in {*TABLE_KINDS, LEDGERS} else layout.lake
            place = root.joinpath(*parts[1 : _DEPTHS.get(parts[1], _TABLES)])
            if place not in seen and ".." not in parts and place.is_dir():
                seen.add(place)
                yield place
        link = link.__cause__ or link.__context__


def _damaged(place: Place) -> UnreadableError | None:
    """Read a table or a delivery through, and say what is wrong with it."""
    if isinstance(place, Path) and not os.access(place, os.R_OK | os.X_OK):
        return UnreadableError("the folder may not be read", where=str(place))
    try:
        if isinstance(place, Path) and not (place / "_delta_log").exists():
            return _spoiled(place) if _in_place(place) else _unreadable(place, [place / ROWS])
        found = snapshot(place)
        return _unreadable(place, map(place_of, found.files)) if found else None
    except UnreadableError as error:
        return error


def _is_away(layout: Layout, place: Place) -> bool:
    """Say whether files of a delivery have left the disk, and the object store has them."""
    landing = layout.lake / "landing"
    if layout.store is None or not isinstance(place, Path) or not place.is_relative_to(landing):
        return False
    raw = layout.tables / place.relative_to(layout.lake) / "raw"
    return not any((place / "raw").glob("*")) and raw.is_dir()


def _has_records(place: Path) -> bool:
    """Say whether a landed delivery has records: a refused one may have none."""
    return (place / ROWS).exists() or _in_place(place)


def _in_place(place: Path) -> bool:
    """Say whether a delivery's file is read as it lies."""
    try:
        return bool(json.loads((place / RECEIPT).read_text(encoding="utf-8")).get("plain"))
    except (OSError, ValueError, AttributeError):
        return False


def _spoiled(place: Path) -> UnreadableError | None:
    """Say what is wrong with the file of a delivery, whose name ends in the digest of its bytes."""
    raw = [*(place / "raw").glob("*")]
    if not raw:
        return UnreadableError("a data file is missing", where=str(place))
    try:
        same = sha256_of_file(raw[0]).startswith(place.name.rpartition("-")[2])
    except OSError:
        same = False
    return None if same else UnreadableError("a data file is damaged", where=str(place))


def _unreadable(place: Place, files: Iterable[Place]) -> UnreadableError | None:
    for file in files:
        if not file.exists():
            return UnreadableError("a data file is missing", where=str(place))
        try:
            with open_parquet(file) as opened:
                for _ in opened.iter_batches(_BATCH):
                    pass
        except (pa.ArrowException, OSError):
            return UnreadableError("a data file is damaged", where=str(place))
    return None
