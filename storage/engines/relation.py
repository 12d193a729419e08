"""Relations: rows that one stage hands to the next, with their connection.

Belongs here: that value. Keep out: making relations (whoever makes one names it, and nobody else
knows the name), what their columns mean.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.connection import Connection
from storage.sql import identifier

__all__ = ["Relation"]


@dataclass(frozen=True)
class Relation:
    """A table or view on one connection; it holds as long as whoever made it makes no other."""

    con: Connection
    name: str

    @property
    def sql(self) -> str:
        """Return the SQL to put behind FROM."""
        return identifier(self.name)
