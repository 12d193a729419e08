"""Sealing after a run: what it committed is on record for good, and what nobody did is told.

Belongs here: when the lake is sealed, and telling what no act explains. Keep out: how (`audit`).
"""

from __future__ import annotations

from collections.abc import Collection

from audit.acts import Operation
from audit.lake import FOREIGN, Unexplained
from audit.sealing import seal
from catalog_specs.errors import ForeignCommitError
from flow.acts import about_city, at_work
from flow.city import City
from flow.failures import Faults
from storage.foreign_commits import suspect

__all__ = ["seal_lake"]


def seal_lake(
    city: City, faults: Faults, accepted: Collection[str] = (), document: str | None = None
) -> tuple[Unexplained, ...]:
    """Seal what was committed since the last seal; a commit that no act explains is a fault.

    Its table is held: nothing is published from it until the commit is accepted on a document.

    `accepted` are tables (`authoritative/<department>/<resource>`) whose commits a document allows.
    """
    act = about_city(city, Operation.MAINTAIN, "封存数据表的提交记录", "lake", document=document)
    found: tuple[Unexplained, ...] = ()
    with faults.apart("audit"):
        found = seal(city.audit, act, accepted)
    for one in found:
        kind, _, ref = one.table.partition("/")
        if kind == "authoritative" and one.why == FOREIGN:
            continue  # whoever reads the table finds it, and tells it of its resource
        faults.add("audit", one.table, ForeignCommitError(str(one), where=ref))
        if kind == "authoritative":
            with faults.apart("audit", one.table), at_work(city, act):
                suspect(city.layout, ref, one.why, city.actor, city.clock())
    return found
