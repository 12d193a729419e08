"""Check of backups: the last good one, and the last that was restored for a trial."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.backup.ages import ages_of
from flow.upkeep.doctor.check import Check, Finding, Patient, found

__all__ = ["CHECK"]

_CODES = (HomeFinding.NO_BACKUP, HomeFinding.NO_DRILL)


def _look(patient: Patient) -> Iterator[Finding]:
    """Yield what is overdue; of a home that is not backed up by Quanshu nothing is known."""
    for code, age in zip(_CODES, ages_of(patient.city), strict=True):
        if age.overdue:
            zh = f"已 {age.days} 天，规则参数允许 {age.most} 天"
            what = f"{code.english}: {age.days} days, the profile allows {age.most}"
            yield found(code, "lake/ledgers/backups", zh, what)


CHECK = Check(_CODES, _look)
