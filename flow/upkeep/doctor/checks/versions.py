"""Check of versions: a home that a newer program wrote, or an older one left to bring along."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.city import City
from flow.derived import due_shares
from flow.failures import Faults
from flow.upkeep.doctor.check import Check, Finding, Patient, found
from outlets.views.ledgers import LEDGERS
from storage.delta.tables import glance
from storage.evolution.differences import differences

__all__ = ["CHECK"]

_NAMED = 3
"""Shares that are named; the others are counted."""
_FORMER = {
    "reconciliation": {"mismatched_rows", "missing_rows"},
    "verdicts": {"rules"},
}
"""Columns of ledgers that an earlier version had: no newer one wrote them."""


def _look(patient: Patient) -> Iterator[Finding]:
    city = patient.city
    behind = tuple(_store(city))
    yield from behind
    yield from _ledgers(city)
    for ref, resource in city.catalog.resources.items():
        table = glance(city.layout.authoritative(ref))
        told = () if table is None else differences(city.catalog, resource, table)
        urgent = [one for one in told if one.urgent]
        if urgent:
            codes = ", ".join(sorted({one.kind.value for one in urgent}))
            zh = f"{len(urgent)} 处不同（{codes}）"
            yield found(
                HomeFinding.EVOLVE, f"lake/authoritative/{ref}", zh, f"differences: {codes}"
            )
    if not behind:  # asking for rights migrates the store
        waiting = sorted(due_shares(city, Faults(city.layout)))
        if waiting:
            zh, what = f"{len(waiting)} 项", f"{len(waiting)} shares wait for the next run"
            yield found(HomeFinding.SHARE_WAITS, ", ".join(waiting[:_NAMED]), zh, what)


def _store(city: City) -> Iterator[Finding]:
    # loaded here: the store's library is slow to import
    from governance.store.database import exists, stands_at
    from governance.store.revisions import newest

    if not exists(city.layout, city.governance_db):
        return
    there, known = stands_at(city.layout, city.governance_db), newest()
    where = "QUANSHU_GOVERNANCE_DB" if city.governance_db else "governance.db"
    if there is not None and there > known:
        zh = f"库结构 {there}，本程序只到 {known}"
        yield found(HomeFinding.NEWER, where, zh, f"its schema is {there}, known is {known}")
    elif there != known:
        zh = f"库结构 {there or '-'}，应为 {known}"
        yield found(HomeFinding.STORE_BEHIND, where, zh, f"its schema is {there}, not {known}")


def _ledgers(city: City) -> Iterator[Finding]:
    for ledger in LEDGERS:
        table = glance(ledger.path(city.layout))
        there = () if table is None else tuple(one.name for one in table.columns)
        known = {*ledger.shape.names, *_FORMER.get(ledger.name, ())}
        unknown = [name for name in there if name not in known]
        lacking = [name for name in ledger.shape.names if there and name not in there]
        where = f"lake/ledgers/{ledger.name}"
        if unknown:
            names = ", ".join(unknown)
            yield found(HomeFinding.NEWER, where, f"未知的列 {names}", f"unknown columns {names}")
        if lacking:
            names = ", ".join(lacking)
            yield found(HomeFinding.EVOLVE, where, f"缺少列 {names}", f"it lacks {names}")


CHECK = Check(
    (
        HomeFinding.NEWER,
        HomeFinding.STORE_BEHIND,
        HomeFinding.EVOLVE,
        HomeFinding.SHARE_WAITS,
    ),
    _look,
)
