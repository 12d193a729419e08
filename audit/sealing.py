"""Sealing: what was committed to the lake's tables is entered in the audit log, by digest.

Belongs here: entering what is new since the last seal. Keep out: finding what was changed since
(`audit.lake`), when it is sealed (`flow`).
Its cost follows what is new: how far each table is sealed is kept beside the log's size, and read
from the log again where that is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from audit.acts import Act
from audit.lake import (
    SEALED,
    LogEntry,
    Sealed,
    Unexplained,
    checkpoints,
    digest,
    entries,
    read_entry,
    tables_of,
)
from audit.log import AuditLog
from storage.locks import locked
from storage.swaps import read_json, write_json

__all__ = ["pieces", "seal"]

_MOST = 200
"""Commits, and checkpoints, that one entry seals: its length is bounded."""


@dataclass(frozen=True)
class _Fresh:
    """What is new in the log of one table."""

    table: str
    commits: Sequence[LogEntry]
    checkpoints: Mapping[str, str]

    def told(self, sound: Sequence[LogEntry]) -> Iterator[dict[str, Any]]:
        """Yield what is entered of the sound ones and of the checkpoints."""
        commits = {one.version: one.digest for one in sound}
        act = max((one.act for one in sound), default=-1)
        return pieces(self.table, commits, self.checkpoints, act)


def pieces(
    table: str, commits: Mapping[int, str], checkpoints: Mapping[str, str], act: int
) -> Iterator[dict[str, Any]]:
    """Yield what entries seal of a table, in pieces of bounded length."""
    versions, marks = list(commits.items()), list(checkpoints.items())
    for at in range(0, max(len(versions), len(marks)), _MOST):
        yield {
            "table": table,
            "commits": {str(version): said for version, said in versions[at : at + _MOST]},
            "checkpoints": dict(marks[at : at + _MOST]),
            "act": act,
        }


def seal(log: AuditLog, act: Act, accepted: Collection[str] = ()) -> tuple[Unexplained, ...]:
    """Enter the digests of what was committed since the last seal; return what no act explains.

    That is not sealed, but in tables that are `accepted`, on the authority that `act` names.

    Raises:
        AuditError: the log cannot be read or written.
    """
    with locked(log.layout, "sealing"):
        known = _known(log)
        fresh = tuple(_fresh(log, known))
        acts = _named(log, fresh)
        told: list[dict[str, Any]] = []
        left: list[Unexplained] = []
        for one in fresh:
            sealed = known.get(one.table, Sealed())
            why = {c.version: sealed.against(one.table, c, acts) for c in one.commits}
            if one.table in accepted:
                why = dict.fromkeys(why, "")
            told += one.told([c for c in one.commits if not why[c.version]])
            left += [
                Unexplained(one.table, c.version, c.operation, why[c.version])
                for c in one.commits
                if why[c.version]
            ]
        entered = log.append(
            [replace(act, content=each["table"], facts={SEALED: each}) for each in told]
        )
        if entered:
            for each in told:
                known.setdefault(each["table"], Sealed()).take(each)
            _remember(log, known, entered[-1].index + 1)
        return tuple(left)


def _fresh(log: AuditLog, known: Mapping[str, Sealed]) -> Iterator[_Fresh]:
    """Yield what each table has gained since it was sealed; most tables gain nothing."""
    for name, path in tables_of(log.layout):
        sealed = known.get(name, Sealed())
        new = sorted((v, file) for v, file in entries(path).items() if v > sealed.newest)
        marks = {m: f for m, f in checkpoints(path).items() if m not in sealed.checkpoints}
        if new or marks:
            commits = tuple(read_entry(version, file) for version, file in new)
            yield _Fresh(name, commits, {mark: digest(file) for mark, file in marks.items()})


def _named(log: AuditLog, fresh: Collection[_Fresh]) -> dict[int, str]:
    """Return the acts that new commits name, by place: read from the log once for all of them."""
    places = {one.act for each in fresh for one in each.commits if one.act >= 0}
    if not places:
        return {}
    found = log.read(min(places), max(places) + 1)
    return {one.index: one.act.resource for one in found if one.index in places}


def _known(log: AuditLog) -> dict[str, Sealed]:
    """Return how far each table is sealed: as remembered, and as the log says since."""
    kept = read_json(log.layout.sealed)
    found = log.checkpoint
    size = int(kept.get("size", 0))
    if found is None or size > found.size or kept.get("origin") != found.origin:
        kept, size = {}, 0
    known = {name: _kept(one) for name, one in kept.get("tables", {}).items()}
    for told in _told(log, size):
        known.setdefault(told["table"], Sealed()).take(told)
    return known


def _told(log: AuditLog, start: int) -> Iterator[Mapping[str, Any]]:
    for entry in log.read(start):
        if SEALED in entry.act.facts:
            yield entry.act.facts[SEALED]


def _kept(one: Mapping[str, Any]) -> Sealed:
    newest = int(one["newest"])
    commits = {newest: ""} if newest >= 0 else {}
    return Sealed(commits, dict.fromkeys(one["checkpoints"], ""), int(one["act"]))


def _remember(log: AuditLog, known: Mapping[str, Sealed], size: int) -> None:
    tables = {
        name: {"newest": one.newest, "checkpoints": sorted(one.checkpoints), "act": one.act}
        for name, one in known.items()
    }
    origin = log.verifiers[-1].name
    write_json(log.layout.sealed, {"origin": origin, "size": size, "tables": tables})
