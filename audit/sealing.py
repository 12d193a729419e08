"""Sealing: what was committed to the lake's tables is entered in the audit log, by digest.

Belongs here: entering what is new since the last seal. Keep out: finding what was changed since
(`audit.lake`), when it is sealed (`flow`).
Its cost follows what is new: how far each table is sealed is kept beside the log's size, and read
from the log again where that is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from audit.acts import Act
from audit.lake import (
    SEALED,
    Sealed,
    Unexplained,
    act_of,
    checkpoints,
    digest,
    entries,
    reason,
    tables_of,
)
from audit.log import AuditLog
from storage.locks import locked
from storage.swaps import read_json, write_json

__all__ = ["seal"]

_MOST = 400
"""Commits that one entry seals: its length is bounded."""


def seal(log: AuditLog, act: Act, accepted: Collection[str] = ()) -> tuple[Unexplained, ...]:
    """Enter the digests of what was committed since the last seal; return what no act explains.

    That is not sealed, but in tables that are `accepted`, on the authority that `act` names.

    Raises:
        AuditError: the log cannot be read or written.
    """
    with locked(log.layout, "sealing"):
        known = _known(log)
        told: list[dict[str, Any]] = []
        left: list[Unexplained] = []
        for name, path in tables_of(log.layout):
            sealed, against = _new(log, (name, path), known.get(name, Sealed()), name in accepted)
            told += sealed
            left += against
        acts = [replace(act, content=one["table"], facts={SEALED: one}) for one in told]
        entered = log.append(acts)
        if entered:
            for one in told:
                known.setdefault(one["table"], Sealed()).take(one)
            _remember(log, known, entered[-1].index + 1)
        return tuple(left)


def _new(
    log: AuditLog, table: tuple[str, Path], known: Sealed, accepted: bool
) -> tuple[list[dict[str, Any]], list[Unexplained]]:
    """Return what is to be entered of a table, and what no act explains."""
    name, path = table
    files = {one: file for one, file in sorted(entries(path).items()) if one > known.newest}
    fresh = {mark: f for mark, f in checkpoints(path).items() if mark not in known.checkpoints}
    marks = {mark: digest(file) for mark, file in fresh.items()}
    against = {}
    if not accepted:
        found = {one: reason(log, name, (one, file), known) for one, file in files.items()}
        against = {version: why for version, why in found.items() if why}
    sound = [version for version in files if version not in against]
    told = []
    for at in range(0, max(len(sound), 1 if marks else 0), _MOST):
        some = sound[at : at + _MOST]
        newest = max((act_of(files[version]) for version in some), default=-1)
        commits = {str(version): digest(files[version]) for version in some}
        told.append({"table": name, "commits": commits, "checkpoints": marks, "act": newest})
        marks = {}
    return told, [Unexplained(name, version, "commit", why) for version, why in against.items()]


def _known(log: AuditLog) -> dict[str, Sealed]:
    """Return how far each table is sealed: as remembered, and as the log says since."""
    kept = read_json(log.layout.sealed)
    found = log.checkpoint
    size = int(kept.get("size", 0))
    if found is None or size > found.size:
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
    write_json(log.layout.sealed, {"size": size, "tables": tables})
