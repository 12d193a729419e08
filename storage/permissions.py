"""Permissions below a home: the owner alone, except open data, which everyone may read.

Belongs here: the umask of every process of ours, closing the folders of a home, finding and
repairing permissions that are too wide. Keep out: the modes of single files where they are made.
The inbox and the home folder itself are not touched: departments must reach the inbox, and the
operator decides which accounts they use.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.layout import Layout

__all__ = ["Loose", "close_doors", "keep_private", "loose", "mend", "private_files"]

UMASK = 0o077
PUBLIC_FILES = (0o644, 0o444)  # an index is rewritten; a released package is read-only for ever
PUBLIC_FOLDER = 0o755
_OTHERS = 0o077


@dataclass(frozen=True)
class Loose:
    """A file or folder with wrong permissions, or one that belongs to another account."""

    path: Path
    mode: int
    wanted: int
    foreign: bool = False


def keep_private() -> None:
    """From now on, let this process and its children create files that only their owner reads."""
    os.umask(UMASK)


@contextmanager
def private_files() -> Iterator[None]:
    """Do the same as `keep_private`, for one piece of work only."""
    before = os.umask(UMASK)
    try:
        yield
    finally:
        os.umask(before)


def close_doors(layout: Layout) -> None:
    """Close the folders directly below a home, so that others can reach nothing in them.

    A closed folder also protects the open files in it, so this cheap step is enough for a home
    that an earlier version made. Single files are for `mend`.
    """
    for folder in layout.private:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_mode & _OTHERS:
            folder.chmod(0o700)


def loose(layout: Layout) -> Iterator[Loose]:
    """Yield private paths that others may use, and public ones that they cannot read.

    Links are not followed: their targets are checked at their own place.
    """
    lone = (layout.governance_db,) if layout.governance_db.exists() else ()
    for private in (*layout.private, *lone):
        for path, status in _below(private):
            mode = stat.S_IMODE(status.st_mode)
            foreign = status.st_uid != os.geteuid()
            if mode & _OTHERS or foreign:
                yield Loose(path, mode, mode & ~_OTHERS, foreign)
    for path, status in _below(layout.public):
        mode, is_folder = stat.S_IMODE(status.st_mode), stat.S_ISDIR(status.st_mode)
        if is_folder and mode != PUBLIC_FOLDER:
            yield Loose(path, mode, PUBLIC_FOLDER)
        elif not is_folder and mode not in PUBLIC_FILES:
            yield Loose(path, mode, PUBLIC_FILES[0])


def mend(found: Loose) -> bool:
    """Give a path the right permissions; False when only another account can do that."""
    try:
        found.path.chmod(found.wanted)
    except (PermissionError, FileNotFoundError):
        return False
    return not found.foreign


def _below(top: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield a file or folder, and all below it that is no link."""
    if not top.exists() or top.is_symlink():
        return
    yield top, top.stat()
    for folder, folders, files in os.walk(top):
        for name in (*folders, *files):
            path = Path(folder, name)
            try:
                status = path.lstat()
            except FileNotFoundError:
                continue  # a run that is in progress removed it after `walk` had listed it
            if not stat.S_ISLNK(status.st_mode):
                yield path, status
