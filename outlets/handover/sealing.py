"""The seal of a package: digests of all its files, signed by the installation (五(五)).

Belongs here: sealing a folder, holding one to its seal. Keep out: the key (`signing_key`), what the
files hold. `SHA256SUMS` is checked with `sha256sum -c`, its signature with `openssl pkeyutl
-verify`: nobody needs Quanshu to see whether a package is whole and from whom it is.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from outlets.handover.signing_key import fingerprint, pem_of, signing_key
from outlets.open_data.packages import publish_text
from storage.digests import sha256_of_file
from storage.layout import Layout

__all__ = ["PUBLIC", "SIGNATURE", "SUMS", "Fault", "seal", "unsealed"]

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
PUBLIC = "signing.pub"
_SEAL = {SUMS, SIGNATURE, PUBLIC}
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was sealed: which file, and what is wrong with it."""

    file: str
    what: str


def seal(layout: Layout, folder: Path) -> str:
    """Write digests, signature and public key into a flat folder; return the digest of the first.

    The key is made when it is first needed, and its public half is put where everybody may read it.

    Raises:
        AuditError: the key is missing or damaged, or others may read it.
    """
    key = signing_key(layout)
    files = sorted(path for path in folder.iterdir() if path.name not in _SEAL)
    told = "".join(f"{sha256_of_file(path)}  {path.name}\n" for path in files).encode()
    (folder / SUMS).write_bytes(told)
    (folder / SIGNATURE).write_bytes(key.sign(told))
    (folder / PUBLIC).write_bytes(pem_of(key))
    publish_text(layout.signing_public, (folder / PUBLIC).read_text(encoding="ascii"))
    return hashlib.sha256(told).hexdigest()


def unsealed(folder: Path, trusted: bytes | None = None) -> tuple[Fault, ...]:
    """Return everything in which a folder is not as it was sealed; nothing when it is whole.

    Args:
        folder: a package.
        trusted: the key that is known to be the sender's, as PEM. Without one the key in the
            folder is taken, which shows that the package is whole, and not from whom it is.
    """
    try:
        told = (folder / SUMS).read_bytes()
        signature = (folder / SIGNATURE).read_bytes()
        beside = (folder / PUBLIC).read_bytes()
    except OSError:
        return (Fault(SUMS, "the seal is missing or cannot be read"),)
    if trusted is not None and fingerprint(trusted) != fingerprint(beside):
        return (Fault(PUBLIC, "the package is sealed with another key than the one trusted"),)
    if not _signed(told, signature, trusted or beside):
        return (Fault(SIGNATURE, "the signature does not fit"),)
    return _changed(folder, told.decode())


def _changed(folder: Path, told: str) -> tuple[Fault, ...]:
    said = {found[2]: found[1] for found in map(_LINE.fullmatch, told.splitlines()) if found}
    there = {path.name for path in folder.iterdir()} - _SEAL
    faults = [Fault(name, "not part of the package") for name in sorted(there - said.keys())]
    for name, digest in said.items():
        path = folder / name
        if not path.is_file() or path.is_symlink():
            faults.append(Fault(name, "missing"))
        elif sha256_of_file(path) != digest:
            faults.append(Fault(name, "changed"))
    return tuple(faults)


def _signed(told: bytes, signature: bytes, pem: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(signature, told)
    except (InvalidSignature, ValueError):
        return False
    return True
