"""Archives: ZIP, tar and gzip, unpacked into numbered files while every byte is counted.

Belongs here: reading archives under limits. Keep out: which names are hostile (`member_names`),
what a member holds (`feeds.recognition`).
What an archive's headers say of sizes is never believed; what is unpacked is counted.
"""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import IO

from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.untrusted.jobs import UnpackJob
from feeds.untrusted.limits import ReadingLimits, Refused
from feeds.untrusted.markings import LONGEST, SECRET, is_marked, octets_marked
from feeds.untrusted.member_names import hostile_name, is_wanted
from feeds.untrusted.zip_entries import refuse_hostile_entries, refuse_large_directory

__all__ = ["Member", "is_tar", "unpack"]

Member = tuple[str, str]
"""A member's name in the archive, and the number of the file that holds its bytes."""

_CHUNK = 1 << 20
"""Bytes unpacked at once; limits are checked after each."""
_TAR_BLOCK = 512
_CODECS = ("utf-8", "gb18030")
_Damage = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, gzip.BadGzipFile, LZMAError, EOFError,
    NotImplementedError, UnicodeError, ValueError, RuntimeError,
)  # fmt: skip


@dataclass
class _Budget:
    """What may still be unpacked."""

    limits: ReadingLimits
    packed: int
    unpacked: int = 0

    def copy(self, stream: IO[bytes] | gzip.GzipFile, target: Path) -> None:
        """Write a member, counting; refuse (GATE-103) before a limit is passed."""
        seen = b""
        with target.open("wb") as file:
            while chunk := stream.read(_CHUNK):
                seen = seen[-LONGEST:] + chunk  # a marking may lie across two chunks
                if octets_marked(seen, _CODECS):
                    raise Refused(*SECRET)
                self.unpacked += len(chunk)
                if self.unpacked > self.limits.expanded:
                    raise _hostile("unpacks beyond the limit")
                swollen = self.unpacked > self.limits.ratio * max(1, self.packed)
                if swollen and self.unpacked > self.limits.ratio_from:
                    raise _hostile(f"unpacks to more than {self.limits.ratio} times its size")
                file.write(chunk)


def unpack(job: UnpackJob) -> list[Member]:
    """Write the wanted members into the job's folder and return them in order of their names.

    Refused: GATE-103 what is hostile or beyond the limits, GATE-101 a damaged archive.
    """
    budget = _Budget(job.limits, Path(job.path).stat().st_size)
    with _damage():
        match job.kind:
            case "zip":
                return _zip(job, budget)
            case "tar":
                return _tar(job, Path(job.path), budget)
            case _:
                return _gzip(job, budget)


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise
    except _Damage:
        raise Refused(
            DeliveryRefusal.UNREADABLE,
            "the archive is damaged or cut off",
            "deliver the whole archive again",
        ) from None


def is_tar(head: bytes) -> bool:
    """Say whether a file's first block is a tar header, of any age: its checksum must hold."""
    block = head[:_TAR_BLOCK]
    if len(block) < _TAR_BLOCK or not block[0]:
        return False
    # the magic `ustar` is missing in old archives; the checksum, octal at 148, is always there and
    # counts itself as eight blanks
    said = block[148:156].strip(b" \0")
    if not said or said.strip(b"01234567"):
        return False
    return int(said, 8) == sum(block[:148]) + sum(block[156:]) + 8 * 32


def _zip(job: UnpackJob, budget: _Budget) -> list[Member]:
    refuse_large_directory(job.path, job.limits)
    with zipfile.ZipFile(job.path) as archive:
        refuse_hostile_entries(archive, job.limits)
        names = {_zip_name(entry): entry for entry in archive.infolist()}
        _refuse_names(_zip_name(entry) for entry in archive.infolist())
        files = {name: entry for name, entry in names.items() if not name.endswith("/")}

        def write(name: str, target: Path) -> None:
            with archive.open(files[name]) as stream:
                budget.copy(stream, target)

        return _written(job, files, write)


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name as its writer meant it: old Windows writers use GB 18030."""
    name = entry.orig_filename
    if entry.flag_bits & 0x800:  # the flag "this name is UTF-8"
        return name
    octets = name.encode("cp437")  # what Python decoded it with, so nothing is lost
    for encoding in ("utf-8", "gb18030"):
        try:
            return octets.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _gzip(job: UnpackJob, budget: _Budget) -> list[Member]:
    content = Path(job.folder) / "content"
    with gzip.open(job.path) as stream:
        budget.copy(stream, content)
    with content.open("rb") as file:
        head = file.read(_TAR_BLOCK)
    if not is_tar(head):
        _refuse_names([job.name])
        return [(job.name, str(content.rename(content.with_name("1")).name))]
    members = _tar(job, content, _Budget(job.limits, content.stat().st_size))
    content.unlink()
    return members


def _tar(job: UnpackJob, path: Path, budget: _Budget) -> list[Member]:
    with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as archive:
        entries: list[tarfile.TarInfo] = []
        for entry in archive:
            if not (entry.isreg() or entry.isdir()) or entry.issparse():
                raise _hostile("has links, devices or other members that are no plain files")
            entries.append(entry)
            if len(entries) > job.limits.members:
                raise _hostile(f"has more than {job.limits.members} members")
        _refuse_cut_off(file, archive.offset)
        _refuse_names(_tar_name(entry) + "/" * entry.isdir() for entry in entries)
        files = {_tar_name(entry): entry for entry in entries if entry.isreg()}

        def write(name: str, target: Path) -> None:
            stream = archive.extractfile(files[name])
            if stream is None:
                raise tarfile.ReadError
            with stream:
                budget.copy(stream, target)

        return _written(job, files, write)


def _tar_name(entry: tarfile.TarInfo) -> str:
    octets = entry.name.encode("utf-8", "surrogateescape")
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("gb18030", "backslashreplace")


def _refuse_cut_off(file: IO[bytes], end: int) -> None:
    """Refuse a tar whose members are not followed by blocks of zeros: reading stopped too early."""
    file.seek(end)
    rest = file.read(_CHUNK)
    if len(rest) < _TAR_BLOCK:
        raise tarfile.ReadError
    while rest:
        if rest.strip(b"\0"):
            raise tarfile.ReadError
        rest = file.read(_CHUNK)


def _refuse_names(names: Iterable[str]) -> None:
    every = list(names)
    if any(map(is_marked, every)):
        raise Refused(*SECRET)
    wrong = hostile_name(every)
    if wrong is not None:
        raise _hostile(f"has {wrong}")


def _written(
    job: UnpackJob, files: Iterable[str], write: Callable[[str, Path], None]
) -> list[Member]:
    wanted = sorted(name for name in files if is_wanted(name, job.pattern))
    if not wanted:
        raise Refused(
            DeliveryRefusal.EMPTY,
            "the archive holds no file that is taken",
            "deliver the data files, named as `feed.members` says",
        )
    for number, name in enumerate(wanted, start=1):
        write(name, Path(job.folder) / str(number))
    return [(name, str(number)) for number, name in enumerate(wanted, start=1)]


def _hostile(what: str) -> Refused:
    return Refused(
        DeliveryRefusal.HOSTILE,
        f"the archive {what}",
        "deliver a plain archive of data files alone",
    )
