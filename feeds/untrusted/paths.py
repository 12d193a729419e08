"""Paths into nested records, such as `$.a.b[0]`, as steps.

Belongs here: the grammar of a path. Keep out: walking one.
"""

from __future__ import annotations

import re

__all__ = ["is_path", "steps_of"]

_STEP = re.compile(r"""\.([^.\[\]"]+)|\["([^"]+)"\]|\[([0-9]+)\]""")


def is_path(header: str) -> bool:
    """Say whether a declared header is a path into the record."""
    return steps_of(header) is not None


def steps_of(header: str) -> tuple[str | int, ...] | None:
    """Return the keys and positions of a path; None for an ordinary header.

    `$` alone has no steps. Keys with dots or brackets are written `["a.b"]`.
    """
    if header == "$":
        return ()
    if not header.startswith(("$.", "$[")):
        return None
    steps: list[str | int] = []
    place = 1
    while place < len(header):
        found = _STEP.match(header, place)
        if found is None:
            return None
        steps.append(int(found[3]) if found[3] else found[1] or found[2])
        place = found.end()
    return tuple(steps)
