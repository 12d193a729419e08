"""Proofs for others: that an entry stands in the log, and that the log continues another.

Belongs here: writing them. Keep out: checking them (`audit.verifier`), the tree (`audit.tree`).
"""

from __future__ import annotations

import base64

from audit.log import AuditLog
from audit.tree import Tree
from audit.verifier import PROOF, LogError, check_consistency, check_inclusion, leaf_hash
from catalog_specs.errors import AuditError

__all__ = ["proof_of", "request_of"]


def proof_of(log: AuditLog, index: int, octets: bytes | None = None) -> tuple[str, bytes]:
    """Return the `.tlog-proof` of an entry under the newest checkpoint, and the entry itself.

    Both together convince whoever has the log's public key, without the log. Of an entry that was
    purged the hash is there, and `octets` are the entry as it was written out.

    Raises:
        AuditError: there is no such entry, it is another one, or the log is damaged.
    """
    octets = log.octets(index) if octets is None else octets
    found = log.checkpoint
    if found is None:
        raise _damaged(log, "checkpoint is missing")
    if not 0 <= index < found.size:
        log.octets(index)  # says that there is none
    tree = Tree(log.folder, found.size)
    try:
        steps = tree.inclusion(index)
        if index < log.minimum and tree.leaf(index) != leaf_hash(octets):
            raise AuditError(
                "this is not the entry that was purged",
                where=f"audit entry {index}",
                remedy="name the file that the purge wrote, as it was written",
            )
        check_inclusion(leaf_hash(octets), index, found.size, steps, found.root)
    except LogError as error:
        raise _damaged(log, str(error)) from None
    lines = [PROOF, f"index {index}", *(base64.b64encode(one).decode() for one in steps)]
    return "\n".join([*lines, "", log.note.decode()]), octets


def request_of(log: AuditLog, old: int) -> bytes:
    """Return what a witness that has seen `old` entries is asked to sign (tlog-witness).

    Raises:
        AuditError: the log has fewer entries, or is damaged.
    """
    found = log.checkpoint
    if found is None or not 0 <= old <= found.size:
        raise _damaged(log, f"it does not have the {old} entries that the witness has seen")
    try:
        tree = Tree(log.folder, found.size)
        steps = tree.consistency(old)
        check_consistency((old, tree.root(old)), (found.size, found.root), steps)
    except LogError as error:
        raise _damaged(log, str(error)) from None
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in steps)]
    return "\n".join([*lines, "", ""]).encode() + log.note


def _damaged(log: AuditLog, what: str) -> AuditError:
    return AuditError(
        f"the audit log is damaged: {what}",
        where=str(log.folder),
        remedy="check it with `quanshu audit verify`; restore the folder from a backup",
    )
