"""ZIP directories: the check of all entries before anything is unpacked.

Belongs here: what the entries say of themselves that no honest archive says. Keep out: their names
(`member_names`), and what they unpack to (`archives`).
"""

from __future__ import annotations

import struct
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.untrusted.limits import ReadingLimits, Refused

__all__ = ["directory_size", "refuse_hostile_entries", "refuse_large_directory"]

_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCAL = struct.Struct("<4s5H3L2H")
_TAIL = (1 << 16) + _END.size + _END64_PLACE.size
_ENTRY_BYTES = 1 << 10
"""A directory larger than this for each member allowed is not even read."""
_IN_64 = 0xFFFFFFFF


def directory_size(stream: BinaryIO) -> int | None:
    """Return how many bytes a ZIP's directory says it has; None when there is none."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - _TAIL))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return None
    size = int(_END.unpack_from(tail, at)[5])
    if size != _IN_64 or at < _END64_PLACE.size:
        return size
    mark, _, place, _ = _END64_PLACE.unpack_from(tail, at - _END64_PLACE.size)
    if mark != b"PK\x06\x07" or place > end:
        return None
    stream.seek(place)
    record = stream.read(_END64.size)
    return int(_END64.unpack(record)[8]) if len(record) == _END64.size else None


def refuse_large_directory(path: str, limits: ReadingLimits) -> None:
    """Refuse (GATE-103) a ZIP whose directory is longer than the members that it may have.

    Asked before the library opens it, which reads a directory of any size, and makes objects of it.

    Raises:
        zipfile.BadZipFile: nothing says where its directory is; the library may find one still.
    """
    with Path(path).open("rb") as stream:
        size = directory_size(stream)
    if size is None:
        raise zipfile.BadZipFile
    if size > limits.members * _ENTRY_BYTES:
        raise _refused(f"more than {limits.members} members")


def refuse_hostile_entries(archive: zipfile.ZipFile, limits: ReadingLimits) -> None:
    """Refuse (GATE-103) too many, encrypted or overlapping entries."""
    entries = archive.infolist()
    if len(entries) > limits.members:
        raise _refused(f"more than {limits.members} members")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refused("an encrypted member")
    spans = sorted(_span(archive, entry) for entry in entries)
    if any(end > start for (_, end), (start, _) in pairwise([*spans, (archive.start_dir, 0)])):
        raise _refused("members that share their bytes")


def _span(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[int, int]:
    """Return where an entry's header begins and its bytes end."""
    stream = archive.fp
    if stream is None or entry.header_offset < 0:
        raise zipfile.BadZipFile
    stream.seek(entry.header_offset)
    header = stream.read(_LOCAL.size)
    if len(header) < _LOCAL.size:
        raise zipfile.BadZipFile
    fields = _LOCAL.unpack(header)
    lengths = int(fields[9]) + int(fields[10])
    start = entry.header_offset
    return start, start + _LOCAL.size + lengths + entry.compress_size


def _refused(what: str) -> Refused:
    return Refused(
        DeliveryRefusal.HOSTILE, f"the archive has {what}", "deliver a plain archive of data files"
    )
