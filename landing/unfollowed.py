"""Inbox folders opened without following any link below the inbox.

Belongs here: opening. Keep out: the content (`inbox`), taking files away (`taking`).
The inbox itself may be a link, because the operator set it up. Its content is written by
departments, and they may put a link in the place of a folder between two looks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = ["opened_folder"]

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
