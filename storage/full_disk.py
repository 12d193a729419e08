"""The full disk: telling this error from every other, whichever library reports it.

Belongs here: the question and its message. Keep out: exit codes (`cli`).
"""

from __future__ import annotations

import errno

from catalog_specs.rules.error_codes import ErrorCode

__all__ = ["SAID", "is_full"]

_FULL = ErrorCode.DISK_FULL
SAID = f"{_FULL} {_FULL.english} · home folder · {_FULL.remedy}"
_CODES = (errno.ENOSPC, errno.EDQUOT)
_WORDS = (
    "no space left on device",
    "os error 28",
    "disk quota exceeded",
    "database or disk is full",
)
"""Texts in the errors of libraries: Python, Rust (delta-rs, Polars), DuckDB and SQLite report the
same error in different classes. The texts are only searched, never shown."""


def is_full(error: BaseException) -> bool:
    """Say whether an error, or one that led to it, is the system's "no space left"."""
    seen: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in seen:
        text = str(link).lower()
        if getattr(link, "errno", None) in _CODES or any(word in text for word in _WORDS):
            return True
        seen.append(link)
        link = link.__cause__ or link.__context__
    return False
