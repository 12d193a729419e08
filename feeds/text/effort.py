"""The reading budget: the work that one file may cost, bounded by its bytes.

Belongs here: the account. Keep out: what the work is (`careful`).
Because of a stray quote the lines below it are read twice. A file full of stray quotes would be
read again and again; it is refused (GATE-103), because nobody can tell its records.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog_specs.errors import IntakeError
from catalog_specs.rules.refusals import DeliveryRefusal

__all__ = ["TIMES", "Effort"]

_FREE = 128 << 20
"""Bytes that may be read again in any file: some 8 records of the greatest size."""
TIMES = 8
"""How often, beyond that, each byte of a file may be read."""


@dataclass
class Effort:
    """What reading a file has cost in bytes read, and what it may cost by the bytes that came."""

    where: str = "delivery"
    came: int = 0
    spent: int = 0

    def spend(self, count: int) -> None:
        """Count bytes that are read with care; refuse (GATE-103) a file that costs too many."""
        self.spent += count
        if self.spent > _FREE + TIMES * self.came:
            raise IntakeError(
                DeliveryRefusal.HOSTILE,
                "its quotes are broken throughout: nobody can tell where its records end",
                where=self.where,
                remedy="deliver quotes that are closed, or declare `quote: null` where there are"
                " none",
            )
