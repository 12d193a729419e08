"""The file of the master key: made, read and written anew for its owner alone.

Belongs here: its rights and those around it, putting it in place whole. Keep out: what its text
means (`governance.keys`). The key is never shown: not in an error either.
"""

from __future__ import annotations

import os
import secrets
import stat
from datetime import date
from pathlib import Path

from catalog_specs.errors import SettingsError
from storage.swaps import aside, only_name

__all__ = ["create_master_key", "new_version", "read_private", "replace_master_key"]

ALLOWED_MODES = (0o600, 0o400)
_BYTES = 32


def new_version(version: int, made: date) -> str:
    """Return the text of a new random version of the key."""
    return f"{version}@{made.isoformat()}:{secrets.token_hex(_BYTES)}\n"


def create_master_key(path: Path, made: date, version: int = 1) -> None:
    """Make a random key of 32 bytes in a new file that only its owner reads.

    `version` is higher than any that something on disk was made with, so that a key which was lost
    is never taken for this one.

    Raises:
        SettingsError: something lies at `path` already; a key is never replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    next_one = _written(path, new_version(version, made))
    try:
        path.hardlink_to(next_one)  # whole or not at all, and only where nothing lies
    except FileExistsError:
        raise SettingsError(
            "there is a master key already",
            where=str(path),
            remedy="keep it: another key changes every pseudonym; to rotate it run "
            "`quanshu key rotate`",
        ) from None
    finally:
        next_one.unlink(missing_ok=True)  # whoever reads the key meanwhile takes it away
    _keep(path.parent)


def replace_master_key(path: Path, text: str) -> None:
    """Put another text of the key in place, in one step; the caller holds the lock `keys`."""
    _written(path, text).replace(path)
    _keep(path.parent)


def _written(path: Path, text: str) -> Path:
    """Write the next text of the key beside it, down to the disk."""
    next_one = aside(path)
    next_one.unlink(missing_ok=True)  # left by a command that was killed
    descriptor = os.open(next_one, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), 0o600)  # `os.open` applies the umask, which may take rights away
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return next_one


def _keep(folder: Path) -> None:
    """Let the name of the new file be on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_private(path: Path) -> str:
    """Read the key's text from a file that nobody else may read or put another in place of.

    Raises:
        SettingsError: there is none, others have access, or it is no text.
    """
    try:
        with path.open(encoding="ascii") as file:
            # of the open file, not of the path: another may be put in its place in between
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode not in ALLOWED_MODES:
                raise SettingsError(
                    f"the master key may be read or written by others (mode {mode:04o})",
                    where=str(path),
                    remedy=f"run `chmod 600 {path}`, and replace the key if others had access",
                )
            _check_surroundings(path, os.fstat(file.fileno()).st_uid)
            only_name(path, file.fileno())
            return file.read()
    except FileNotFoundError:
        raise SettingsError(
            "there is no master key, and pseudonyms need one",
            where=str(path),
            remedy="run `quanshu key create`, or set QUANSHU_MASTER_KEY or QUANSHU_MASTER_KEY_FILE",
        ) from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            "the master key cannot be read",
            where=str(path),
            remedy="see that this account may read it, and that it is text",
        ) from None


def _check_surroundings(path: Path, owner: int) -> None:
    """Refuse a key of another account, or in a folder where others could replace it.

    Raises:
        SettingsError: neither this account nor the system's owns it, or its folder is open.
    """
    folder = path.resolve().parent
    status = folder.stat()
    ours = (os.geteuid(), 0)
    if owner not in ours or status.st_uid not in ours:
        raise SettingsError(
            "the master key or its folder belongs to another account",
            where=str(path),
            remedy="give both to the account that runs Quanshu (chown), or use a key of its own",
        )
    # in a sticky folder such as /tmp others may add files, but not replace this one
    if status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX:
        raise SettingsError(
            "others may replace the master key: they may write to its folder "
            f"(mode {stat.S_IMODE(status.st_mode):04o})",
            where=str(path),
            remedy=f"run `chmod 700 {folder}`, and replace the key if others had access",
        )
