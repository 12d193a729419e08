"""Relations: rows that one stage hands to the next, with their connection.

Belongs here: that value, and making one of a query. Keep out: names of relations (whoever makes one
names it, and nobody else knows the name), what their columns mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.engines.connection import Connection
from storage.sql import identifier

if TYPE_CHECKING:
    from storage.engines.spark.elsewhere import Elsewhere

__all__ = ["Relation", "as_table", "as_view"]


@dataclass(frozen=True)
class Relation:
    """A table or view on one connection; it holds as long as whoever made it makes no other.

    `elsewhere` is the second engine that wrote its rows and can be asked about them, if one did.
    """

    con: Connection
    name: str
    elsewhere: Elsewhere | None = None

    @property
    def sql(self) -> str:
        """Return the SQL to put behind FROM."""
        return identifier(self.name)


def as_view(con: Connection, name: str, query: str) -> Relation:
    """Name a query; it is worked out whenever somebody reads the relation."""
    made = Relation(con, name)
    con.execute(f"CREATE OR REPLACE TEMP VIEW {made.sql} AS {query}")
    return made


def as_table(con: Connection, name: str, query: str) -> Relation:
    """Work out a query once, and keep its rows until the connection closes or the name is used."""
    made = Relation(con, name)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {made.sql} AS {query}")
    return made
