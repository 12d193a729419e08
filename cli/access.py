"""Access entries: made before records of persons are shown.

Belongs here: that one step of every command that prints or writes records as they were delivered.
Keep out: the ledger itself (`register.access_ledger`), what is shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cli.console import err

if TYPE_CHECKING:
    from flow.city import City

__all__ = ["enter"]


def enter(city: City, action: str, ref: str, delivery: str | None, count: int) -> None:
    """Record that values are about to be shown, and say so on standard error."""
    from audit.acts import Operation
    from flow.acts import about_resource, at_work
    from register.access_ledger import ACCESS, Access

    operations = {
        "export": Operation.DOWNLOAD,
        "lineage": Operation.QUERY,
        "compare": Operation.COMPARE,
    }
    operation = operations.get(action, Operation.ACCESS)
    act = about_resource(city, operation, ref, facts={"delivery": delivery or "", "action": action})
    at = city.clock().isoformat()
    with at_work(city, replace(act, rows=count)) as entered:
        entered.enter()
        ACCESS.record(city.layout, (Access(city.actor, at, action, ref, delivery, count),))
    err.print(
        f"以下含原始数据，本次操作已登记（{city.actor}，{count} 条）。"
        f"/ values follow; this act is on record ({city.actor}, {count}).",
        markup=False,
        highlight=False,
    )
