"""Purging: entries that need not be kept any longer go, and everything provable stays provable.

Belongs here: what may go, writing it out first, and the order in which it goes. Keep out: which
day it is and who asks (`flow`), legal holds (`audit.holds`), checking (`audit.verifier`).
By tlog-tiles a log is pruned from its beginning: whole bundles of entries go, all hashes stay. So
the root, every proof and every witness's signature hold as before. The purge is an act of its own,
and a note that the log's key signs says where the log begins now.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from audit.acts import Act, Entry, canonical
from audit.holds import holds
from audit.lake import SEALED, Sealed
from audit.log import AuditLog
from audit.sealing import pieces
from audit.verifier import WIDTH, LogError, check_log
from audit.witness import witnessed
from catalog_specs.errors import AuditError
from storage.locks import locked

__all__ = ["PURGED", "Purged", "kept_from", "purge", "require_old", "written"]

PURGED = "purged"
"""The fact of an entry that purges: which entries, of before which day, written out as what."""


@dataclass(frozen=True)
class Purged:
    """What was purged: the entries `first` to `end`, which is not among them."""

    first: int
    end: int
    carried: int = 0
    """Seals of the lake that were entered again, because what they hold still lies there."""


def kept_from(today: date, years: int) -> date:
    """Return the first day of which the log must be kept, so many years later."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


def require_old(log: AuditLog, before: date, today: date, years: int) -> None:
    """Refuse to purge what is too young, or what a legal hold covers.

    Raises:
        AuditError: it is so, with the day until which it is kept or the document that holds it.
    """
    oldest = kept_from(today, years)
    if before > oldest:
        raise AuditError(
            f"entries since {oldest} are kept: {years} years at least (八(四))",
            where=f"--before {before}",
            remedy=f"purge what is before {oldest}, or wait",
        )
    held = [one.document for one in holds(log) if one.covers(before)]
    if held:
        raise AuditError(
            f"a legal hold covers what would be purged: {', '.join(held)}",
            where=f"--before {before}",
            remedy="purge what it does not cover, or end it with `quanshu audit hold end`",
        )


def purge(log: AuditLog, act: Act, before: date, to: Path) -> Purged:
    """Write entries of before a day to a file, enter that they go, and remove them.

    Bundles go whole: up to 255 of the oldest entries may stay. What the lake's seals among them
    hold is entered again. The caller has asked `require_old`. What a purge that was broken off left
    lying goes with the next one.

    Raises:
        AuditError: the log is damaged, or cannot be written; nothing is removed then.
    """
    with locked(log.layout, "purging"):
        _require_whole(log)
        first = log.minimum
        end = _end(log, before)
        if end == first:
            log.forget(end)
            return Purged(first, end)
        told = {"first": first, "end": end, "before": before.isoformat()}
        told |= {"file": to.name, "sha256": _written(log, first, end, to)}
        carried = list(_carried(log, first, end))
        log.append(
            [
                replace(act, facts={PURGED: told}),
                *(replace(act, content=one["table"], facts={SEALED: one}) for one in carried),
            ]
        )
        log.forget(end)
    return Purged(first, end, len(carried))


def _require_whole(log: AuditLog) -> None:
    """Refuse to remove anything of a log that does not verify: what is left might hide why."""
    try:
        seen = [one for _, one in witnessed(log)]
        for _ in check_log(log.folder, log.verifiers, *seen)[1]:
            pass
    except LogError as error:
        raise AuditError(
            f"the audit log is damaged: {error}",
            where=str(log.folder),
            remedy="nothing is purged until it is whole: restore the folder from a backup",
        ) from None


def _end(log: AuditLog, before: date) -> int:
    """Return where the log would begin: after whole bundles that are all of before a day."""
    end = log.minimum
    for entry in log.read():
        if datetime.fromisoformat(entry.act.at).date() >= before:
            break
        end = entry.index + 1
    return end - end % WIDTH


def _written(log: AuditLog, first: int, end: int, to: Path) -> str:
    """Write entries as JSON lines, in full, before they go; returns the file's digest."""
    taken = hashlib.sha256()
    with to.open("xb") as file:
        for entry in log.read(first, end):
            line = _line(entry)
            taken.update(line)
            file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return taken.hexdigest()


def _line(entry: Entry) -> bytes:
    said = {"entry": entry.index, **json.loads(entry.octets())}
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def written(file: Path, index: int) -> bytes:
    """Return an entry, as it was hashed, from a file that a purge or an export wrote.

    Raises:
        AuditError: the file does not have it.
    """
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            said = json.loads(line)
            if said.pop("entry", None) == index:
                return canonical(said)
    raise AuditError(
        "the file does not have this entry",
        where=f"audit entry {index}",
        remedy="name the file that was written when it was purged",
    )


def _carried(log: AuditLog, first: int, end: int) -> Iterator[dict[str, Any]]:
    """Yield what the seals among entries hold, to be entered again."""
    known: dict[str, Sealed] = {}
    for entry in log.read(first, end):
        told = entry.act.facts.get(SEALED)
        if told:
            known.setdefault(told["table"], Sealed()).take(told)
    for table, one in known.items():
        yield from pieces(table, one.commits, one.checkpoints, one.act)
