"""Deposits: folders of a disk that an object store has as well, each whole before it counts.

Belongs here: putting a folder, one file of it last; fetching a file back. Keep out: which folders,
and when their files leave the disk (`flow.upkeep.clearing`).
The last file is created, not replaced: it stands for all others, and of two who put a folder of one
name the second is refused.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.places.object_path import ObjectPath
from storage.working_folders import working_folder

__all__ = ["deposit", "fetch"]


def deposit(folder: Path, target: ObjectPath, last: str) -> None:
    """Put every file of a folder on the store, and the one of this name last; repeatable.

    Raises:
        ObjectStoreError: another folder of the name is there, or the store does not take it.
    """
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name != last:
            (target / name).upload(file)
    try:
        (target / last).create((folder / last).read_bytes())
    except FileExistsError:
        raise ObjectStoreError(StoreFault.OTHER_HOME, where=str(target / last)) from None


def fetch(source: ObjectPath, file: Path, scratch: Path) -> bool:
    """Put an object in the place of a file, whole; say whether there is one.

    `scratch` is a folder of the same disk: two who fetch it at once do not meet.

    Raises:
        ObjectStoreError: the store does not answer.
    """
    if not source.is_file():
        return False
    with working_folder(scratch, "fetched-") as aside:
        with source.open() as opened, (aside / "file").open("wb") as written:
            shutil.copyfileobj(opened, written, 1 << 20)
        file.parent.mkdir(parents=True, exist_ok=True)
        (aside / "file").replace(file)
    return True
