"""The cut: one moment of a home while runs go on, held still for long enough to be copied.

Belongs here: the locks and looks that make it one moment. Keep out: copying (`flow.backup.making`).
No run waits for longer than this takes. The store's writers and the audit log stand still, so that
no new act begins; an act that is under way may commit. So the tables are looked at until two looks
in a row are the same: what both saw is what was there between them. Whatever was written in part
then is written as by a run that was killed at that moment, which the next run continues.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from audit.keys import SigningKey
from audit.lake import entries, tables_of
from catalog_specs.errors import AuditError, TransientError
from flow.city import City
from storage.layout import Layout
from storage.places.object_path import Place
from storage.swaps import remove

__all__ = ["Cut", "cut", "files_below"]

_LOOKS = 50
"""Looks until two are the same: an act commits a few times, and none begins meanwhile."""


@dataclass(frozen=True)
class Cut:
    """A home at one moment: its audit log, the version of every table, the store's rows.

    `kept` is a folder with what might go or change afterwards, by hard links.
    """

    at: datetime
    key: SigningKey
    entries: int
    root: str
    tables: Mapping[str, tuple[Place, int]]
    store: Iterator[str] | None
    kept: Path


@contextmanager
def cut(city: City, kept: Path) -> Iterator[Cut]:
    """Yield the home as it was at one moment; `kept` is an empty folder on the home's disk.

    Raises:
        AuditError: the audit log is damaged, or nothing was ever entered.
        TransientError: so much went on that no moment was to be had.
    """
    # loaded here: the store's library is slow to import
    from governance.store.database import exists, open_store
    from governance.store.dumping import dump

    log, lines = city.audit, None
    with ExitStack() as open_until_copied:
        with ExitStack() as still:
            if exists(city.layout, city.governance_db):
                store = open_until_copied.enter_context(open_store(city.layout, city.governance_db))
                # first: who decides holds the store while the decision is entered in the log
                still.enter_context(store.writing())
                lines = dump(open_until_copied.enter_context(store.reading()))
            still.enter_context(city.lock("audit"))
            if lines is not None:
                lines = chain([next(lines)], lines)  # the first question fixes what is seen
            said = log.checkpoint
            if said is None:
                raise AuditError(
                    "the audit log has no entries", where=str(log.folder), remedy="enter one first"
                )
            tables = _still(city.layout, kept)
            found = Cut(city.clock(), log.key(), said.size, said.root.hex(), tables, lines, kept)
        yield found


def _still(layout: Layout, kept: Path) -> Mapping[str, tuple[Place, int]]:
    """Return table → its place and version, of one moment, and link what lies beside them."""
    seen = _look(layout)
    for _ in range(_LOOKS):
        for one in kept.iterdir():
            remove(one)
        _link(layout, kept)
        again = _look(layout)
        if again == seen:
            return again[0]
        seen = again
    raise TransientError(
        "the home was never still for long enough to be copied",
        where=str(layout.home),
        remedy="run again when less is going on",
    )


def _look(layout: Layout) -> tuple[dict[str, tuple[Place, int]], dict[str, tuple[int, int]]]:
    versions = {name: (path, max(entries(path), default=-1)) for name, path in tables_of(layout)}
    beside = {}
    for path in _beside(layout):
        with suppress(FileNotFoundError):
            status = path.lstat()
            beside[str(path)] = status.st_ino, status.st_mtime_ns
    return {name: one for name, one in versions.items() if one[1] >= 0}, beside


def _beside(layout: Layout) -> Iterator[Path]:
    """Yield what is no table and may go or change: the log, what is public, notices."""
    notices = layout.recall_notice("").parent
    for folder in (layout.audit, layout.special_acts, layout.public, notices):
        yield from files_below(folder)
    if layout.grants_begun.is_file():
        yield layout.grants_begun


def _link(layout: Layout, kept: Path) -> None:
    for path in _beside(layout):
        place = kept / path.relative_to(layout.home)
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            os.link(path, place, follow_symlinks=False)


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file and link below a folder that is not being written aside, in order."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        links = [one for one in folders if Path(place, one).is_symlink()]
        for name in sorted((*files, *links)):
            if not name.startswith("."):
                yield Path(place, name)
