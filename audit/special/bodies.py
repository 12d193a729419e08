"""Bodies of special acts: encrypted to a key of their own; the log has a digest of each.

Belongs here: what the log tells of such an act, sealing its body, and opening one. Keep out: which
acts are special (their maker says so by `Act.procedure`), checking all of them (`checking`).
A body is the act as JSON with 32 random bytes. So its digest, which the entry has, tells nothing to
whoever guesses what was done, and binds whoever entered it. The bytes are encrypted with age: to
enter an act, the public key is enough, and the private one may lie in a safe elsewhere.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit.acts import Act, Operation, canonical
from catalog_specs.errors import AuditError
from storage.layout import Layout
from storage.swaps import write_durably

if TYPE_CHECKING:
    from pyrage import x25519

__all__ = ["BODY", "opened_body", "read_identity", "told_of"]

BODY = "body"
"""The fact of an entry that names the body: its SHA-256."""
RECIPIENT = "recipient"
_TOLD = ("refused", "denied", "act", "stranger")
"""Facts that stay in the log: by them refusals and decisions are counted, as of every grant."""
_HIDDEN = "按特殊程序办理（五(九)），内容封存"
_PRIVATE = 0o077


def told_of(layout: Layout, act: Act) -> Act:
    """Put the body of a special act away, and return what the log tells: when, and which grant.

    The caller holds the lock `audit`. The body is on the disk when this returns.

    Raises:
        AuditError: it cannot be sealed: what it says must not be done.
    """
    import pyrage

    said = {one.name: getattr(act, one.name) for one in fields(act)} | {"facts": dict(act.facts)}
    body = canonical({"salt": secrets.token_hex(32), "act": said})
    digest = sha256(body).hexdigest()
    content = pyrage.encrypt(body, [_recipient(layout)])
    write_durably(layout.special_acts, {layout.special_body(digest).name: content})
    return Act(
        operation=act.operation,
        purpose=_HIDDEN,
        user=_HIDDEN,
        approver=_HIDDEN,
        content=_HIDDEN,
        at=act.at,
        way=_HIDDEN,
        medium=_HIDDEN,
        grant=act.grant,
        facts={BODY: digest, **{name: act.facts[name] for name in _TOLD if name in act.facts}},
    )


def opened_body(layout: Layout, digest: str, identity: x25519.Identity) -> Act:
    """Return the act of a body, held to its digest.

    Raises:
        AuditError: it is missing, another key's, or not what the log has the digest of.
    """
    import pyrage

    place = layout.special_body(digest)
    try:
        body = pyrage.decrypt(place.read_bytes(), [identity])
    except OSError:
        raise _wrong("the body of a special act is missing", place) from None
    except pyrage.DecryptError:
        raise _wrong("the body of a special act does not open with this key", place) from None
    if sha256(body).hexdigest() != digest:
        raise _wrong("the body of a special act is not the one that was entered", place)
    said: dict[str, Any] = json.loads(body)["act"]
    return Act(**said | {"operation": Operation(said["operation"])})


def read_identity(file: Path) -> x25519.Identity:
    """Read the private key that opens bodies; nobody but its owner may read it.

    Raises:
        AuditError: it is missing, no such key, or others may read it.
    """
    import pyrage

    try:
        open_to_others = file.stat().st_mode & _PRIVATE
        text = file.read_text(encoding="ascii").strip()
        identity = pyrage.x25519.Identity.from_str(text)
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        raise _wrong("the key of special acts is missing, or is none", file) from None
    if open_to_others:
        raise _wrong("others may read the key of special acts", file)
    return identity


def _recipient(layout: Layout) -> x25519.Recipient:
    """Return the public key that bodies are sealed to; the pair is made with the first one."""
    import pyrage

    place = layout.special_acts / RECIPIENT
    if not place.is_file():
        _make_key(layout)
    try:
        return pyrage.x25519.Recipient.from_str(place.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError, pyrage.RecipientError):
        raise _wrong("the public key of special acts cannot be read", place) from None


def _make_key(layout: Layout) -> None:
    """Make the pair of keys, or the public one of a private one that is there; never replace one.

    Raises:
        AuditError: bodies are there already, which another key was made for.
    """
    import pyrage

    if any(layout.special_acts.glob("*.age")):
        place = layout.special_acts / RECIPIENT
        raise _wrong("the public key of special acts is missing beside their bodies", place)
    file = layout.special_key
    if file.exists():
        identity = read_identity(file)
    else:
        identity = pyrage.x25519.Identity.generate()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(f"{identity}\n")
            out.flush()
            os.fsync(out.fileno())
    # only when the private key is on the disk: without it nothing could be opened ever
    told: Mapping[str, bytes] = {RECIPIENT: f"{identity.to_public()}\n".encode()}
    write_durably(layout.special_acts, told)
    layout.special_acts.chmod(0o700)


def _wrong(what: str, place: Path) -> AuditError:
    return AuditError(
        what,
        where=str(place),
        remedy="restore it from its backup, or take the key from the safe (`--key`)",
    )
