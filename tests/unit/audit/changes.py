"""Single changes to a log on the disk: what somebody might do to it, drawn at random."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from audit.log import AuditLog
from audit.verifier import HASH, bundled, entries_of
from storage.layout import Layout
from tests.unit.audit.acts import acts

__all__ = ["KINDS", "Victim"]

Change = Callable[[Random, Path], bytes | None]
"""Returns what a file becomes; None deletes it."""


def _flip(random: Random, file: Path) -> bytes:
    octets = bytearray(file.read_bytes())
    octets[random.randrange(len(octets))] ^= 1 << random.randrange(8)
    return bytes(octets)


def _delete(random: Random, file: Path) -> bytes | None:
    """Delete a file, or some of what is in it: an entry, a hash, bytes."""
    parts = _parts(file)
    if random.random() < 0.3:
        return None
    at = random.randrange(len(parts))
    return b"".join(parts[:at] + parts[at + random.randint(1, 3) :])


def _insert(random: Random, file: Path) -> bytes:
    """Insert bytes, or one more entry or hash that looks like any other."""
    parts = _parts(file)
    at = random.randrange(len(parts) + 1)
    made = random.choice([parts[at - 1], random.randbytes(random.randint(1, HASH))])
    return b"".join([*parts[:at], made, *parts[at:]])


def _swap(random: Random, file: Path) -> bytes:
    """Swap two entries, hashes or bytes."""
    parts = _parts(file)
    one, other = (random.randrange(len(parts)) for _ in range(2))
    parts[one], parts[other] = parts[other], parts[one]
    return b"".join(parts)


def _truncate(random: Random, file: Path) -> bytes:
    octets = file.read_bytes()
    return octets[: random.randrange(len(octets))]


def _parts(file: Path) -> list[bytes]:
    """Return the entries of a bundle, the hashes of a tile, the bytes of a checkpoint."""
    octets = file.read_bytes()
    if "entries" in file.parts:
        return [bundled([one]) for one in entries_of(octets, "")]
    step = HASH if "tile" in file.parts else 1
    return [octets[at : at + step] for at in range(0, len(octets), step)]


WITHIN: dict[str, Change] = {
    "flip": _flip,
    "delete": _delete,
    "swap": _swap,
    "insert": _insert,
    "truncate": _truncate,
}
KINDS = (*WITHIN, "exchange", "cut", "fork")


@dataclass(frozen=True)
class Victim:
    """A log that is changed and made whole again; `past` are copies of it as it once was."""

    log: AuditLog
    past: tuple[Path, ...]

    @classmethod
    def made(cls, folder: Path, size: int, batch: int = 20_000) -> Victim:
        """Make a log of a size, and keep it as it was shortly before it had all of it."""
        log, past = AuditLog(Layout(folder / "home")), []
        ends = [size - back for back in (290, 120, 40, 7, 1)]
        at = 0
        for end in (*ends, size):
            while at < end:
                at += len(log.append(acts(min(batch, end - at), at)))
            if end < size:
                past.append(folder / f"past{end}")
                _link(log.layout.home, past[-1])
        return cls(log, tuple(past))

    @property
    def files(self) -> list[Path]:
        """Return the files that a checkpoint stands for: parts of what has grown since may go."""
        return [self.log.folder / "checkpoint", *sorted(self._tiles())]

    def _tiles(self) -> Iterator[Path]:
        for file in (self.log.folder / "tile").rglob("*"):
            widths = [int(one.name) for one in file.parent.iterdir() if one.name.isdecimal()]
            passed = file.parent.suffix == ".p" and int(file.name) < max(widths)
            if file.is_file() and not passed:
                yield file

    @contextmanager
    def changed(self, kind: str, random: Random, files: list[Path]) -> Iterator[Path | None]:
        """Yield the folder of the log with one change of a kind; None when it changed nothing."""
        if kind in {"cut", "fork"}:
            yield self._other_past(kind, random)
            shutil.rmtree(self.log.layout.home.parent / "other")
            return
        file, other = random.choice(files), random.choice(files)
        was = {one: one.read_bytes() for one in (file, other)}
        become: dict[Path, bytes | None] = (
            {file: was[other], other: was[file]}
            if kind == "exchange"
            else {file: WITHIN[kind](random, file)}
        )
        for one, octets in become.items():
            one.unlink()
            if octets is not None:
                one.write_bytes(octets)
        same = all(octets == was[one] for one, octets in become.items())
        yield None if same else self.log.folder
        for one in become:
            one.write_bytes(was[one])

    def _other_past(self, kind: str, random: Random) -> Path:
        """Return the log as it once was; forked, it went on otherwise, by whoever has the key."""
        other = self.log.layout.home.parent / "other"
        _link(random.choice(self.past), other)
        forked = AuditLog(Layout(other))
        if kind == "fork":
            forked.append(acts(random.randint(290, 400), random.randrange(10**9)))
        return forked.folder


def _link(one: Path, other: Path) -> None:
    """Copy a home without writing its files again: a log replaces files and never writes them."""
    shutil.copytree(one, other, copy_function=os.link)
