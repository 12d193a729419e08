"""Swaps: a new file or folder put in place, so that readers see the old or the new, complete.

Belongs here: swapping files and links, removing them, their permissions. Keep out: their content.
Temporary names are derived from the final name. So the next run finds and removes what an
interrupted one left. The caller holds the lock of the thing that is swapped.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = [
    "FILE_MODE",
    "aside",
    "clear_aside",
    "json_text",
    "link_tree",
    "only_name",
    "point",
    "read_json",
    "remove",
    "restrict",
    "settle",
    "swap_file",
    "write_durably",
    "write_json",
    "write_text",
]

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def aside(place: Path) -> Path:
    """Return where the successor of `place` is built: beside it, hidden, on the same disk.

    A rename is atomic only within one file system, so `work/` would not do.
    """
    return place.with_name(f".{place.name}.next")


def clear_aside(place: Path) -> None:
    """Remove what an interrupted run left beside `place`."""
    for left in place.parent.glob(f".{glob.escape(place.name)}.*"):
        remove(left)


def only_name(place: Path, descriptor: int) -> None:
    """Take away the name under which an open file was built, if its maker was killed before that.

    Where a file must not replace another it is linked to its place, and has two names for a moment.
    """
    found = os.fstat(descriptor)
    if found.st_nlink > 1:
        with suppress(OSError):  # the other name is somebody else's, or the home is only read
            if os.path.samestat(found, aside(place).lstat()):
                aside(place).unlink()


def remove(path: Path) -> bool:
    """Remove a file or a folder with its content; say whether there was one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
        return True
    existed = path.is_symlink() or path.exists()
    path.unlink(missing_ok=True)
    return existed


def point(link: Path, target: Path) -> None:
    """Point a link at a folder beside it, in one step: a reader finds the old or the new."""
    clear_aside(link)
    if link.is_dir() and not link.is_symlink():
        remove(link)  # a copy that followed links made a folder of it
    # relative, so that the link still works after the whole home was moved
    aside(link).symlink_to(target.name, target_is_directory=True)
    aside(link).replace(link)


def swap_file(place: Path, mode: int = FILE_MODE) -> None:
    """Put the file built at `aside(place)` in place, in one step."""
    aside(place).chmod(mode)
    aside(place).replace(place)


def restrict(folder: Path) -> None:
    """Take every right from everybody else: folders 0700, files 0600."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)


def link_tree(source: Path, target: Path) -> None:
    """Repeat a folder of immutable files by hard links: no byte is copied."""
    shutil.copytree(source, target, copy_function=os.link)


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object; an empty one when there is no such file or it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def json_text(content: Mapping[str, Any]) -> str:
    """Return a JSON object as text."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON object aside and put it in place, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json_text(content))


def write_durably(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files in place below a folder, each whole, and all on the disk when it returns.

    The last one takes its place when the disk has all others: it may stand for them. All are
    written before the first is waited for, so that a disk takes them in one go.
    """
    places = [folder / name for name in files]
    asides = [aside(path) for path in places]
    for next_one, path, content in zip(asides, places, files.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        descriptor = os.open(next_one, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    for next_one, path in zip(asides[:-1], places[:-1], strict=True):
        next_one.replace(path)
    for path in (*places[:-1], *asides[-1:]):
        settle(path, os.fdatasync)
    for parent in dict.fromkeys(path.parent for path in places[:-1]):
        settle(parent)
    asides[-1].replace(places[-1])
    settle(places[-1].parent)


def settle(path: Path, wait: Callable[[int], None] = os.fsync) -> None:
    """Wait until the disk has what was written to a file, or to a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        wait(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str, mode: int = FILE_MODE) -> None:
    """Write a text aside and put it in place."""
    aside(path).write_text(text, encoding="utf-8")
    swap_file(path, mode)
