"""Copies of a home's keys: apart from its backups, encrypted to a recipient of their own.

Belongs here: packing and reading them. Keep out: backups, which never hold a key. A copy is one tar
encrypted by age, so that it opens without this program too: `age -d -i KEY FILE | tar x`.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path

from audit.acts import Operation
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.acts import about_city, at_work
from flow.city import City
from storage.backup.encryption import decrypt, encrypt
from storage.backup.objects import writing
from storage.permissions import private_files

__all__ = ["copy_keys", "read_keys"]


@private_files()
def copy_keys(city: City, to: Path, recipient: str) -> tuple[str, ...]:
    """Write the files of `keys/` to a new file, encrypted; return their names.

    Raises:
        BackupError: the home has no keys, or the file is there or cannot be written.
        AuditError: the act cannot be entered; nothing is written then.
    """
    if to.resolve().is_relative_to(city.layout.home.resolve()):
        raise BackupError(BackupFault.INSIDE, where=str(to))
    if to.exists():
        raise BackupError(BackupFault.FOREIGN_FILES, where=str(to))
    act = about_city(city, Operation.DOWNLOAD, "另行保存密钥", f"密钥文件（加密给 {recipient}）")
    with at_work(city, act) as performance:
        performance.enter()
        found = read_keys(city.layout.keys)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for name, content in found.items():
                about = tarfile.TarInfo(name)
                about.size, about.mode = len(content), 0o600
                tar.addfile(about, io.BytesIO(content))
        packed.seek(0)
        with (
            writing(to),
            os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        ):
            encrypt(packed, file, recipient)
            file.flush()
            os.fsync(file.fileno())
    return tuple(found)


def read_keys(place: Path, identity: str = "") -> Mapping[str, bytes]:
    """Return keys by name of file, out of a folder or of a copy that `identity` opens.

    Raises:
        BackupError: there is none, or the key does not open it.
    """
    if place.is_dir():
        files = (one for one in sorted(place.iterdir()) if not one.name.startswith("."))
        found = {one.name: one.read_bytes() for one in files if one.is_file()}
    else:
        found = _unpacked(place, identity)
    if not found:
        raise BackupError(BackupFault.NO_BACKUP, where=str(place), detail="no keys")
    return found


def _unpacked(place: Path, identity: str) -> dict[str, bytes]:
    packed = io.BytesIO()
    try:
        with place.open("rb") as file:
            decrypt(file, packed, identity, str(place))
        packed.seek(0)
        with tarfile.open(fileobj=packed) as tar:
            members = ((one.name, tar.extractfile(one)) for one in tar if one.isfile())
            return {Path(name).name: file.read() for name, file in members if file is not None}
    except (OSError, tarfile.TarError):
        raise BackupError(BackupFault.UNREADABLE_LIST, where=str(place)) from None
