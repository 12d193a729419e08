"""The full disk: telling this error from every other, whichever library reports it.

Belongs here: that one question and what is said then. Keep out: exit codes (`cli`).
"""

from __future__ import annotations

import errno

__all__ = ["CODE", "REMEDY", "SAID", "WHAT", "is_full"]

CODE = "DISK-001"
WHAT = "the disk is full or a quota is used up"
REMEDY = "free space and run again: what was finished stays, everything else is done then"
SAID = f"{CODE} {WHAT} · home folder · {REMEDY}"
_CODES = (errno.ENOSPC, errno.EDQUOT)
_WORDS = ("no space left on device", "os error 28", "disk quota exceeded")
"""What the vendors' own errors carry; only whether they do is asked, their text is not shown."""


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
