"""Witnesses: producers that sign what they have seen of the log, so that it has one past for all.

Belongs here: a witness's own memory and its rules (tlog-witness, add-checkpoint), and keeping what
it signed beside the log. Keep out: how a request travels: files are carried, no server is needed.
A witness keeps its key and memory in a folder of its own, best on a machine of its own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.keys import SigningKey, create_key, read_key
from audit.log import AuditLog
from audit.verifier import (
    COSIGNATURE,
    Checkpoint,
    LogError,
    VerifierKey,
    check_consistency,
    opened,
)
from catalog_specs.errors import AuditError
from storage.swaps import write_text

__all__ = ["Witness", "WitnessError", "keep_signed", "witnessed"]

_MOST = 63
"""Hashes of a consistency proof at most: a log has no more levels."""


class WitnessError(AuditError):
    """A witness does not sign; `status` is the HTTP status that tlog-witness gives the reason."""

    def __init__(self, status: int, what: str) -> None:
        """Say why, by status and words."""
        super().__init__(
            f"the witness does not sign ({status}): {what}",
            where="tlog-witness add-checkpoint",
            remedy="ask with the size that the witness has seen; if its past differs from the "
            "log's, keep both and have the log audited",
        )
        self.status = status


@dataclass(frozen=True)
class Witness:
    """A witness: its folder holds its key, and the last checkpoint of the log that it signed."""

    folder: Path

    @classmethod
    def begin(cls, folder: Path, name: str) -> Witness:
        """Make a witness with a new key.

        Raises:
            AuditError: there is one already.
        """
        create_key(folder / "witness.key", name, COSIGNATURE)
        made = cls(folder)
        write_text(folder / "witness.vkey", f"{made.key.verifier}\n", 0o644)
        return made

    @property
    def key(self) -> SigningKey:
        """Return its key."""
        return read_key(self.folder / "witness.key")

    @property
    def seen(self) -> Checkpoint | None:
        """Return the last checkpoint that it signed."""
        file = self.folder / "seen.checkpoint"
        if not file.is_file():
            return None
        return Checkpoint.parse(opened(file.read_bytes(), [self.key.verifier]).text)

    def sign(self, request: bytes, log_key: VerifierKey, moment: int) -> bytes:
        """Check a request against what was seen, remember it, and return the signature line.

        Args:
            request: as `proofs.request_of` writes it.
            log_key: the log's public key, as the witness got it from the operator once.
            moment: POSIX seconds.

        Raises:
            WitnessError: by the rules of tlog-witness; nothing is remembered.
        """
        old, steps, note = _parsed(request)
        try:
            text = opened(note, [log_key]).text
        except LogError as error:
            raise WitnessError(403, str(error)) from None
        said = Checkpoint.parse(text)
        if said.origin != log_key.name:
            raise WitnessError(404, "it is the checkpoint of another log")
        seen = self.seen
        if old > said.size:
            raise WitnessError(400, "the old size is larger than the new one")
        if old != (seen.size if seen else 0):
            raise WitnessError(409, f"the size seen last is {seen.size if seen else 0}")
        if seen is not None and seen.size == said.size and seen.root != said.root:
            raise WitnessError(409, "another root of the same size was signed before")
        try:
            was = seen.root if seen else said.root
            check_consistency((old, was), (said.size, said.root), steps)
        except LogError as error:
            raise WitnessError(422, str(error)) from None
        line = self.key.line(text, moment)
        whole = (text + b"\n" + line).decode()
        write_text(self.folder / "seen.checkpoint", whole)  # before anybody else has it
        return line


def _parsed(request: bytes) -> tuple[int, list[bytes], bytes]:
    head, _, note = request.partition(b"\n\n")
    first, *rest = head.decode("ascii", "replace").split("\n")
    word, _, number = first.partition(" ")
    try:
        old, steps = int(number), [base64.b64decode(one, validate=True) for one in rest]
    except ValueError:
        old, steps = -1, []
    if word != "old" or str(old) != number or len(steps) > _MOST:
        raise WitnessError(400, "the request cannot be read")
    return old, steps, note


def keep_signed(log: AuditLog, witness: VerifierKey, line: bytes) -> Checkpoint:
    """Keep the newest checkpoint with a witness's signature beside the log; returns it.

    Raises:
        AuditError: it is no signature of this witness on the newest checkpoint.
    """
    note = log.note
    try:
        signed = opened(note + line, [*log.verifiers, witness])
    except LogError as error:
        raise WitnessError(403, str(error)) from None
    if witness not in signed.by:
        raise WitnessError(403, f"{witness.name} did not sign this")
    folder = log.folder / "witnessed"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = witness.id.hex()
    write_text(folder / f"{name}.checkpoint", (note + line).decode())
    write_text(folder / f"{name}.vkey", f"{witness}\n")
    return Checkpoint.parse(signed.text)


def witnessed(log: AuditLog) -> Iterator[tuple[VerifierKey, Checkpoint]]:
    """Yield what each witness signed last; the log has to continue all of it.

    Raises:
        AuditError: what is kept is not signed by the witness.
    """
    for file in sorted((log.folder / "witnessed").glob("*.checkpoint")):
        try:
            key = VerifierKey.parse(file.with_suffix(".vkey").read_text("utf-8"))
            yield key, Checkpoint.parse(opened(file.read_bytes(), [key]).text)
        except (LogError, OSError) as error:
            raise AuditError(
                f"what a witness signed cannot be read: {error}",
                where=str(file),
                remedy="ask the witness for its `seen.checkpoint`",
            ) from None
