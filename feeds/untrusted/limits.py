"""Limits: how much a file may cost to read, and the refusal of one that costs more.

Belongs here: the numbers and the one exception of this package. Keep out: enforcing either.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog_specs.rules.refusals import DeliveryRefusal

__all__ = ["ReadingLimits", "Refused"]


@dataclass(frozen=True)
class ReadingLimits:
    """Bounds of reading one delivered file; sizes in bytes."""

    memory: int = 4 << 30
    """Address space of the reading process."""
    cpu_seconds: int = 1_800
    """Processor time of the reading process."""
    silent_seconds: float = 120.0
    """How long the reading process may take for its next piece."""
    members: int = 10_000
    """Entries of an archive, directories among them."""
    expanded: int = 8 << 30
    """What all members of an archive together may unpack to."""
    ratio: int = 200
    """How many times its own size an archive may unpack to …"""
    ratio_from: int = 16 << 20
    """… beyond this size."""
    workbook: int = 2 << 30
    """What the parts of a workbook may expand to."""
    record: int = 64 << 20
    """One record of a JSON document."""
    vector: int = 32 << 20
    """The texts of any 2,048 records in a row: what the engine has in hand at once."""


class Refused(Exception):  # noqa: N818 - it is no error of the program
    """A file that is not read: its code, what it is, and what to deliver instead."""

    def __init__(self, reason: DeliveryRefusal, what: str, remedy: str) -> None:
        """Carry header names and member names at most, never a cell value."""
        self.reason, self.what, self.remedy = reason, what, remedy
        super().__init__(reason, what, remedy)
