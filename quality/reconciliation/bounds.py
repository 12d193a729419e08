"""Bounds of a comparison: how much it names, and how far back it reads.

Belongs here: the numbers. Keep out: who is asked for others (`pipelines.settings`).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bounds"]


@dataclass(frozen=True)
class Bounds:
    """How much is named and read; counts are whole whatever is named.

    What stands of a snapshot is its newest delivery, and is not bounded.
    """

    kept: int = 10_000
    """Records that are named of each delivery, item and pattern."""
    rows: int = 1_000_000
    """Records of what stands that are read from landing again."""
    deliveries: int = 200
    """Deliveries of what stands that are read from landing again: as many as one scan opens."""
