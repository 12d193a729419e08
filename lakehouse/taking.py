"""Taking a file away from where it was delivered: it is never lost, and never has two names.

Belongs here: the one rename that takes it, finishing or undoing what a killed run began. Keep out:
what is made of it (`landing`), which files are taken (`inbox`).

A delivery is built in a folder of its own beside its place. When all else is written, the delivered
file itself is moved into `raw/` there: from then on the next run finishes, before then it starts
again. A file that could still be written through another name is copied to `copied/` instead, and
moved to `taken/`. Moving shows what was moved: whatever a department put in its place since it was
read goes back to the inbox. Nobody who writes into the inbox later can reach what was landed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from catalog_specs.errors import TransientError
from lakehouse.receipts import RECEIPT, read_receipt
from lakehouse.records import NOT_KEPT, Delivery
from lakehouse.stored_names import stored_name

__all__ = [
    "begun",
    "discard",
    "finish",
    "recover",
    "sha256_of",
    "state",
    "sync",
    "take",
    "unfinished",
]

_ASIDE = ".landing-"
_RAW, _COPIED, _TAKEN = "raw", "copied", "taken"
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600

State = tuple[int, ...]
"""What changes when somebody writes a file or puts another in its place."""


def state(path: Path) -> State:
    """Return a file's state; TransientError when it is no file now."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        raise _moving(path) from None
    if not stat.S_ISREG(found.st_mode):
        raise _moving(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


def unfinished(place: Path) -> tuple[Path, ...]:
    """Return the folders of landings below `place` that are not finished."""
    return tuple(sorted(place.glob(f"{_ASIDE}*")))


@contextmanager
def begun(path: Path, place: Path) -> Iterator[Path]:
    """Yield a fresh folder below `place` for one landing; undo it on any error before `take`."""
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=place))
    try:
        if path.lstat().st_nlink == 1:
            (aside / _RAW).mkdir()
            sync(path)
        else:
            _copy(path, aside)
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
    target = aside / (_TAKEN if (aside / _COPIED).is_dir() else _RAW) / path.name
    target.parent.mkdir(exist_ok=True)
    try:
        path.rename(target)
    except FileNotFoundError:
        raise _moving(path) from None
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _take_from_afar(path, aside, seen)
    else:
        if state(target) != seen:
            _put_back(target, path.parent)
            raise _moving(path)


def finish(aside: Path, place: Path) -> None:
    """Put a landing whose file was taken in its place, under the name in its receipt."""
    receipt = read_receipt(aside / RECEIPT)
    if receipt.refusal in NOT_KEPT:
        _drop(aside)
    else:
        _keep(aside, receipt.files[0])
    sync(aside)
    aside.chmod(_FOLDER_MODE)
    aside.rename(place / receipt.delivery)
    sync(place)


def discard(path: Path, place: Path, seen: State) -> None:
    """Take away a file whose bytes are landed already, and no other."""
    with begun(path, place) as aside:
        take(path, aside, seen)
    shutil.rmtree(aside, ignore_errors=True)


def recover(place: Path, inbox: Path) -> None:
    """Finish every landing whose file was taken, undo every other; the caller holds the lock."""
    for aside in unfinished(place):
        receipt = _receipt(aside)
        strange = [file for file in _moved(aside) if not receipt or not _holds(file, receipt)]
        for file in strange:
            _put_back(file, inbox)
        if receipt and _was_taken(aside):
            finish(aside, place)
        else:
            shutil.rmtree(aside, ignore_errors=True)


def sync(path: Path) -> None:
    """Have a file or folder written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _take_from_afar(path: Path, aside: Path, seen: State) -> None:
    """Copy the file from another file system, then remove it there."""
    if not (aside / _COPIED).is_dir():
        _copy(path, aside)
    if state(path) != seen:
        raise _moving(path)
    (aside / _TAKEN).mkdir(exist_ok=True)
    path.unlink()


def _copy(path: Path, aside: Path) -> None:
    copy = aside / _COPIED / path.name
    copy.parent.mkdir()
    shutil.copyfile(path, copy, follow_symlinks=False)
    sync(copy)
    sync(copy.parent)


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
    """Say whether the file has left its place; a landing that waits for it has a folder for it."""
    waits = (aside / _RAW).is_dir() or (aside / _COPIED).is_dir()
    return (aside / _TAKEN).is_dir() or any(_moved(aside)) or not waits


def _moved(aside: Path) -> list[Path]:
    return [file for name in (_RAW, _TAKEN) for file in (aside / name).glob("*")]


def _holds(file: Path, receipt: Delivery) -> bool:
    return sha256_of(file) == receipt.sha256


def _receipt(aside: Path) -> Delivery | None:
    """Return the receipt; None when the run was killed before it was written in full."""
    try:
        return read_receipt(aside / RECEIPT)
    except (FileNotFoundError, ValueError):
        return None


def _put_back(file: Path, inbox: Path) -> None:
    """Give a file back under its name, or one that is free when another has come meanwhile."""
    inbox.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, inbox / file.name, follow_symlinks=False)
    except FileExistsError:
        name = f"{file.lstat().st_mtime_ns}-{file.name}"
        os.link(file, inbox / name, follow_symlinks=False)
    file.unlink()


def _moving(path: Path) -> TransientError:
    return TransientError(
        "a waiting file changed or went away while it was landed",
        where=stored_name(path.name).text,
        remedy="run again; departments write aside and rename",
    )
