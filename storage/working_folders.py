"""Working folders, and clearing those whose process died.

Belongs here: making such a folder, checking whether its process is alive, removing it if not.
Keep out: its content. The process locks the folder itself, and the kernel releases the lock when
the process ends, however it ends. So the next run removes everything that a killed run left,
personal data included. Clocks and process ids are not used: both can mislead after a restart.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

__all__ = ["abandoned", "sweep", "working_folder"]

_RANDOM = re.compile("[0-9a-f]{32}")


@contextmanager
def working_folder(
    parent: Path, prefix: str, suffix: str = "", mode: int = 0o700
) -> Iterator[Path]:
    """Yield a new folder below `parent`; it is removed afterwards, unless it was renamed.

    Folders with the same prefix and suffix whose processes are dead are removed first. The
    process's umask applies to `mode`.
    """
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent, prefix, suffix)
    folder, lock = _made(parent, prefix, suffix, mode)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)  # last: while it is locked, no other process takes the folder for abandoned


def sweep(parent: Path, prefix: str, suffix: str = "") -> None:
    """Remove the working folders below `parent` whose processes are dead."""
    for folder in parent.iterdir():
        if folder.name.startswith(prefix) and folder.name.endswith(suffix):
            lock = _locked(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def abandoned(parent: Path) -> tuple[Path, ...]:
    """Return the working folders below `parent` whose processes are dead; none is touched.

    Folders of lock files are not among them: their names have no random part.
    """
    found = []
    for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
        if folder.is_dir() and _RANDOM.search(folder.name):
            lock = _locked(folder)
            if lock is not None:
                found.append(folder)
                os.close(lock)
    return tuple(found)


def _made(parent: Path, prefix: str, suffix: str, mode: int) -> tuple[Path, int]:
    """Make a folder and lock it; again if another process swept it away before it was locked."""
    while True:
        folder = parent / f"{prefix}{uuid4().hex}{suffix}"
        folder.mkdir(mode=mode)
        lock = _locked(folder)
        if lock is not None and folder.is_dir():  # a lock on a removed folder protects nothing
            return folder, lock
        if lock is not None:
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """Lock a folder; None when its process is alive, or when there is no folder."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        # flock, not fcntl locks: those end as soon as any descriptor of the file is closed
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
