"""The key that signs packages: made once, published, and followed by another one.

Belongs here: the key, its public half, its successor. Keep out: what is signed (`sealing`).
A former key signs the public half of the next one, with everything that is needed to check it in a
folder that everybody may read: `openssl pkeyutl -verify` is enough.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from audit.keys import create_key, read_key
from audit.verifier import ED25519
from catalog_specs.errors import AuditError
from outlets.open_data.packages import commit_package, publish_text
from storage.locks import locked
from storage.working_folders import working_folder

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from storage.layout import Layout

__all__ = [
    "FORMER",
    "NEXT",
    "SIGNED",
    "fingerprint",
    "pem_of",
    "public_key",
    "renew",
    "signing_key",
]

FORMER = "signing.pub"
NEXT = "next.pub"
SIGNED = "next.pub.sig"
"""Missing where the former key was lost."""
_OF = "packages"
_NAME = "quanshu.local/handover"


def signing_key(layout: Layout) -> Ed25519PrivateKey:
    """Return the key; made when it is first needed.

    Raises:
        AuditError: it is damaged or others may read it; or it is missing, though something was
            signed: another one in its place would be taken for a stranger's.
    """
    if not layout.signing_key.is_file() and not layout.signing_public.is_file():
        create_key(layout.signing_key, _NAME, ED25519)
    return _private(layout.signing_key)


def public_key(layout: Layout) -> bytes | None:
    """Return the published key of this installation, as PEM; None before the first package."""
    place = layout.signing_public
    return place.read_bytes() if place.is_file() else None


def fingerprint(pem: bytes) -> str:
    """Return the digest of a public key, to be compared by telephone."""
    return hashlib.sha256(b"".join(pem.split())).hexdigest()[:32]


def pem_of(key: Ed25519PrivateKey) -> bytes:
    """Return the public half of a key as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def renew(layout: Layout) -> str:
    """Let another key sign packages from now on; return its fingerprint.

    The former one signs it, if it is still there; what it signed is checked with it as before.

    Raises:
        AuditError: nothing was ever signed, or a key is damaged.
    """
    with locked(layout, "signing"):
        former = _former(layout)
        place, waiting = layout.former_signing(fingerprint(former)), layout.next_signing_key
        if not waiting.is_file():
            create_key(waiting, _NAME, ED25519)
        made = pem_of(_private(waiting))
        if not place.exists():
            with working_folder(layout.work, "signing-") as scratch:
                built = scratch / "key"
                built.mkdir()
                (built / FORMER).write_bytes(former)
                (built / NEXT).write_bytes(made)
                if layout.signing_key.is_file():
                    (built / SIGNED).write_bytes(_private(layout.signing_key).sign(made))
                commit_package(built, place)
        waiting.replace(layout.signing_key)
        publish_text(layout.signing_public, made.decode("ascii"))
    return fingerprint(made)


def _former(layout: Layout) -> bytes:
    """Return the key that is published; one whose publishing was broken off is published first."""
    if public_key(layout) is None:
        raise AuditError(
            "nothing was signed yet, so that there is no key",
            where=str(layout.signing_key),
            remedy="it is made with the first package",
        )
    if layout.signing_key.is_file():
        publish_text(layout.signing_public, pem_of(_private(layout.signing_key)).decode("ascii"))
    return layout.signing_public.read_bytes()


def _private(place: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(read_key(place, _OF).seed)
