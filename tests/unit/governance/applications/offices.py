"""Offices of the small city in the store: stewards on record, and acts by their accounts.

Belongs here: setting the scene. Keep out: assertions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from catalog_specs.catalog import Catalog
from governance.applications.filing import Done, Office
from governance.applications.stewards import Steward, register
from governance.store.database import Store
from tests.city import NOW

__all__ = ["AUTHORITY", "CLERK", "PRODUCER", "Offices", "on_record"]

CLERK, AUTHORITY, PRODUCER = "办件员", "共享科", "民政科"
"""Accounts: who applies for data_office, who decides for it, who decides for civil_affairs."""
SINCE = date(2026, 1, 5)


def on_record(store: Store) -> None:
    """Register one who applies, and one who decides for the authority and for the producer."""
    with store.writing() as session:
        for account, department in (
            (CLERK, "data_office"), (AUTHORITY, "data_office"), (PRODUCER, "civil_affairs")
        ):  # fmt: skip
            one = Steward(department, account, f"{account}岗", SINCE, "报1")
            register(session, one, f"姓名{account}", (NOW, "tests"))


@dataclass
class Offices:
    """The offices over one store; `entered` is what was put on record."""

    store: Store
    catalog: Catalog
    now: datetime = NOW
    entered: list[Done] = field(default_factory=list)

    @contextmanager
    def by(self, account: str) -> Iterator[Office]:
        """Let one account act, in a transaction of its own."""
        with self.store.writing() as session:
            yield Office(self.catalog, session, account, self.now, self.entered.append)
