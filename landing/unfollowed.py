"""Inbox folders and delivered files opened without following any link below the inbox.

Belongs here: opening, and having written to the disk what was opened. Keep out: the content
(`inbox`), taking files away (`taking`).
The inbox itself may be a link, because the operator set it up. Its content is written by
departments, and they may put a link in the place of a folder between two looks.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from catalog_specs.errors import TransientError
from landing.stored_names import stored_name

__all__ = ["moving", "opened", "opened_folder", "written_out"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY


@contextmanager
def opened_folder(root: Path, folders: Sequence[str] = ()) -> Iterator[int]:
    """Yield a descriptor of the folder that lies `folders` deep below `root`.

    Raises:
        OSError: one of them is no folder (a link is none), is gone, or may not be read.
    """
    descriptor = os.open(root, _FOLDER)
    try:
        for name in folders:
            inner = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def opened(path: Path) -> BufferedReader:
    """Open a delivered file; what was put in its place meanwhile is neither followed nor read.

    Raises:
        TransientError: it is gone, or became a link.
    """
    try:
        # NONBLOCK: opening a pipe that was put in the file's place would wait for ever
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno not in {errno.ELOOP, errno.ENOENT, errno.ENOTDIR}:
            raise
        raise moving(path) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise moving(path)
    return os.fdopen(descriptor, "rb")


@contextmanager
def written_out(path: Path) -> Iterator[None]:
    """Have a delivered file written to the disk while it is read, and wait for that at the end."""
    with opened(path) as stream, ThreadPoolExecutor(1) as pool:
        written = pool.submit(os.fsync, stream.fileno())
        yield
        written.result()


def moving(path: Path) -> TransientError:
    """Return the error of a file that is not what it was when it was looked at."""
    return TransientError(
        "a waiting file changed or went away while it was landed",
        where=stored_name(path.name).text,
        remedy="run again; departments write aside and rename",
    )
