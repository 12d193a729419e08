"""The verifier of an audit log: whoever has this one file and a copy of the log can check it.

Belongs here: reading and checking, by the public specifications C2SP tlog-tiles, tlog-checkpoint,
signed-note, tlog-cosignature and tlog-proof, and RFC 6962. Keep out: writing (`audit.log`), and
everything else of the project: this file imports the standard library and `cryptography` alone.

    python verifier.py AUDIT_FOLDER VERIFIER_KEY_FILE [EARLIER_CHECKPOINT …]
    python verifier.py --proof FILE.tlog-proof ENTRY_FILE VERIFIER_KEY_FILE
"""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "PROOF",
    "WIDTH",
    "Checkpoint",
    "LogError",
    "Note",
    "VerifierKey",
    "bundled",
    "check_consistency",
    "check_inclusion",
    "check_log",
    "check_proof",
    "entries_of",
    "key_id",
    "leaf_hash",
    "node_hash",
    "opened",
    "read_piece",
    "root_of",
    "split",
    "tile_path",
]

WIDTH = 256
"""Hashes of a whole tile, and entries of a whole bundle."""
HASH = 32
ED25519 = 0x01
"""Signature type of a log's own key."""
COSIGNATURE = 0x04
"""Signature type of a witness: a timestamped Ed25519 signature (tlog-cosignature)."""
PROOF = "c2sp.org/tlog-proof@v1"


class LogError(Exception):
    """The log, a checkpoint or a proof is not what it should be; the message says where."""


# ── Merkle trees (RFC 6962, section 2.1) ────────────────────────────────────────────────────────


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes that stand at one height, in order."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    row = list(hashes)
    while len(row) > 1:
        paired = [node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=False)]
        # the last one without a neighbour rises as it is: the subtrees on its left are whole
        row = paired + row[len(row) - len(row) % 2 :]
    return row[0]


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Hold a leaf's hash to a root by its inclusion proof; LogError when it does not fit."""
    if not 0 <= index < size:
        raise LogError(f"entry {index} does not lie in a log of {size}")
    steps = _Steps(proof)
    if _risen(leaf, index, size, steps) != root or steps.left:
        raise LogError(f"entry {index} is not in the log of {size} with this root")


def check_consistency(
    old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]
) -> None:
    """Hold a log's size and root to later ones by a consistency proof; LogError if it grew else."""
    (was, old_root), (size, new_root) = old, new
    if not 0 <= was <= size:
        raise LogError(f"a log of {was} does not come before one of {size}")
    steps = _Steps(proof)
    found = old_root, new_root
    if was == size:
        found = old_root, old_root
    elif was:
        found = _both(old, size, steps, whole=True)
    if found != (old_root, new_root) or steps.left:
        raise LogError(f"the log of {size} does not continue the log of {was}")


class _Steps:
    """The hashes of a proof, each taken once."""

    def __init__(self, proof: Sequence[bytes]) -> None:
        self.left = list(proof)

    def take(self) -> bytes:
        """Return the next one."""
        if not self.left:
            raise LogError("the proof is too short")
        return self.left.pop(0)


def split(size: int) -> int:
    """Return the greatest power of two below a size: how many leaves the left subtree has."""
    return 1 << ((size - 1).bit_length() - 1)


def _risen(leaf: bytes, index: int, size: int, steps: _Steps) -> bytes:
    """Return the root that a leaf and its siblings make."""
    if size == 1:
        return leaf
    half = split(size)
    if index < half:
        return node_hash(_risen(leaf, index, half, steps), steps.take())
    risen = _risen(leaf, index - half, size - half, steps)
    return node_hash(steps.take(), risen)


def _both(old: tuple[int, bytes], size: int, steps: _Steps, *, whole: bool) -> tuple[bytes, bytes]:
    """Return the roots that a proof makes of the first leaves of a subtree, and of all of them."""
    was, root = old
    if was == size:
        one = root if whole else steps.take()
        return one, one
    half = split(size)
    if was <= half:
        first, left = _both(old, half, steps, whole=whole)
        return first, node_hash(left, steps.take())
    first, right = _both((was - half, root), size - half, steps, whole=False)
    left = steps.take()
    return node_hash(left, first), node_hash(left, right)


