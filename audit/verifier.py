"""The verifier of an audit log: whoever has this one file and a copy of the log can check it.

Belongs here: reading and checking, by the public specifications C2SP tlog-tiles, tlog-checkpoint,
signed-note, tlog-cosignature and tlog-proof, and RFC 6962. Keep out: writing (`audit.log`), and
everything else of the project: this file imports the standard library and `cryptography` alone.

    python verifier.py AUDIT_FOLDER VERIFIER_KEY_FILE [EARLIER_CHECKPOINT …]
    python verifier.py --proof FILE.tlog-proof ENTRY_FILE VERIFIER_KEY_FILE [AUDIT_FOLDER]

A log may be given another key: below `succession` each key proves which one follows it, so that
whoever has a former key can check what the newest one signed. Of a log that was purged the oldest
entries are gone, and their hashes are there: `minimum` says up to where, signed by the log.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "HASH",
    "HEIGHT",
    "LOG_KEY",
    "MINIMUM",
    "PROOF",
    "SUCCESSION",
    "WIDTH",
    "Checkpoint",
    "Edge",
    "Followed",
    "LogError",
    "Note",
    "VerifierKey",
    "bundled",
    "check_consistency",
    "check_inclusion",
    "check_log",
    "check_proof",
    "entries_of",
    "followed",
    "key_id",
    "leaf_hash",
    "minimum_of",
    "minimum_text",
    "node_hash",
    "opened",
    "read_piece",
    "root_of",
    "split",
    "tile_path",
]

HEIGHT = 8
"""Levels of the tree that one tile stands for."""
WIDTH = 1 << HEIGHT
"""Hashes of a whole tile, and entries of a whole bundle."""
HASH = 32
ED25519 = 0x01
"""Signature type of a log's own key."""
COSIGNATURE = 0x04
"""Signature type of a witness: a timestamped Ed25519 signature (tlog-cosignature)."""
PROOF = "c2sp.org/tlog-proof@v1"
SUCCESSION = "succession"
"""Folder in which each former key of a log proves which one follows it, from 1 on."""
LOG_KEY = "log_key"
"""The fact of an entry that gives the log another key: that key."""
MINIMUM = "minimum"
"""The file that says up to where a log was purged."""


class LogError(Exception):
    """The log, a checkpoint or a proof is not what it should be; the message says where."""


def _decoded(text: str) -> bytes:
    """Return what base64 stands for; ValueError when the same bytes would be written otherwise."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError(text)
    return raw


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
            raw = _decoded(encoded)
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
    for line in lines.decode("utf-8", "replace").split("\n")[:-1]:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            raw = _decoded(encoded)
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
            made = cls(origin, int(number), _decoded(root))
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


Tile = tuple[int, int, Sequence[bytes]]
"""A tile's level, its number, and its hashes."""


