"""Seals: whether files still are, byte by byte, as they were written.

Belongs here: taking a seal of a file or a folder, and comparing the files with it later. Keep out:
the reaction to a broken seal (the caller's). That a file exists proves nothing: a full disk, an
interrupted restore or a mistaken command leave files under the right names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from storage.digests import sha256_of_file

__all__ = ["seal", "unbroken"]


def seal(place: Path) -> dict[str, dict[str, Any]]:
    """Return the seal of a file, or of every file below a folder; empty when nothing is there.

    It maps the path below the place ("." for a file itself) to size, time of change and SHA-256.
    """
    return {name: _stamp(path) | {"sha256": sha256_of_file(path)} for name, path in _files(place)}


def unbroken(place: Path, sealed: object, *, thorough: bool) -> bool:
    """Say whether exactly the sealed files are there, each with its bytes.

    `thorough` reads every byte. Otherwise a file of the same size and time of change is believed;
    this is for sensors, which ask every few seconds. A missing seal (an earlier version took none)
    counts as broken.
    """
    if not isinstance(sealed, Mapping) or not sealed:
        return False
    try:
        found = dict(_files(place))
        return found.keys() == sealed.keys() and all(
            _same(path, sealed[name], thorough=thorough) for name, path in found.items()
        )
    except OSError:
        return False  # a file disappeared or cannot be read: fail closed, it is made again


def _same(path: Path, known: Mapping[str, Any], *, thorough: bool) -> bool:
    stamp = _stamp(path)
    if stamp["bytes"] != known.get("bytes"):
        return False
    if not thorough and stamp["changed"] == known.get("changed"):
        return True
    return sha256_of_file(path) == known.get("sha256")


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    if place.is_file():
        yield ".", place
    for path in sorted(place.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(place)), path


def _stamp(path: Path) -> dict[str, Any]:
    status = path.stat()
    return {"bytes": status.st_size, "changed": status.st_mtime_ns}
