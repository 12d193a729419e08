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
from typing import Any

from audit.log import AuditLog
from storage.delta.commits import ACT, MARK
from storage.layout import Layout
from storage.places.object_path import Place
from storage.places.tables import (
    LEDGER_DEPTH,
    LEDGERS,
    RESOURCE_DEPTH,
    TABLE_KINDS,
    log_files,
    tables_under,
)

__all__ = [
    "FOREIGN",
    "SEALED",
    "LogEntry",
    "Sealed",
    "Unexplained",
    "act_of",
    "checkpoints",
    "digest",
    "entries",
    "read_entry",
    "tables_of",
    "unexplained",
]

SEALED = "sealed"
"""The fact of an entry that seals: a table, digests of commits and of checkpoints, the last act."""
FOREIGN = "no run of ours made it"
_COMMIT = re.compile(r"^(\d{20})\.json$")
_CHECKPOINT = re.compile(r"^(\d{20})\.checkpoint.*\.parquet$")
_Acts = Mapping[int, str]
"""Place in the audit log → the resource that the act is about, empty where it is about none."""


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


@dataclass(frozen=True)
class LogEntry:
    """One entry of a table's log, read once: its digest, and what its commit says of itself.

    `said` is None when the entry is not valid Delta.
    """

    version: int
    digest: str
    said: Mapping[str, Any] | None

    @property
    def act(self) -> int:
        """Return the place of the act that it names; -1 when it names none."""
        place = str((self.said or {}).get(ACT, ""))
        return int(place) if place.isascii() and place.isdecimal() else -1

    @property
    def operation(self) -> str:
        """Return what the commit says that it did."""
        return str((self.said or {}).get("operation", "unknown"))


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

    def against(self, name: str, one: LogEntry, acts: _Acts) -> str:
        """Return why no act explains an entry that is not sealed; nothing when one does."""
        if one.version < self.newest:
            return "it lies before what is sealed"
        if one.said is None:
            return "its log entry cannot be read"
        if one.said.get(MARK) != "1":
            return FOREIGN
        if one.act < 0:
            # a home of an earlier version: what lies there when it is sealed first names no act
            return "" if self.newest < 0 else "it names no act"
        return self._against_act(name, one, acts)

    def _against_act(self, name: str, one: LogEntry, acts: _Acts) -> str:
        if one.act not in acts:
            return "the audit log does not have the act that it names"
        if name.startswith(f"{LEDGERS}/"):
            return ""
        about = acts[one.act]
        if about and about != name.partition("/")[2]:
            return f"the act that it names is about {about}"
        return "the act that it names was over" if one.act < self.act else ""


def tables_of(layout: Layout) -> Iterator[tuple[str, Place]]:
    """Yield every Delta table of the lake with its name: an extract has no history to explain."""
    kinds = dict.fromkeys(TABLE_KINDS, RESOURCE_DEPTH) | {LEDGERS: LEDGER_DEPTH}
    for kind, depth in kinds.items():
        for name, place in tables_under(layout.tables / kind, depth):
            yield f"{kind}/{name}", place


def unexplained(log: AuditLog) -> Iterator[Unexplained]:
    """Yield whatever in the tables' logs the audit log does not explain, table by table.

    Raises:
        AuditError: the audit log itself cannot be read.
    """
    known: dict[str, Sealed] = {}
    acts: dict[int, str] = {}
    for entry in log.read():
        told = entry.act.facts.get(SEALED)
        if told:
            known.setdefault(told["table"], Sealed()).take(told)
        acts[entry.index] = entry.act.resource
    found = dict(tables_of(log.layout))
    for name in sorted({*known, *found}):
        sealed = known.get(name, Sealed())
        if name in found:
            yield from _of_table(name, found[name], sealed, acts)
        else:
            yield Unexplained(name, sealed.newest, "none", "the table is gone")


def _of_table(name: str, path: Place, sealed: Sealed, acts: _Acts) -> Iterator[Unexplained]:
    """Yield what of a table's log is not as it was sealed, and what of the rest no act explains."""
    there = [read_entry(version, file) for version, file in sorted(entries(path).items())]
    marks = checkpoints(path)
    versions = {one.version for one in there}
    oldest = min(versions, default=0)
    for version in sorted(sealed.commits.keys() - versions):
        # old entries go once a checkpoint stands for them, and never from the middle
        if version > oldest or not any(int(mark[:20]) >= version for mark in marks):
            yield Unexplained(name, version, "none", "its log entry is gone")
    for one in there:
        was = sealed.commits.get(one.version)
        why = sealed.against(name, one, acts) if was is None else ""
        if was is not None and was != one.digest:
            why = "its log entry was changed"
        if why:
            yield Unexplained(name, one.version, one.operation, why)
    for mark, said in sealed.checkpoints.items():
        if mark in marks and digest(marks[mark]) != said:
            yield Unexplained(name, int(mark[:20]), "CHECKPOINT", "the checkpoint was changed")


def entries(path: Place) -> Mapping[int, Place]:
    """Return the log entries of a table, by version."""
    found = ((_COMMIT.match(one.name), one) for one in log_files(path))
    return {int(match[1]): one for match, one in found if match}


def checkpoints(path: Place) -> Mapping[str, Place]:
    """Return the checkpoints of a table, by name."""
    return {one.name: one for one in log_files(path) if _CHECKPOINT.match(one.name)}


def digest(file: Place) -> str:
    """Return the SHA-256 of a file of a log."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read_entry(version: int, file: Place) -> LogEntry:
    """Read one entry of a table's log."""
    octets = file.read_bytes()
    try:
        actions = [json.loads(line) for line in octets.splitlines() if line.strip()]
        said = next(({**one["commitInfo"]} for one in actions if "commitInfo" in one), {})
    except (ValueError, TypeError):
        said = None
    return LogEntry(version, hashlib.sha256(octets).hexdigest(), said)


def act_of(file: Place) -> int:
    """Return the place of the act that a log entry names; -1 when it names none."""
    return read_entry(0, file).act
