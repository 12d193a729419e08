"""Encryption of a backup: to a recipient whose secret key is elsewhere, by age.

Belongs here: reading keys, encrypting and decrypting streams. Keep out: which files, and when.
The machine that makes a backup has the recipient's public key alone and cannot read what it wrote.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault

__all__ = ["decrypt", "encrypt", "read_identity", "read_recipient"]


def read_recipient(file: Path) -> str:
    """Return the one recipient that a file names, as `age-keygen -y` writes it.

    Raises:
        BackupError: it names none, several, or a secret key.
    """
    import pyrage

    lines = _lines(file)
    try:
        (key,) = lines
        return str(pyrage.x25519.Recipient.from_str(key))
    except (ValueError, pyrage.RecipientError):
        raise BackupError(BackupFault.NO_RECIPIENT, where=str(file)) from None


def read_identity(file: Path) -> str:
    """Return the one secret key that a file holds, as `age-keygen` writes it.

    Raises:
        BackupError: it holds none, or several.
    """
    import pyrage

    try:
        (key,) = _lines(file)
        return str(pyrage.x25519.Identity.from_str(key))
    except (ValueError, pyrage.IdentityError):
        raise BackupError(BackupFault.WRONG_KEY, where=str(file)) from None


def encrypt(source: BinaryIO, sink: BinaryIO, recipient: str) -> None:
    """Encrypt a stream to a recipient."""
    import pyrage

    pyrage.encrypt_io(source, sink, [pyrage.x25519.Recipient.from_str(recipient)])


def decrypt(source: BinaryIO, sink: BinaryIO, identity: str, where: str) -> None:
    """Decrypt a stream with a secret key; `where` is what errors name.

    Raises:
        BackupError: the key is not the recipient's, or the bytes are damaged.
    """
    import pyrage

    if not identity:
        raise BackupError(BackupFault.WRONG_KEY, where=where)
    try:
        pyrage.decrypt_io(source, sink, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError as error:
        fault = BackupFault.WRONG_KEY if "No matching" in str(error) else BackupFault.CHANGED
        raise BackupError(fault, where=where) from None
    except OSError as error:
        if error.errno is not None:
            raise
        # how the library tells damaged bytes, without a number of the system's
        raise BackupError(BackupFault.CHANGED, where=where) from None


def _lines(file: Path) -> list[str]:
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        return []
    return [line for line in lines if line and not line.startswith("#")]
