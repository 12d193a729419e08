"""Digests: SHA-256 of files, bytes, lines and facts, in hexadecimal.

Belongs here: the forms in which something is digested. Keep out: keyed hashes (`governance.keys`),
holding files to a digest (`seals`). What is stored under a digest is made anew when its form
changes: every share, every release, every file of views.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any

__all__ = ["sha256_of", "sha256_of_facts", "sha256_of_file", "sha256_of_lines", "sha256_of_stream"]


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def sha256_of_stream(stream: BufferedReader) -> str:
    """Return the SHA-256 of an open file, read in pieces."""
    return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return sha256_of_stream(stream)


def sha256_of_lines(lines: Iterable[str]) -> str:
    """Return the SHA-256 of texts in their order; none of them may hold a line break."""
    return sha256_of("\n".join(lines).encode())


def sha256_of_facts(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of facts as JSON, whatever the order of their keys."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
    return sha256_of(text.encode())
