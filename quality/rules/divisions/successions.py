"""Successions of administrative divisions: the code that followed another, however many changes.

Belongs here: working the pairs out from the changes of all years. Keep out: when a code was in
force (`years`), comparing values (`quality.reconciliation`).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

__all__ = ["successions"]

_CHANGES = Path(__file__).parent / "changes.csv"


@cache
def successions() -> frozenset[tuple[str, str]]:
    """Return every pair of an earlier code and a later one that followed it, at once or in steps.

    A code that was given again to another division follows what it followed then as well.
    """
    with _CHANGES.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["year"]))
    before: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        old, new = row["old"], row["new"]
        if old and new and old != new:
            before[new] |= {old, *before[old]} - {new}
    return frozenset((old, new) for new, earlier in before.items() for old in earlier)
