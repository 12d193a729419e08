"""The small city with an operator and a set that is opened on application.

Belongs here: setting the scene. Keep out: assertions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from governance.applications.matters.delegations import DELEGATION, DelegationEvent
from governance.applications.matters.handling import Counter, Handled, Said, handle
from governance.applications.matters.machine import Machine
from governance.applications.stewards import Steward, register
from governance.store.database import Store
from tests.city import NOW, OPEN_FILE, PERSON
from tests.city.declared import change, compiled
from tests.unit.governance.applications.offices import AUTHORITY, CLERK, PRODUCER

__all__ = [
    "ACCOUNTS",
    "CATALOG",
    "DELEGATED",
    "KEEPER",
    "KEEPER_TOO",
    "REQUEST",
    "Counters",
    "on_record",
]

KEEPER, KEEPER_TOO = "运维甲", "运维乙"
ACCOUNTS = {
    CLERK: "data_office",
    AUTHORITY: "data_office",
    PRODUCER: "civil_affairs",
    KEEPER: "keeper",
    KEEPER_TOO: "keeper",
}
POST = {"post": "数据管理员", "since": date(2024, 1, 2), "filing_no": "901-2024-01"}
CATALOG = compiled(
    **{
        "departments/keeper.yaml": {
            "code": "keeper", "name": "运维单位", "unit_code": "901", "roles": ["operator"],
            "responsible": POST, "steward": POST,
        },
        OPEN_FILE: change(type="authorised"),
        f"resources/{PERSON}.yaml": change(open__type="authorised", open__condition="研究"),
    }
)  # fmt: skip
REQUEST: dict[str, Any] = {
    "applicant": "某大学",
    "unit_code": "123500004881000242",
    "kind": "university",
    "dataset": "resident_profile",
    "use": "public_benefit",
    "scenario": "人口老龄化研究",
    "no_third_party": True,
    "valid_from": "2026-03-02",
    "valid_to": "2027-12-31",
}
DELEGATED = {
    "operator": "keeper", "tasks": ["opening"], "since": "2026-01-05", "until": "2030-12-31",
}  # fmt: skip


def on_record(store: Store) -> None:
    """Register two of the authority, two of the operator, one of the producer."""
    with store.writing() as session:
        for account, department in ACCOUNTS.items():
            one = Steward(department, account, f"{account}岗", date(2026, 1, 5), "报1")
            register(session, one, f"姓名{account}", (NOW, "tests"))


@dataclass
class Counters:
    """The counters over one store; `entered` is what was put on record."""

    store: Store
    now: datetime = NOW
    entered: list[Handled] = field(default_factory=list)

    @contextmanager
    def by(self, account: str) -> Iterator[Counter]:
        """Let one account act, in a transaction of its own."""
        with self.store.writing() as session:
            yield Counter(CATALOG, session, account, self.now, self.entered.append)

    def do(
        self, account: str, machine: Machine, event: str, number: int | None = None, /, **facts: Any
    ) -> Handled:
        """Do one act, with a document and a reason."""
        with self.by(account) as counter:
            return handle(counter, machine, event, number, Said("文1", "必要", facts))

    def delegated(self, **facts: Any) -> int:
        """Have the operator delegated to; return the delegation's number."""
        given = self.do(CLERK, DELEGATION, DelegationEvent.GIVEN, **{**DELEGATED, **facts})
        number = given.matter.number
        self.do(KEEPER, DELEGATION, DelegationEvent.ACCEPTED, number, nda="密1")
        return number
