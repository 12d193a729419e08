"""Rotation of the log's key: by its own word, or after it was lost.

Belongs here: the order of it. The log stays the same one: its entries, its name and its tree. Keep
out: whose act it is (`flow`), the files (`audit.succession`).
"""

from __future__ import annotations

from dataclasses import replace

from audit.acts import Act
from audit.keys import SigningKey, create_key, read_key
from audit.log import AuditLog, told
from audit.proofs import proof_of
from audit.succession import leave, take_over
from audit.verifier import LOG_KEY, VerifierKey
from catalog_specs.errors import AuditError
from storage.locks import locked

__all__ = ["replace_lost", "succeed"]


def succeed(log: AuditLog, act: Act) -> VerifierKey:
    """Give the log another key, which the present one names in an entry; return it.

    Whoever has the former public key is led to the new one by `succession` in the log's folder.

    Raises:
        AuditError: the present key is missing, or the log is damaged; then it stays as it is.
    """
    with locked(log.layout, "audit"), told(log.folder):
        key = log.key()
        log.layout.next_audit_key.unlink(missing_ok=True)  # of one that was never named
        made = create_key(log.layout.next_audit_key, key.name)
        (entry,) = log.enter(key, [_naming(act, made)])
        proof, octets = proof_of(log, entry.index)
        leave(log.layout, key.verifier, {"entry": octets, "tlog-proof": proof.encode()})
        take_over(log.layout, made)
    return made.verifier


def replace_lost(log: AuditLog, act: Act) -> VerifierKey:
    """Give the log another key because its own is lost; return it.

    Nobody who has the lost key's public part alone is led to the new one: it has to be given to
    them. That the log continues what the lost key signed last can be checked by everybody.

    Raises:
        AuditError: the key is there, there is no log, or it is damaged.
    """
    layout = log.layout
    with locked(layout, "audit"), told(log.folder):
        if layout.audit_key.is_file() or log.checkpoint is None:
            raise AuditError(
                "the log has its key, or there is no log yet",
                where=str(layout.audit_key),
                remedy="run `quanshu audit key rotate`; a file that is damaged is moved away first",
            )
        before, place = log.verifiers[-1], layout.next_audit_key
        made = read_key(place) if place.is_file() else create_key(place, before.name)
        leave(layout, before, {"checkpoint": log.note})
        take_over(layout, made)
        log.enter(made, [_naming(act, made)])
    return made.verifier


def _naming(act: Act, key: SigningKey) -> Act:
    return replace(act, facts={**act.facts, LOG_KEY: str(key.verifier)})
