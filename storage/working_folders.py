"""Working folders, and clearing those whose process died.

Belongs here: making such a folder, telling whether its maker still lives, removing it when not.
Keep out: what is in it. A maker holds a lock on the folder itself; the kernel lets it go when the
process ends, however it ends. So what a killed run leaves, records of persons among it, is gone
when the next run begins, and no clock or process number has to be trusted.
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
    """Yield a fresh folder below `parent` that vanishes afterwards, if it is still there.

    Folders with the same prefix and suffix whose makers are dead are removed first. `mode` is what
    the process's umask leaves of it.
    """
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent, prefix, suffix)
    folder, held = _made(parent, prefix, suffix, mode)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def sweep(parent: Path, prefix: str, suffix: str = "") -> None:
    """Remove the working folders below `parent` whose makers are dead."""
    for folder in parent.iterdir():
        if folder.name.startswith(prefix) and folder.name.endswith(suffix):
            held = _hold(folder)
            if held is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(held)


def abandoned(parent: Path) -> tuple[Path, ...]:
    """Return the folders below a place of working folders whose makers are dead; none is touched.

    Folders of locks are no working folders: their names hold no random part.
    """
    found = []
    for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
        if folder.is_dir() and _RANDOM.search(folder.name):
            held = _hold(folder)
            if held is not None:
                found.append(folder)
                os.close(held)
    return tuple(found)


def _made(parent: Path, prefix: str, suffix: str, mode: int) -> tuple[Path, int]:
    """Make a folder and hold it; anew when somebody swept it away before it was held."""
    while True:
        folder = parent / f"{prefix}{uuid4().hex}{suffix}"
        folder.mkdir(mode=mode)
        held = _hold(folder)
        if held is not None and folder.is_dir():
            return folder, held
        if held is not None:
            os.close(held)


def _hold(folder: Path) -> int | None:
    """Lock a folder; None when its maker lives, or when there is none."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held
