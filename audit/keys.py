"""The log's own key: made at the first entry, and what others check its signatures with.

Belongs here: making and reading the key, signing checkpoints. Keep out: what is signed
(`audit.log`), checking (`audit.verifier`), the keys of pseudonyms (`governance.keys`).
"""

from __future__ import annotations

import base64
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.verifier import COSIGNATURE, ED25519, VerifierKey
from catalog_specs.errors import AuditError
from storage.swaps import aside, only_name

__all__ = ["SigningKey", "create_key", "read_key"]

_PREFIX = "PRIVATE+KEY"
ALLOWED_MODES = (0o600, 0o400)


@dataclass(frozen=True)
class SigningKey:
    """A private key under its name; it is never shown."""

    name: str
    kind: int
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """Return what others check its signatures with."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return VerifierKey(self.name, self.kind, public.public_bytes_raw())

    def line(self, text: bytes, moment: int = 0) -> bytes:
        """Return the signature line of a note; `moment` is a witness's POSIX time."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        signed = key.sign(text)
        if self.kind == COSIGNATURE:
            message = b"cosignature/v1\ntime %d\n%b" % (moment, text)
            signed = moment.to_bytes(8, "big") + key.sign(message)
        encoded = base64.b64encode(self.verifier.id + signed).decode()
        return f"— {self.name} {encoded}\n".encode()

    def text(self) -> str:
        """Return the key as its file has it."""
        encoded = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"{_PREFIX}+{self.name}+{self.verifier.id.hex()}+{encoded}\n"


def create_key(path: Path, name: str, kind: int = ED25519) -> SigningKey:
    """Make a random key in a new file that only its owner reads.

    Raises:
        AuditError: something lies at `path` already; a key is never replaced.
    """
    made = SigningKey(name, kind, secrets.token_bytes(32))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    next_one = aside(path)
    try:
        descriptor = os.open(next_one, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(made.text())
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(next_one)  # whole or not at all, and only where nothing lies
    except FileExistsError:
        raise AuditError(
            "there is a key already",
            where=str(path),
            remedy="keep it: what it signed is checked with it",
        ) from None
    finally:
        next_one.unlink(missing_ok=True)
    return made


def read_key(path: Path, of: str = "the audit log") -> SigningKey:
    """Read a key that nobody else may read; `of` is what errors call it the key of.

    Raises:
        AuditError: there is none, others may read it, or it is no key.
    """
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read()
            only_name(path, file.fileno())
    except OSError:
        raise AuditError(
            f"the key of {of} is missing or cannot be read",
            where=str(path),
            remedy="restore it from the safe: without it nothing goes on; if it is lost for good, "
            "see `quanshu audit key replace`, or `quanshu handover renew-key` for packages",
        ) from None
    if mode not in ALLOWED_MODES:
        raise AuditError(
            f"the key of {of} may be read or written by others (mode {mode:04o})",
            where=str(path),
            remedy=f"run `chmod 600 {path}`; if others had access, have producers witness the log",
        )
    try:
        name, said, encoded = text.strip().removeprefix(f"{_PREFIX}+").split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        key = SigningKey(name, raw[0], raw[1:])
        fits = text.startswith(f"{_PREFIX}+") and key.verifier.id.hex() == said
    except (ValueError, IndexError):
        fits = False
    if not fits:
        raise AuditError(
            f"this is no key of {of}",
            where=str(path),
            remedy="restore it from the safe",
        )
    return key
