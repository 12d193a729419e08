"""The lake beside the log: every commit of every table is explained by an entry (八(二)、十(一)⑦).

Belongs here: what no entry explains. Keep out: sealing (`audit.sealing`), what follows from it
(`flow`, `governance.violations`), what a commit holds.
A commit names its act, which was entered before it. Afterwards a seal enters the digest of its log
entry, so that one that is changed, taken out or put in later is noticed. What was committed after
the last seal, by a run that was killed, must name an act of that table that is not older than the
last one sealed. Whoever may write both the lake and the log's key can forge both: give them to the
service account alone, and let producers witness the log.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.log import AuditLog
from storage.delta.commits import ACT, MARK
from storage.layout import Layout

__all__ = [
    "FOREIGN",
    "SEALED",
    "Sealed",
    "Unexplained",
    "act_of",
    "checkpoints",
    "digest",
    "entries",
    "reason",
    "tables_of",
    "unexplained",
]

SEALED = "sealed"
"""The fact of an entry that seals: a table, digests of commits and of checkpoints, the last act."""
_COMMIT = re.compile(r"^(\d{20})\.json$")
_CHECKPOINT = re.compile(r"^(\d{20})\.checkpoint.*\.parquet$")
_LEDGERS = "ledgers/"
FOREIGN = "no run of ours made it"
_Numbered = Mapping[int, Path]


@dataclass(frozen=True)
class Unexplained:
    """Something in the log of a table that no entry of the audit log explains."""

    table: str
    version: int
    operation: str
    why: str

    def __str__(self) -> str:
        """Read as one line."""
        return f"{self.table} version {self.version}, {self.operation}: {self.why}"


@dataclass
class Sealed:
    """What the audit log says of one table.

    `commits` are digests by version, `checkpoints` by name; `act` is the place of the newest act
    that a sealed commit names, -1 when none does.
    """

    commits: dict[int, str] = field(default_factory=dict)
    checkpoints: dict[str, str] = field(default_factory=dict)
    act: int = -1

    @property
    def newest(self) -> int:
        """Return the newest version that is sealed; -1 when none is."""
        return max(self.commits, default=-1)

    def take(self, told: Mapping[str, Any]) -> None:
        """Take in what one more entry seals."""
        self.commits |= {int(version): said for version, said in told["commits"].items()}
        self.checkpoints |= told["checkpoints"]
        self.act = max(self.act, told["act"])


def tables_of(layout: Layout) -> Iterator[tuple[str, Path]]:
    """Yield every Delta table of the lake with its name: an extract has no history to explain."""
    kinds = ("authoritative", "sequences", "quarantine", "holding")
    for kind, below in (*((kind, "*/*") for kind in kinds), ("ledgers", "*")):
        root = layout.lake / kind
        for log in sorted(root.glob(f"{below}/_delta_log")):
            name = log.parent.relative_to(root).as_posix()
            if not any(part.startswith(".") for part in name.split("/")):
                yield f"{kind}/{name}", log.parent


def unexplained(log: AuditLog) -> Iterator[Unexplained]:
    """Yield whatever in the tables' logs the audit log does not explain, table by table.

    Raises:
        AuditError: the audit log itself cannot be read.
    """
    known: dict[str, Sealed] = {}
    for entry in log.read():
        told = entry.act.facts.get(SEALED)
        if told:
            known.setdefault(told["table"], Sealed()).take(told)
    found = dict(tables_of(log.layout))
    for name in sorted({*known, *found}):
        told = known.get(name, Sealed())
        if name not in found:
            yield Unexplained(name, told.newest, "none", "the table is gone")
            continue
        yield from _changed(name, found[name], told)
        for version, file in sorted(entries(found[name]).items()):
            why = "" if version in told.commits else reason(log, name, (version, file), told)
            if why:
                yield Unexplained(name, version, _operation(file), why)


def _changed(name: str, path: Path, told: Sealed) -> Iterator[Unexplained]:
    """Yield the sealed commits and checkpoints that are not as they were."""
    files, marks = entries(path), checkpoints(path)
    oldest = min(files, default=0)
    for version, said in sorted(told.commits.items()):
        if version not in files:
            # old entries go once a checkpoint stands for them, and never from the middle
            if version > oldest or not any(int(mark[:20]) >= version for mark in marks):
                yield Unexplained(name, version, "none", "its log entry is gone")
        elif digest(files[version]) != said:
            yield Unexplained(name, version, _operation(files[version]), "its entry was changed")
    for mark, said in told.checkpoints.items():
        if mark in marks and digest(marks[mark]) != said:
            yield Unexplained(name, int(mark[:20]), "CHECKPOINT", "the checkpoint was changed")


def reason(log: AuditLog, name: str, commit: tuple[int, Path], told: Sealed) -> str:
    """Return why no act explains a commit that is not sealed; nothing when one does."""
    version, file = commit
    said = _said(file)
    if version < told.newest:
        return "it lies before what is sealed"
    if said is None:
        return "its log entry cannot be read"
    if said.get(MARK) != "1":
        return FOREIGN
    place = act_of(file)
    if place < 0:
        # a home of an earlier version: what lies there when it is sealed first names no act
        return "" if told.newest < 0 else "it names no act"
    return _against(log, name, place, told)


def _against(log: AuditLog, name: str, place: int, told: Sealed) -> str:
    """Return what speaks against an act that a commit names."""
    found = next(iter(log.read(place, place + 1)), None)
    if found is None:
        return "the audit log does not have the act that it names"
    if name.startswith(_LEDGERS):
        return ""
    if found.act.resource and found.act.resource != name.partition("/")[2]:
        return f"the act that it names is about {found.act.resource}"
    return "the act that it names was over" if place < told.act else ""


def entries(path: Path) -> _Numbered:
    """Return the log entries of a table, by version."""
    found = ((_COMMIT.match(one.name), one) for one in (path / "_delta_log").iterdir())
    return {int(match[1]): one for match, one in found if match}


def checkpoints(path: Path) -> Mapping[str, Path]:
    """Return the checkpoints of a table, by name."""
    return {one.name: one for one in (path / "_delta_log").iterdir() if _CHECKPOINT.match(one.name)}


def digest(file: Path) -> str:
    """Return the SHA-256 of a file of a log."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def act_of(file: Path) -> int:
    """Return the place of the act that a log entry names; -1 when it names none."""
    place = str((_said(file) or {}).get(ACT, ""))
    return int(place) if place.isascii() and place.isdecimal() else -1


def _said(file: Path) -> Mapping[str, Any] | None:
    """Return a commit's own description; None when its entry is not valid Delta."""
    try:
        actions = [json.loads(line) for line in file.read_bytes().splitlines() if line.strip()]
        return next(({**one["commitInfo"]} for one in actions if "commitInfo" in one), {})
    except (ValueError, TypeError):
        return None


def _operation(file: Path) -> str:
    return str((_said(file) or {}).get("operation", "unknown"))
