"""Places of tables: which tables lie below a folder, and the files of their logs.

Belongs here: looking for tables and log entries by their names alone. Keep out: opening them
(`storage.delta`), where folders of tables lie (`storage.layout`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from storage.places.object_path import Place

__all__ = [
    "LEDGERS",
    "LEDGER_DEPTH",
    "RESOURCE_DEPTH",
    "TABLE_KINDS",
    "log_files",
    "log_stamp",
    "newest_entry",
    "tables_under",
]

TABLE_KINDS = ("authoritative", "sequences", "quarantine", "holding")
"""The folders of tables that a resource has one of."""
LEDGERS = "ledgers"
"""The folder of the tables that are of no resource alone."""
LEDGER_DEPTH, RESOURCE_DEPTH = 1, 2
"""How many folders name a ledger, and a table of a resource."""


def tables_under(root: Place, depth: int) -> Iterator[tuple[str, Place]]:
    """Yield every Delta table so many folders below one, with its name there, in order of names.

    Nothing is opened, so that a damaged table is among them. Hidden ones are being built.
    """
    for name, place in _folders(root, depth):
        if (place / "_delta_log").is_dir():
            yield name, place


def _folders(root: Place, depth: int) -> Iterator[tuple[str, Place]]:
    if isinstance(root, Path) and not root.is_dir():
        return
    found: list[Place] = [*root.iterdir()]
    for one in sorted(found, key=lambda place: place.name):
        if one.name.startswith(".") or (isinstance(one, Path) and not one.is_dir()):
            continue
        if depth == 1:
            yield one.name, one
        else:
            yield from ((f"{one.name}/{name}", place) for name, place in _folders(one, depth - 1))


def log_files(path: Place) -> Iterator[Place]:
    """Yield the files of a table's log; none where there is no table."""
    log = path / "_delta_log"
    if not isinstance(log, Path) or log.is_dir():
        yield from log.iterdir()


def newest_entry(path: Place) -> str:
    """Return the name of a table's newest log entry: it changes with every commit.

    Nothing is read, so that a damaged table has one too; empty where there is no table. A pointer
    to a checkpoint and what a killed commit staged lie in the same folder, and are none.
    """
    names = (one.name for one in log_files(path))
    return max(
        (name for name in names if name[0].isdecimal() and name.endswith(".json")), default=""
    )


def log_stamp(path: Place) -> str:
    """Return what changes with every commit, and with an entry that anybody touches; "" without.

    Cheap, as `newest_entry`: nothing is read. On a disk it looks at what whoever opens the table
    would read: the newest checkpoint and what came since. The numbers by themselves are moments, in
    nanoseconds. An object is never written over by a writer of tables: there the name has to do.
    """
    if not isinstance(path, Path):
        return newest_entry(path)
    try:
        entries = [one for one in os.scandir(path / "_delta_log") if one.name[0].isdecimal()]
        newest = max((one.name[:20] for one in entries if ".checkpoint." in one.name), default="")
        read = sorted((one for one in entries if one.name >= newest), key=lambda one: one.name)
        states = [(one.name, one.stat()) for one in read]
    except (FileNotFoundError, NotADirectoryError):
        return ""
    told = (f"#{name} #{one.st_ino} #{one.st_size} {one.st_ctime_ns}" for name, one in states)
    return " ".join(told)
