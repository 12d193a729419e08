"""Check of the audit log: its checkpoint, and whether witnesses saw it lately (八(四))."""

from __future__ import annotations

from collections.abc import Iterator

from audit.witness import witnessed
from catalog_specs.errors import AuditError
from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.upkeep.doctor.check import Check, Finding, Patient, found

__all__ = ["CHECK"]

FAR = 100_000
"""Entries that no witness has seen, from which on one should be asked again."""


def _look(patient: Patient) -> Iterator[Finding]:
    log = patient.city.audit
    try:
        now = log.checkpoint
        seen = [said.size for _, said in witnessed(log)]
    except AuditError as error:
        yield found(HomeFinding.AUDIT_LOG, "audit/checkpoint", error.what, remedy=error.remedy)
        return
    if now is not None and seen and now.size - max(seen) > FAR:
        fresh = now.size - max(seen)
        zh, what = f"已新增 {fresh:,} 条", f"{fresh:,} entries since"
        yield found(HomeFinding.UNWITNESSED, "audit/witnessed", zh, what)


CHECK = Check((HomeFinding.AUDIT_LOG, HomeFinding.UNWITNESSED), _look)
