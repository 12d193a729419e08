"""Taking: moving a delivered file away, so that it is never lost and never has two names.

Belongs here: the one rename that takes it, finishing or undoing what a killed run began. Keep out:
what is made of it (`landing`), which files are taken (`inbox`).

A delivery is built in a folder of its own beside its place. When all else is written, the delivered
file itself is moved into `raw/` there: from then on the next run finishes, before then it starts
again. One on another file system is copied to `copied/` instead, and `taken/` says that it left its
place. Moving shows what was moved: whatever a department put in its place since it was read goes
back to where it lay in the inbox. What could still be written through another name is not taken.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path, PurePosixPath

from catalog_specs.errors import UnreadableError
from catalog_specs.rules.refusals import NOT_KEPT
from landing.stored_names import LONGEST
from landing.unfollowed import moving, opened_folder
from register.receipts import read_receipt
from register.records import Delivery
from storage.digests import sha256_of_file
from storage.layout import RECEIPT
from storage.places.deposits import deposit
from storage.places.object_path import ObjectPath, Place

__all__ = [
    "begun",
    "discard",
    "finish",
    "recover",
    "state",
    "sync",
    "take",
    "unfinished",
]

_ASIDE = ".landing-"
_RAW, _COPIED, _TAKEN = "raw", "copied", "taken"
_LAY_IN = "lay_in"
"""Holds the folder of the inbox that a file came from, so that it can be given back there."""
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600

State = tuple[int, ...]
"""What changes when somebody writes a file or puts another in its place."""


def state(path: Path, inbox: Path | None = None) -> State:
    """Return a file's state, following no link below `inbox` (else: no link in its place).

    Raises:
        TransientError: it is no file now, or one with a further name.
    """
    found = _state(path, inbox or path.parent)
    if found is None:
        raise moving(path)
    return found


def _state(path: Path, root: Path) -> State | None:
    try:
        with opened_folder(root, path.parent.relative_to(root).parts) as folder:
            found = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def unfinished(place: Path) -> tuple[Path, ...]:
    """Return the folders of landings below `place` that are not finished."""
    try:
        names = os.listdir(place)  # noqa: PTH208 - names alone: thousands of landed ones lie there
    except FileNotFoundError:
        return ()
    # the first character alone tells nearly all of them apart, without a call for each
    hidden = [name for name in names if name[:1] == "." and name.startswith(_ASIDE)]
    return tuple(place / name for name in sorted(hidden))


@contextmanager
def begun(place: Path, lay_in: str = "") -> Iterator[Path]:
    """Yield a fresh folder below `place` for one landing; undo it on any error before `take`.

    `lay_in` is the folder of the inbox in which the file lies, if not in the inbox itself.
    """
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=place))
    try:
        (aside / _RAW).mkdir()
        if lay_in:
            (aside / _LAY_IN).write_bytes(os.fsencode(lay_in))
        yield aside
    except BaseException:
        if not _moved(aside):
            shutil.rmtree(aside, ignore_errors=True)
        raise


def take(path: Path, aside: Path, seen: State) -> None:
    """Move the file into its landing: the point after which the next run finishes it.

    Raises:
        TransientError: it is no longer the file that was read; it is where it was, or in the inbox
            under a name that begins with its time.
    """
    target = aside / _RAW / path.name
    try:
        path.rename(
            target
        )  # what is moved can be checked afterwards; a copy could change meanwhile
    except (FileNotFoundError, NotADirectoryError):
        raise moving(path) from None
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _take_from_afar(path, aside, seen)
    else:
        if _state(target, target.parent) != seen:
            _put_back(target, path.parent)
            raise moving(path)


def finish(aside: Path, place: Path, kept: Place | None = None) -> None:
    """Put a landing whose file was taken in its place, under the name in its receipt.

    `kept` is where it lies for good: an object store has all of it before anybody sees it.
    """
    receipt = read_receipt(aside / RECEIPT)
    if receipt.refusal in NOT_KEPT:
        _drop(aside)
    else:
        _keep(aside, PurePosixPath(receipt.files[0]).name)
    (aside / _LAY_IN).unlink(missing_ok=True)
    sync(aside)
    if isinstance(kept, ObjectPath):
        deposit(aside, kept / receipt.delivery, RECEIPT)
    aside.chmod(_FOLDER_MODE)
    aside.rename(place / receipt.delivery)
    sync(place)


def discard(path: Path, place: Path, seen: State, lay_in: str = "") -> None:
    """Take away a file whose bytes are landed already, and no other."""
    with begun(place, lay_in) as aside:
        take(path, aside, seen)
    shutil.rmtree(aside, ignore_errors=True)


def recover(place: Path, inbox: Path, kept: Place | None = None) -> None:
    """Finish every landing whose file was taken, undo every other; the caller holds the lock."""
    for aside in unfinished(place):
        receipt = _receipt(aside)
        strange = [file for file in _moved(aside) if not receipt or not _holds(file, receipt)]
        for file in strange:
            _put_back(file, _lay_in(aside, inbox))
        if receipt and _was_taken(aside):
            finish(aside, place, kept)
        else:
            shutil.rmtree(aside, ignore_errors=True)


def sync(path: Path) -> None:
    """Have a file or folder written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_from_afar(path: Path, aside: Path, seen: State) -> None:
    """Copy the file from another file system, then remove it there."""
    copy = aside / _COPIED / path.name
    copy.parent.mkdir()
    shutil.copyfile(path, copy, follow_symlinks=False)
    sync(copy)
    sync(copy.parent)
    if state(path) != seen:
        raise moving(path)
    (aside / _TAKEN).mkdir(exist_ok=True)  # before the unlink: it says that the copy counts
    path.unlink()


