"""SHA256SUMS: sizes and digests of a package's files, for `sha256sum -c`.

Belongs here: measuring files. Keep out: what they hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from outlets.open_data.packaging.facts import PackageFile
from storage.digests import sha256_of_file

__all__ = ["measured", "sums"]


def measured(path: Path) -> PackageFile:
    """Return a file's name, size and SHA-256, read in pieces."""
    return PackageFile(path.name, path.stat().st_size, sha256_of_file(path))


def sums(files: Iterable[PackageFile]) -> str:
    """Return the content of SHA256SUMS, in the order of names."""
    return "".join(f"{f.sha256}  {f.name}\n" for f in sorted(files, key=lambda f: f.name))
