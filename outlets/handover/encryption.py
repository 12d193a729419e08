"""Encryption to a receiver: one file that only the receiver's own key opens (age).

Belongs here: which keys are receivers', and encrypting a folder. Keep out: when that is asked for
(`flow.handover`). The format is age (https://age-encryption.org/v1), by a library that others keep.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from catalog_specs.errors import AccessError

__all__ = ["ENCRYPTED", "encrypt", "read_receiver"]

ENCRYPTED = "package.zip.age"


def read_receiver(file: Path) -> str:
    """Return the one receiver that a file names, as `age-keygen -y` writes it.

    Raises:
        AccessError: it names none, or several.
    """
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        lines = []
    keys = [line for line in lines if line and not line.startswith("#")]
    if len(keys) != 1 or not keys[0].startswith("age1"):
        raise AccessError(
            "the file does not name one receiver",
            where=str(file),
            remedy="give the receiver's public key, one line `age1…`, and never a secret key",
        )
    return keys[0]


def encrypt(folder: Path, target: Path, receiver: str) -> None:
    """Encrypt the files of a flat folder, as one zip, to one receiver.

    The zip lies beside the folder, below `work/`; the caller removes both.

    Raises:
        AccessError: the key is none.
    """
    import pyrage

    try:
        to = pyrage.x25519.Recipient.from_str(receiver)
    except pyrage.RecipientError:
        raise AccessError(
            "the receiver's key is not an age key",
            where="receiver",
            remedy="ask the receiver for the line `age1…` that `age-keygen -y` writes",
        ) from None
    plain = folder.with_name("package.zip")
    with ZipFile(plain, "w", ZIP_STORED) as packed:  # its files are compressed already, or texts
        for path in sorted(folder.iterdir()):
            packed.write(path, path.name)
    with plain.open("rb") as source, target.open("xb") as sink:
        pyrage.encrypt_io(source, sink, [to])