@dataclass
class Edge:
    """The right edge of a tree: of every level of tiles the hashes of the one that grows."""

    size: int = 0
    rows: list[list[bytes]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path, size: int) -> Edge:
        """Read the edge of a stored tree.

        Raises:
            LogError: a tile is missing.
        """
        made, level, count = cls(size), 0, size
        while count:
            width = count % WIDTH
            row = read_piece(folder, level, count // WIDTH, width)[: width * HASH] if width else b""
            made.rows.append([row[at : at + HASH] for at in range(0, len(row), HASH)])
            level, count = level + 1, count // WIDTH
        return made

    def grow(self, leaves: Sequence[bytes]) -> Iterator[Tile]:
        """Take leaves in, and yield every tile that has changed, as it is in the end."""
        changed: dict[tuple[int, int], list[bytes]] = {}
        for leaf in leaves:
            self._add(0, leaf, changed)
            self.size += 1
        for (level, number), hashes in changed.items():
            yield level, number, hashes

    def _add(self, level: int, one: bytes, changed: dict[tuple[int, int], list[bytes]]) -> None:
        if level == len(self.rows):
            self.rows.append([])
        number = (self.size >> (HEIGHT * level)) // WIDTH
        row = self.rows[level]
        row.append(one)
        changed[level, number] = row
        if len(row) == WIDTH:
            self.rows[level] = []  # the full one stays in `changed`
            self._add(level + 1, root_of(row), changed)

    def root(self) -> bytes:
        """Return the root: what stands at the edge of each level, from the lowest up."""
        found: bytes | None = None
        for row in self.rows:
            hashes = [*row, found] if found is not None else row
            # a subtree that is not whole stands behind whole ones of the same level
            found = root_of(hashes) if hashes else found
        return found if found is not None else root_of(())


def check_log(
    folder: Path, keys: Sequence[VerifierKey], *earlier: Checkpoint | None
) -> tuple[Checkpoint, Iterator[bytes]]:
    """Check a whole log against its signed checkpoint, and against any earlier ones, in one pass.

    Returns the checkpoint, and the entries as they are read, without those that were purged: the
    log is checked once all of them were taken from the iterator. Memory does not grow with it.

    Raises:
        LogError: a signature, a hash or a file is wrong or missing; at once, or while reading.
    """
    chain = followed(folder, keys)
    note = opened(_file_of(folder, "checkpoint"), chain.keys)
    said = Checkpoint.parse(note.text)
    _require_own(note, said, chain.ends)
    remembered = [*(one for one in earlier if one is not None), *chain.checkpoints]
    for one in remembered:
        if one.origin != said.origin:
            raise LogError(f"it is another log: {said.origin}, and not {one.origin}")
        if one.size > said.size:
            raise LogError(f"the log was longer: {one.size} entries, and now {said.size}")
    # a former key could excuse any bundle that somebody takes away: the present one has to
    present = [key for key in chain.keys if chain.ends.get(key, said.size) >= said.size]
    lowest = minimum_of(folder, present)
    if lowest > said.size:
        raise LogError(f"more was purged than it has: {lowest} of {said.size} entries")
    return said, _checked(folder, said, remembered, lowest)


@dataclass(frozen=True)
class Followed:
    """The keys of a log that are known by following those that were known before.

    `ends` is the size of the log up to which a former key may have signed; `checkpoints` are those
    under which each of them ended.
    """

    keys: tuple[VerifierKey, ...]
    ends: Mapping[VerifierKey, int]
    checkpoints: tuple[Checkpoint, ...]


def followed(folder: Path, keys: Iterable[VerifierKey]) -> Followed:
    """Follow a log's keys from those that are known to the newest one.

    A key that was lost names no successor: whoever has it alone follows no further.

    Raises:
        LogError: what a former key left as a proof does not hold.
    """
    known = dict.fromkeys(keys)
    ends: dict[VerifierKey, int] = {}
    seen: list[Checkpoint] = []
    while (place := folder / SUCCESSION / str(len(seen) + 1)).is_dir():
        before = VerifierKey.parse(_file_of(place, "log.vkey").decode("utf-8", "replace"))
        if (place / "checkpoint").is_file():
            said = Checkpoint.parse(opened(_file_of(place, "checkpoint"), [before]).text)
        else:
            entry, proof = (_file_of(place, name) for name in ("entry", "tlog-proof"))
            said = check_proof(proof.decode("utf-8", "replace"), entry, [before])
            after = _successor(entry, before)
            known |= {after: None} if before in known else {}
        ends[before] = said.size
        seen.append(said)
    return Followed(tuple(known), ends, tuple(seen))


def _successor(entry: bytes, before: VerifierKey) -> VerifierKey:
    try:
        after = VerifierKey.parse(str(json.loads(entry)["facts"][LOG_KEY]))
    except (ValueError, LookupError, TypeError):
        raise LogError("an entry of the succession names no key") from None
    if (after.name, after.kind) != (before.name, ED25519):
        raise LogError("the successor of a key is that of another log")
    return after


def _require_own(note: Note, said: Checkpoint, ends: Mapping[VerifierKey, int]) -> None:
    """Hold a checkpoint to the log's own keys, each for the time that it was the log's."""
    own = [key for key in note.by if key.name == said.origin and key.kind == ED25519]
    if not own:
        raise LogError("the log's own key did not sign its checkpoint")
    if all(said.size > ends.get(key, said.size) for key in own):
        raise LogError(f"a key signed it that was the log's up to {ends[own[0]]} entries only")


def minimum_text(origin: str, lowest: int) -> bytes:
    """Return the text that is signed when entries are purged; no checkpoint reads like it."""
    return f"{origin}/minimum-index\n{lowest}\n".encode()


def minimum_of(folder: Path, keys: Sequence[VerifierKey]) -> int:
    """Return the first entry that a log has to have: zero, unless it was purged (tlog-tiles).

    Raises:
        LogError: what says so is not signed by the log, or is something else.
    """
    if not (folder / MINIMUM).is_file():
        return 0
    note = opened(_file_of(folder, MINIMUM), keys)
    number = note.text.decode("ascii", "replace").split("\n")[1:2]
    lowest = int(number[0]) if number and number[0].isdecimal() else -1
    by = [key for key in note.by if key.kind == ED25519]
    if lowest < 0 or lowest % WIDTH or minimum_text(by[0].name if by else "", lowest) != note.text:
        raise LogError(f"{MINIMUM} does not say which entries were purged")
    return lowest


def _file_of(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError:
        raise LogError(f"{name} is missing") from None


def _checked(
    folder: Path, said: Checkpoint, earlier: Sequence[Checkpoint], lowest: int
) -> Iterator[bytes]:
    """Yield every entry that is there; hold all to the tiles, and these to the checkpoints."""
    edge = Edge()
    for number in range(-(-said.size // WIDTH)):
        width = min(WIDTH, said.size - number * WIDTH)
        entries = _bundle(folder, number, width, purged=number * WIDTH < lowest)
        leaves = [leaf_hash(one) for one in entries]
        yield from entries
        _grow(folder, edge, leaves or _hashes(folder, 0, number, width), earlier)
    empty = [one for one in earlier if not one.size and one.root != root_of(())]
    if edge.root() != said.root or empty:
        raise LogError("the entries are not those of the checkpoint")
    for level, row in enumerate(edge.rows):
        if row:
            _check_tile(folder, level, (edge.size >> (HEIGHT * level)) // WIDTH, row)


def _bundle(folder: Path, number: int, width: int, *, purged: bool) -> list[bytes]:
    """Return the entries of a bundle; none of one that was purged and is gone."""
    if purged and not (folder / tile_path("entries", number)).is_file():
        return []
    where = tile_path("entries", number, width)
    found = list(entries_of(read_piece(folder, "entries", number, width), where))
    whole = width if (folder / where).is_file() else WIDTH
    if len(found) != whole:
        raise LogError(f"{where} holds {len(found)} entries, not {whole}")
    _check_parts(folder, "entries", number, found)
    return found[:width]


def _hashes(folder: Path, level: int, number: int, width: int) -> list[bytes]:
    """Return the hashes of a tile, which is of the width or has become whole."""
    found = read_piece(folder, level, number, width)
    where = tile_path(level, number, width)
    if len(found) != HASH * (width if (folder / where).is_file() else WIDTH):
        raise LogError(f"{where} is not as long as it should be")
    return [found[at : at + HASH] for at in range(0, width * HASH, HASH)]


def _grow(folder: Path, edge: Edge, leaves: Sequence[bytes], earlier: Sequence[Checkpoint]) -> None:
    """Let a tree grow by a bundle, from one earlier checkpoint to the next; check whole tiles."""
    start, end = edge.size, edge.size + len(leaves)
    for stop in sorted({end, *(one.size for one in earlier if start < one.size < end)}):
        for level, number, hashes in edge.grow(leaves[edge.size - start : stop - start]):
            if len(hashes) == WIDTH:
                _check_tile(folder, level, number, hashes)
        for one in earlier:
            if one.size == stop and one.root != edge.root():
                raise LogError(f"the first {stop} entries are not those of the earlier checkpoint")


def _check_tile(folder: Path, level: int, number: int, hashes: Sequence[bytes]) -> None:
    if _hashes(folder, level, number, len(hashes)) != list(hashes):
        raise LogError(f"{tile_path(level, number, len(hashes))} is not that of the entries")
    _check_parts(folder, level, number, hashes)


def _check_parts(folder: Path, level: int | str, number: int, whole: Sequence[bytes]) -> None:
    """Hold what earlier checkpoints needed of a tile, while it lies there, to what it is now."""
    parts = folder / f"{tile_path(level, number)}.p"
    if not parts.is_dir():
        return
    for part in parts.iterdir():
        width = int(part.name) if part.name.isdecimal() else 0
        # what is wider than the checkpoint was left by a writer that was killed before signing
        some = whole[: width if width <= len(whole) else 0]
        expected = bundled(some) if level == "entries" else b"".join(some)
        if some and part.read_bytes() != expected:
            raise LogError(f"{tile_path(level, number, width)} is not that of the entries")


def check_proof(
    proof: str,
    entry: bytes,
    keys: Sequence[VerifierKey],
    ends: Mapping[VerifierKey, int] | None = None,
) -> Checkpoint:
    """Check that an entry is in a log, by a proof alone; returns the checkpoint it refers to.

    `ends` is the size up to which a former key may have signed, as `followed` has it.

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
        index, steps = int(number), [_decoded(one) for one in rest[1:]]
    except ValueError:
        index, steps = -1, []
    if word != "index" or str(index) != number or any(len(one) != HASH for one in steps):
        raise LogError("this is no tlog-proof")
    signed = opened(note.encode(), keys)
    said = Checkpoint.parse(signed.text)
    _require_own(signed, said, ends or {})
    check_inclusion(leaf_hash(entry), index, said.size, steps, said.root)
    return said


def main(arguments: Sequence[str]) -> int:
    """Check what the command line names; 0 when it holds, 1 when not, 2 when it is no question."""
    lowest = 0
    try:
        if arguments[:1] == ["--proof"]:
            proof, entry, file, *folders = map(Path, arguments[1:])
            chain = Followed(tuple(_keys(file)), {}, ())
            for folder in folders:
                chain = followed(folder, chain.keys)
            text = proof.read_text("utf-8")
            said = check_proof(text, entry.read_bytes(), chain.keys, chain.ends)
        else:
            folder, file, *more = map(Path, arguments)
            keys = followed(folder, _keys(file)).keys
            earlier = [Checkpoint.parse(opened(one.read_bytes(), keys).text) for one in more]
            said, entries = check_log(folder, keys, *earlier)
            for _ in entries:
                pass
            lowest = minimum_of(folder, keys)
    except LogError as error:
        print(f"WRONG: {error}")  # noqa: T201 - this file stands alone
        return 1
    except (OSError, ValueError):
        print(__doc__)  # noqa: T201
        return 2
    begins = f" ({lowest} of them purged: their hashes hold)" if lowest else ""
    print(f"OK: {said.origin}, {said.size} entries{begins}, root {said.root.hex()}")  # noqa: T201
    return 0


def _keys(file: Path) -> list[VerifierKey]:
    lines = file.read_text("utf-8").splitlines()
    return [VerifierKey.parse(line) for line in lines if line.strip()]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
