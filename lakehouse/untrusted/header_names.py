"""Names that tell the columns of a file apart.

Belongs here: what a column without a name of its own is called. Keep out: finding the header.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

__all__ = ["PERSONAL_NUMBER", "is_nameless", "told_apart"]

PERSONAL_NUMBER = re.compile(r"\d{10,}[0-9Xx]")
"""A mobile number, a resident id, a bank card: no header that people are shown may hold one."""


def told_apart(names: Sequence[str], declared: Collection[str]) -> tuple[str, ...]:
    """Call the fifth column `#5` when it has no name, `备注#5` when an earlier one has its name.

    So no column of a file goes unseen (三(二)). Declared names stay: one that stands twice is
    refused, for nobody knows which is meant.
    """
    met: set[str] = set()
    told: list[str] = []
    for place, name in enumerate(names, start=1):
        own = name
        while not own or (own in met and own not in declared):
            own += f"#{place}"
        told.append(own)
        met.add(own)
    return tuple(told)


def is_nameless(header: str) -> bool:
    """Say whether a header stands for a column without a name."""
    return header.startswith("#") and header[1:].isdecimal()
