"""Checking a backup where it lies: signatures, order, and every byte of every file.

Belongs here: looking, and what is told of it. Keep out: putting a home together
(`flow.backup.restoring`). No secret key is needed: objects are named by the digest of what lies
there. With one, content is held to the digest that the home's own file had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from audit.verifier import VerifierKey
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.backup.heads import read_head
from storage.backup.manifest import Head, Manifest, read_object_list
from storage.backup.repository import Repository

__all__ = ["Checked", "Flaw", "check", "manifest_of"]


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong: its code, where, and in which generations."""

    code: BackupFault
    where: str
    generations: tuple[int, ...]

    def error(self) -> BackupError:
        """Return it as an error."""
        return BackupError(self.code, where=self.where)

    def as_dict(self) -> dict[str, object]:
        """Return the JSON shape."""
        return {"code": self.code.stored, "where": self.where, "generations": self.generations}


@dataclass(frozen=True)
class Checked:
    """What was looked at, and what is wrong; `heads` are those that can be read."""

    heads: tuple[Head, ...]
    flaws: tuple[Flaw, ...]
    objects: int
    bytes: int

    def flawed(self, generation: int) -> int:
        """Return how many flaws a generation has."""
        return sum(generation in one.generations for one in self.flaws)


def check(
    repository: Repository, keys: Sequence[VerifierKey] = (), identity: str | None = None
) -> Checked:
    """Check every generation, each object once; `identity` opens what is encrypted.

    Raises:
        BackupError: there is no generation.
    """
    numbers = repository.generations()
    if not numbers:
        raise BackupError(BackupFault.NO_BACKUP, where=str(repository.folder))
    looking = _Looking(repository)
    for number in numbers:
        looking.at_generation(number, keys)
    looking.at_order()
    looking.at_objects()
    if identity is not None and not looking.flaws:
        looking.flaws += [
            flaw for head in looking.heads for flaw in _contents(repository, head, identity)
        ]
    sizes = looking.sizes
    return Checked(tuple(looking.heads), tuple(looking.flaws), len(sizes), sum(sizes.values()))


def manifest_of(repository: Repository, head: Head, identity: str) -> Manifest:
    """Return what is in a generation; `identity` is ignored where nothing is encrypted.

    Raises:
        BackupError: the list is missing or damaged, or the key does not open it.
    """
    where = f"{repository.folder}, generation {head.generation}"
    if head.recipient and not identity:  # told before any file that is missing
        raise BackupError(BackupFault.WRONG_KEY, where=where)
    key = identity if head.recipient else None
    return Manifest.parse(repository.objects.read(head.manifest, key), where)


@dataclass
class _Looking:
    """A look at a backup without any secret key: what was seen, and what is wrong."""

    repository: Repository
    heads: list[Head] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    used: dict[str, list[int]] = field(default_factory=dict)

    def at_generation(self, number: int, keys: Sequence[VerifierKey]) -> None:
        """Look at a head, and learn which objects it needs."""
        where = f"generations/{number:06}"
        try:
            head = read_head(self.repository, number, keys)
            self.heads.append(head)
            self._needs(head.manifest, head.manifest_bytes, number)
            self._needs(head.objects, head.objects_bytes, number)
            where = f"objects/{head.objects[:2]}/{head.objects[2:]}"
            text = self.repository.objects.read(head.objects, None)
            for name, size in read_object_list(text, where).items():
                self._needs(name, size, number)
        except BackupError as error:
            self.flaws.append(_flaw(error, where, number))

    def at_order(self) -> None:
        """Look whether each generation follows the one before it, and none is missing between."""
        numbers = self.repository.generations()
        for before, number in pairwise(numbers):
            if number != before + 1:
                where = f"generations/{before + 1:06}"
                self.flaws.append(Flaw(BackupFault.NOT_IN_ORDER, where, (number,)))
        for first, head in pairwise(self.heads):
            next_one = head.generation == first.generation + 1
            if next_one and head.former != self.repository.digest(first.generation):
                where = f"generations/{head.generation:06}"
                self.flaws.append(Flaw(BackupFault.NOT_IN_ORDER, where, (head.generation,)))

    def at_objects(self) -> None:
        """Read every object once."""
        for name, size in self.sizes.items():
            fault = self.repository.objects.fault(name, size)
            if fault is not None:
                where = f"objects/{name[:2]}/{name[2:]}"
                self.flaws.append(Flaw(fault, where, tuple(self.used[name])))

    def _needs(self, name: str, size: int, number: int) -> None:
        self.sizes[name] = size
        self.used.setdefault(name, []).append(number)


def _contents(repository: Repository, head: Head, identity: str) -> Iterator[Flaw]:
    """Yield what a key holder finds: content that is not what the home had."""
    try:
        manifest = manifest_of(repository, head, identity)
    except BackupError as error:
        yield _flaw(error, f"generations/{head.generation:06}", head.generation)
        return
    seen: set[str] = set()
    for one in manifest.entries:
        if one.object and one.object not in seen:
            seen.add(one.object)
            try:
                key = identity if head.recipient else None
                found = repository.objects.get(one.object, _Nowhere(), key)
            except BackupError as error:
                yield _flaw(error, f"objects/{one.object}", head.generation)
                continue
            if found != one.digest:
                where = f"objects/{one.object}"
                yield Flaw(BackupFault.CHANGED, where, (head.generation,))


def _flaw(error: BackupError, where: str, generation: int) -> Flaw:
    return Flaw(error.fault, where, (generation,))


class _Nowhere:
    """A stream that keeps nothing."""

    def write(self, piece: bytes) -> int:
        return len(piece)