# ── signed notes and checkpoints ────────────────────────────────────────────────────────────────


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the four bytes by which signatures name a key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class VerifierKey:
    """A public key under its name: a log's own, or a witness's."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read `name+id+base64(kind, key)`; LogError when it is none."""
        try:
            name, said, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            made = cls(name, raw[0], raw[1:])
            fits = made.id.hex() == said and len(made.public) == HASH
        except (ValueError, IndexError):
            fits = False
        if not fits or made.kind not in {ED25519, COSIGNATURE}:
            raise LogError("this is no verifier key of the Ed25519 kinds")
        return made

    @property
    def id(self) -> bytes:
        """Return the four bytes by which signatures name it."""
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        """Return the key as others are given it."""
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Say whether a signature is this key's on a text."""
        message = text
        if self.kind == COSIGNATURE:
            stamp, signature = signature[:8], signature[8:]
            message = b"cosignature/v1\ntime %d\n%b" % (int.from_bytes(stamp, "big"), text)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Note:
    """A signed text, and the keys among those asked for whose signatures hold."""

    text: bytes
    by: tuple[VerifierKey, ...]


def opened(note: bytes, keys: Iterable[VerifierKey]) -> Note:
    """Return a note's text if a known key signed it; one wrong signature of a known key refuses it.

    Raises:
        LogError: it is no signed note, or no known key signed it.
    """
    text, separator, lines = note.rpartition(b"\n\n")
    if not separator or not lines.endswith(b"\n"):
        raise LogError("this is no signed note")
    text += b"\n"
    known = {(key.name, key.id): key for key in keys}
    by: list[VerifierKey] = []
    for line in lines.decode("utf-8", "replace").splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raw = b""
        if dash != "—" or len(raw) <= 4:  # noqa: PLR2004 - the id
            raise LogError("a line of signatures cannot be read")
        key = known.get((name, raw[:4]))
        if key is not None and not key.signed(text, raw[4:]):
            raise LogError(f"the signature of {name} is wrong")
        by += [key] if key is not None and key not in by else []
    if not by:
        raise LogError("no key that is known signed this")
    return Note(text, tuple(by))


