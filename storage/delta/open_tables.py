"""Open tables: delta-rs's own objects, opened anew or kept from one reader to the next.

Belongs here: opening, and knowing in two looks at the log whether what was opened is still the
newest version. Keep out: what is read from a table (`tables`), commits (everything beside).
To open a table costs a listing of its log and a replay of its checkpoint, which grow with its life;
a turn asks the same few tables a dozen times, so what is made of one is kept beside it. An object
changes with a commit made through it, so whoever commits opens one of his own, and only what nobody
else holds takes in what was committed since, and is committed through again. An object reads
entries of its log when it is asked, those before a later checkpoint too. Such go after a day
(`logs`), so that none is kept for longer than half of one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import local
from typing import Any, TypeVar

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from catalog_specs.errors import UnreadableError
from storage.places.faults import told
from storage.places.object_path import ObjectPath, ObjectState, Place

__all__ = ["keep_open", "made_of_newest", "newest", "open_table", "taken_over", "whole_path"]

_KEPT = 64
"""Tables that stay open in a thread: more than a turn asks."""

LONGEST = 12 * 3600.0
"""Seconds that an object is kept: its log entries stay twice as long."""

Stamp = tuple[int | str, int, int]
T = TypeVar("T")


@dataclass
class _Open:
    """A table as it was opened, and by what its newest log entry is known again."""

    table: DeltaTable
    stamp: Stamp
    born: float
    made: Any = None
    """What a reader made of this version, for the next one."""


class _Kept(local):
    """What a thread keeps open: nobody may commit through what another one is reading."""

    def __init__(self) -> None:
        self.tables: dict[Place, _Open] = {}
        self.lent: dict[int, float] = {}
        """When the objects were opened that somebody commits through, by their ids."""


_kept = _Kept()


def whole_path(path: Place) -> Place:
    """Return a path from the root with every link followed.

    A share's `current` leads to another folder after each swap, whose log may be the same file.
    """
    return path if isinstance(path, ObjectPath) else Path(os.path.realpath(path))


def open_table(path: Place, version: int | None = None) -> DeltaTable | None:
    """Open one version of a table, the newest by default; None when there is no table.

    Raises:
        UnreadableError: a log lies there that cannot be read.
        ObjectStoreError: the store on which it lies does not let anybody see.
    """
    try:
        return DeltaTable(str(path), version=version)
    except TableNotFoundError:
        return None
    except OSError as error:
        if isinstance(path, ObjectPath):
            raise told(error, str(path)) from None
        raise
    except DeltaError:  # its words may quote the log, and so bounds of values
        raise UnreadableError("the table's log cannot be read", where=str(path)) from None


def newest(path: Place) -> DeltaTable | None:
    """Return the newest version of a table, for reading alone; None when there is no table.

    Raises:
        UnreadableError: a log lies there that cannot be read.
    """
    path = whole_path(path)
    known = _kept.tables.get(path)
    if known is not None and _is_newest(path, known):
        return known.table
    _kept.tables.pop(path, None)
    table = open_table(path)
    if table is not None:
        keep_open(path, table)
    return table


def made_of_newest(path: Place, make: Callable[[DeltaTable], T]) -> T | None:
    """Return what one maker makes of the newest version, made once; None when there is no table.

    Raises:
        UnreadableError: a log lies there that cannot be read.
    """
    table = newest(path)
    if table is None:
        return None
    known = _kept.tables.get(whole_path(path))
    if known is None or known.table is not table:
        return make(table)
    if known.made is None:
        known.made = make(table)
    found: T = known.made
    return found


def taken_over(path: Place) -> DeltaTable | None:
    """Return the newest version of a table for one commit through it; None where there is none.

    Raises:
        UnreadableError: a log lies there that cannot be read.
    """
    path = whole_path(path)
    known = _kept.tables.pop(path, None)
    if known is not None and (_is_newest(path, known) or _catches_up(path, known)):
        _kept.lent[id(known.table)] = known.born
        return known.table
    return open_table(path)


def keep_open(path: Place, table: DeltaTable) -> None:
    """Leave a table to later readers; whoever opened it commits through it no more."""
    path = whole_path(path)
    stamp, now = _stamp(path, table.version()), time.monotonic()
    born = _kept.lent.pop(id(table), now)
    if stamp is None:
        return
    while len(_kept.tables) >= _KEPT:
        _kept.tables.pop(next(iter(_kept.tables)), None)
    _kept.tables[path] = _Open(table, stamp, born)


def _is_newest(path: Place, known: _Open) -> bool:
    """Say whether nobody committed since, and the table is not another in its place."""
    if time.monotonic() - known.born > LONGEST:
        return False
    version = known.table.version()
    return _stamp(path, version) == known.stamp and _stamp(path, version + 1) is None


def _catches_up(path: Place, known: _Open) -> bool:
    """Let a table take in what others committed since, where it is the same one; say whether.

    Two workers append to the same ledgers in turn: to open one anew costs each several times more
    than what the other added.
    """
    if time.monotonic() - known.born > LONGEST:
        return False
    if known.stamp != _stamp(path, known.table.version()):
        return False
    try:
        known.table.update_incremental()
    except (DeltaError, OSError):  # whoever opens it anew is told what is wrong
        return False
    return True


def _stamp(path: Place, version: int) -> Stamp | None:
    try:
        found = (path / "_delta_log" / f"{version:020}.json").stat()
    except OSError:
        return None
    known = found.e_tag if isinstance(found, ObjectState) else found.st_ino
    return known, found.st_mtime_ns, found.st_size
