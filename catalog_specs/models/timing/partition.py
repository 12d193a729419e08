"""Partitions (分区): the day, month or year of an item, by which a resource's records lie apart.

Belongs here: the declaration and its grains. Keep out: the columns of tables
(`storage.delta.table_shape`), periods for which something is owed (`due`).
"""

from __future__ import annotations

from typing import Self

from catalog_specs.spec import Code, Spec
from catalog_specs.vocabulary import Term

__all__ = ["Grain", "Partition"]


class Grain(Term):
    """How much time a partition spans; `pattern` writes a moment as its partition's name."""

    pattern: str

    def __new__(cls, value: str, label: str, pattern: str) -> Self:
        """Make a member that knows how a moment is written in it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.pattern = pattern
        return member

    DAY = ("day", "按日", "%Y-%m-%d")
    MONTH = ("month", "按月", "%Y-%m")
    YEAR = ("year", "按年", "%Y")


class Partition(Spec):
    """By what a resource's records lie apart: the `grain` of an item of the key.

    The item is part of the key, so a record never moves from one partition to another, and a key
    that is unique in its partition is unique in the table (一数一源). A snapshot of such a resource
    is the whole of the partitions that its records name, and of no other.
    """

    by: Grain
    of: Code

    def __str__(self) -> str:
        """Read as a table remembers it."""
        return f"{self.by.value} of {self.of}"