@dataclass(frozen=True)
class Checkpoint:
    """A log's size and root, under the log's name (tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: bytes) -> Checkpoint:
        """Read the text of a checkpoint; LogError when it is none."""
        try:
            origin, number, root, *_ = text.decode().split("\n")
            made = cls(origin, int(number), base64.b64decode(root, validate=True))
        except ValueError:
            raise LogError("this is no checkpoint") from None
        if not origin or str(made.size) != number or made.size < 0 or len(made.root) != HASH:
            raise LogError("this is no checkpoint")
        return made

    def text(self) -> bytes:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()


# ── tiles (tlog-tiles) ──────────────────────────────────────────────────────────────────────────


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Return where a tile lies below the log's folder; `level` is `entries` for bundles."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def read_piece(folder: Path, level: int | str, number: int, width: int) -> bytes:
    """Return a tile or bundle; of a whole one that has taken a partial one's place, all of it.

    Raises:
        LogError: it is missing.
    """
    for wide in dict.fromkeys((width, WIDTH)):
        path = folder / tile_path(level, number, wide)
        if path.is_file():
            return path.read_bytes()
    raise LogError(f"{tile_path(level, number, width)} is missing")


def entries_of(bundle: bytes, where: str) -> Iterator[bytes]:
    """Yield the entries of a bundle; LogError when it does not end where its last entry does."""
    at = 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        entry = bundle[at + 2 : at + 2 + length]
        if at + 2 > len(bundle) or len(entry) != length:
            raise LogError(f"{where} breaks off")
        yield entry
        at += 2 + length


def bundled(entries: Iterable[bytes]) -> bytes:
    """Return entries as a bundle."""
    return b"".join(len(one).to_bytes(2, "big") + one for one in entries)


def check_log(
    folder: Path, keys: Sequence[VerifierKey], *earlier: Checkpoint | None
) -> tuple[Checkpoint, Iterator[bytes]]:
    """Check a whole log against its signed checkpoint, and against any earlier ones, in one pass.

    Returns the checkpoint, and the entries as they are read: the log is checked once all of them
    were taken from the iterator.

    Raises:
        LogError: a signature, a hash or a file is wrong or missing; at once, or while reading.
    """
    note = opened(_checkpoint_of(folder), keys)
    said = Checkpoint.parse(note.text)
    if not any(key.name == said.origin and key.kind == ED25519 for key in note.by):
        raise LogError("the log's own key did not sign its checkpoint")
    remembered = [one for one in earlier if one is not None]
    for one in remembered:
        if one.origin != said.origin:
            raise LogError(f"it is another log: {said.origin}, and not {one.origin}")
        if one.size > said.size:
            raise LogError(f"the log was longer: {one.size} entries, and now {said.size}")
    return said, _checked(folder, said, remembered)


def _checkpoint_of(folder: Path) -> bytes:
    try:
        return (folder / "checkpoint").read_bytes()
    except OSError:
        raise LogError("checkpoint is missing") from None


def _checked(folder: Path, said: Checkpoint, earlier: Sequence[Checkpoint]) -> Iterator[bytes]:
    """Yield every entry of the log, then hold all hashes to the tiles and to the checkpoint."""
    row: list[bytes] = []
    for number in range(-(-said.size // WIDTH)):
        width = min(WIDTH, said.size - number * WIDTH)
        where = tile_path("entries", number, width)
        found = list(entries_of(read_piece(folder, "entries", number, width), where))
        if len(found) < width:
            raise LogError(f"{where} holds {len(found)} entries, not {width}")
        row += [leaf_hash(one) for one in found[:width]]
        yield from found[:width]
    for one in earlier:
        if root_of(row[: one.size]) != one.root:
            raise LogError(f"the first {one.size} entries are not those of the earlier checkpoint")
    if root_of(row) != said.root:
        raise LogError("the entries are not those of the checkpoint")
    _check_tiles(folder, row)


def _check_tiles(folder: Path, leaves: Sequence[bytes]) -> None:
    row, level = leaves, 0
    while row:
        above: list[bytes] = []
        for number in range(-(-len(row) // WIDTH)):
            hashes = row[number * WIDTH : (number + 1) * WIDTH]
            found = read_piece(folder, level, number, len(hashes))
            if found[: len(hashes) * HASH] != b"".join(hashes) or len(found) % HASH:
                raise LogError(
                    f"{tile_path(level, number, len(hashes))} is not that of the entries"
                )
            above += [root_of(hashes)] if len(hashes) == WIDTH else []
        row, level = above, level + 1


def check_proof(proof: str, entry: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Check that an entry is in a log, by a proof alone; returns the checkpoint it refers to.

    Raises:
        LogError: the proof cannot be read, is not signed by a known key, or does not hold.
    """
    head, _, note = proof.partition("\n\n")
    lines = head.split("\n")
    if lines[:1] != [PROOF]:
        raise LogError("this is no tlog-proof")
    rest = lines[2:] if lines[1:2] and lines[1].startswith("extra ") else lines[1:]
    word, _, number = (rest[0] if rest else "").partition(" ")
    try:
        index, steps = int(number), [base64.b64decode(one, validate=True) for one in rest[1:]]
    except ValueError:
        index, steps = -1, []
    if word != "index" or str(index) != number or any(len(one) != HASH for one in steps):
        raise LogError("this is no tlog-proof")
    signed = opened(note.encode(), keys)
    said = Checkpoint.parse(signed.text)
    if not any(key.name == said.origin and key.kind == ED25519 for key in signed.by):
        raise LogError("the log's own key did not sign this checkpoint")
    check_inclusion(leaf_hash(entry), index, said.size, steps, said.root)
    return said


def main(arguments: Sequence[str]) -> int:
    """Check what the command line names; 0 when it holds, 1 when not, 2 when it is no question."""
    try:
        if arguments[:1] == ["--proof"]:
            proof, entry, file = map(Path, arguments[1:])
            said = check_proof(proof.read_text("utf-8"), entry.read_bytes(), _keys(file))
        else:
            folder, file, *more = map(Path, arguments)
            keys = _keys(file)
            earlier = [Checkpoint.parse(opened(one.read_bytes(), keys).text) for one in more]
            said, entries = check_log(folder, keys, *earlier)
            for _ in entries:
                pass
    except LogError as error:
        print(f"WRONG: {error}")  # noqa: T201 - this file stands alone
        return 1
    except (OSError, ValueError):
        print(__doc__)  # noqa: T201
        return 2
    print(f"OK: {said.origin}, {said.size} entries, root {said.root.hex()}")  # noqa: T201
    return 0


def _keys(file: Path) -> list[VerifierKey]:
    lines = file.read_text("utf-8").splitlines()
    return [VerifierKey.parse(line) for line in lines if line.strip()]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