def _keep(aside: Path, name: str) -> None:
    """Make `raw/` of what was moved or copied, under the name in the receipt."""
    raw = aside / _RAW
    if (aside / _COPIED).is_dir():
        shutil.rmtree(raw, ignore_errors=True)
        (aside / _COPIED).rename(raw)
    for file in raw.iterdir():
        with suppress(PermissionError):  # the department's own file: the folder above is closed
            file.chmod(_FILE_MODE)
        file.rename(raw / name)
    shutil.rmtree(aside / _TAKEN, ignore_errors=True)
    sync(raw)


def _drop(aside: Path) -> None:
    """Remove a file of which nothing may be kept; `taken/` goes last, as the sign that it was."""
    (aside / _TAKEN).mkdir(exist_ok=True)
    for name in (_COPIED, _RAW, _TAKEN):
        shutil.rmtree(aside / name, ignore_errors=True)


def _was_taken(aside: Path) -> bool:
    """Say whether the file has left the inbox; a landing that waits has an empty `raw/`."""
    waits = (aside / _RAW).is_dir() or (aside / _COPIED).is_dir()
    return (aside / _TAKEN).is_dir() or any(_moved(aside)) or not waits


def _moved(aside: Path) -> list[Path]:
    return [file for name in (_RAW, _TAKEN) for file in (aside / name).glob("*")]


def _holds(file: Path, receipt: Delivery) -> bool:
    return stat.S_ISREG(file.lstat().st_mode) and sha256_of_file(file) == receipt.sha256


def _receipt(aside: Path) -> Delivery | None:
    """Return the receipt; None when the run was killed before it was written in full."""
    try:
        return read_receipt(aside / RECEIPT)
    except FileNotFoundError:
        return None
    except UnreadableError:
        if not os.access(aside / RECEIPT, os.R_OK):  # it may be whole: nothing is undone for that
            raise
        return None


def _lay_in(aside: Path, inbox: Path) -> Path:
    """Return the folder that a file was moved out of; the inbox if that is no folder any more."""
    try:
        folders = PurePosixPath(os.fsdecode((aside / _LAY_IN).read_bytes())).parts
        with opened_folder(inbox, folders):
            return inbox.joinpath(*folders)
    except (FileNotFoundError, NotADirectoryError):
        return inbox


def _put_back(file: Path, folder: Path) -> None:
    """Give a file back under its name, or one that is free when another has come meanwhile.

    A run killed in here leaves one file with two names, of which the next run takes the second.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found, name = file.lstat(), os.fsencode(file.name)
    for number in count():
        prefix = f"{found.st_mtime_ns + number - 1}-" if number else ""
        place = folder / (prefix + os.fsdecode(name[len(prefix) - LONGEST :]))
        try:
            if stat.S_ISDIR(found.st_mode):
                file.rename(place)
                return
            os.link(file, place, follow_symlinks=False)  # a rename would replace what is there
        except OSError as error:
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}:
                raise
            if not os.path.samestat(found, place.lstat()):
                continue
        file.unlink()
        return
