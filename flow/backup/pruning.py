"""Pruning: the oldest generations of a backup go, and what no later one needs.

Belongs here: when that is refused, the act, its order. Keep out: removing objects
(`storage.backup.repository`). The heads go first, the oldest of all before the others, so that what
breaks off in between has still no gap; objects that are left lying go with the next pruning.
"""

from __future__ import annotations

from pathlib import Path

from audit.acts import Operation
from audit.holds import holds
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.acts import about_city, at_work
from flow.backup.checking import check
from flow.city import City
from storage.backup.repository import Repository
from storage.permissions import private_files

__all__ = ["prune"]


@private_files()
def prune(city: City, source: Path, keep: int, document: str | None = None) -> tuple[int, ...]:
    """Remove all generations but the newest `keep`, one at least; return their numbers.

    Nothing goes of a backup that is not whole: what is removed might be the last copy.

    Raises:
        BackupError: a legal hold is in force, the backup is damaged, or may not be written.
        AuditError: the act cannot be entered; nothing is removed then.
    """
    repository = Repository.open(source)
    if not city.audit.verifiers:
        raise BackupError(BackupFault.OTHER_HOME, where=str(city.layout.home))
    with repository.locked():
        gone = repository.generations()[: -max(1, keep)]
        if any(one.ended is None for one in holds(city.audit)):
            raise BackupError(BackupFault.HELD, where=str(source))
        flaws = check(repository, city.audit.verifiers).flaws
        if flaws:
            raise flaws[0].error()
        if not gone:
            return ()
        content = f"备份库 {repository.name} 第 {gone[0]} 至 {gone[-1]} 次备份"
        act = about_city(city, Operation.MAINTAIN, "清除旧备份", content, document=document)
        with at_work(city, act) as performance:
            performance.enter()
            repository.remove(gone)
    return gone
