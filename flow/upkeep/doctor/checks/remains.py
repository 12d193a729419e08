"""Check of remains: what killed runs left, landing folders without a receipt, held locks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.upkeep.doctor.check import Check, Finding, Patient, found
from register.landed import landed
from storage.places.tables import LEDGERS, TABLE_KINDS
from storage.working_folders import abandoned

__all__ = ["CHECK"]

_LOCKS = Path("/proc/locks")
"""Where Linux lists the locks that are held, by process and inode."""


def _look(patient: Patient) -> Iterator[Finding]:
    layout = patient.city.layout
    # nothing is built beside a table that lies on an object store
    tables = [place for kind in TABLE_KINDS for place in sorted(layout.lake.glob(f"{kind}/*"))]
    files = (layout.share_files, layout.city_views.parent, layout.lake / LEDGERS)
    for parent in (layout.work, layout.work / "pulls", *files, *tables):
        for folder in abandoned(parent):
            yield found(HomeFinding.LEFT_BEHIND, patient.place(folder))
    for folder in sorted(layout.landing("x/x").parents[1].glob("*/*")):
        ref = "/".join(folder.parts[-2:])
        for name in landed(layout, ref).names:
            if not layout.receipt(ref, name).is_file():
                yield found(HomeFinding.NO_RECEIPT, patient.place(layout.delivery(ref, name)))
    for file, pid in _held_by_nobody(layout.locks):
        zh, what = f"持有者进程 {pid} 已不存在", f"process {pid}, which took it, is gone"
        yield found(HomeFinding.DEAD_LOCK, patient.place(file), zh, what)


def _held_by_nobody(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield lock files that a child of a dead process still holds, with the dead one's number.

    The kernel frees a lock with the last process that has its file open: no other lock can
    outlive who took it.
    """
    holders = _holders()
    for file in sorted(folder.glob("*.lock")):
        found_at = file.stat()
        device = f"{os.major(found_at.st_dev):02x}:{os.minor(found_at.st_dev):02x}"
        pid = holders.get(f"{device}:{found_at.st_ino}")
        if pid is not None and not Path(f"/proc/{pid}").exists():
            yield file, pid


def _holders() -> Mapping[str, int]:
    """Return who holds which file; nothing where the system does not tell."""
    try:
        lines = _LOCKS.read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    # a line with an arrow is of somebody who still waits for the lock
    words = [line.split() for line in lines if "->" not in line]
    return {place: int(pid) for _, _, _, _, pid, place, *_ in words}


CHECK = Check((HomeFinding.LEFT_BEHIND, HomeFinding.NO_RECEIPT, HomeFinding.DEAD_LOCK), _look)
