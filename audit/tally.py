"""The tally: how many acts of which kind were entered on which day, counted on from the last time.

Belongs here: counting entries, keeping the counts. Keep out: what they mean (pages, detectors).
The file may be removed: then everything is counted again. It holds days, codes of departments and
grants, digests of purposes and counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from audit.acts import Act, Entry, Operation
from audit.lake import SEALED
from audit.log import AuditLog
from audit.special.bodies import BODY
from storage.digests import sha256_of, sha256_of_facts
from storage.swaps import read_json, write_json

__all__ = ["KEPT_DAYS", "Tally", "purpose_digest", "tallied"]

KEPT_DAYS = 92
"""Days, up to the newest one, that are kept apart; of what is older the sums alone remain."""
_DENIED, _ACT = ("refused", "denied"), "act"
"""Facts of acts that were refused, and of what is done to a grant instead of under it."""
_COUNTS = ("days", "about", "sums", "shares", "refused", "purposes")


@dataclass(frozen=True)
class Tally:
    """Counts of entries; those that seal commits are left out.

    Keys: `days` (day, operation); `about` (department, day, operation); `sums` (department or
    empty for all, operation); `shares` (grant, operation) of what was done under a grant;
    `refused` (grant, day, reason); `purposes` (grant, day, digest of what an act was for).
    """

    size: int = 0
    days: Counter[tuple[str, ...]] = field(default_factory=Counter)
    about: Counter[tuple[str, ...]] = field(default_factory=Counter)
    sums: Counter[tuple[str, ...]] = field(default_factory=Counter)
    shares: Counter[tuple[str, ...]] = field(default_factory=Counter)
    refused: Counter[tuple[str, ...]] = field(default_factory=Counter)
    purposes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    used: dict[str, str] = field(default_factory=dict)
    """Grant → the last day on which its consumer took or asked something."""
    official: int = 0
    """Acts of officials: what they did to grants, and stewards they put on record."""

    @property
    def stamp(self) -> str:
        """Return what changes whenever anything is counted."""
        return sha256_of_facts({name: _rows(getattr(self, name)) for name in _COUNTS})

    @property
    def watched(self) -> str:
        """Return what changes with acts that no ledger tells of."""
        told = {name: _rows(getattr(self, name)) for name in ("refused", "purposes")}
        return sha256_of_facts(told | {"official": self.official})


def tallied(log: AuditLog, zone: ZoneInfo) -> Tally:
    """Return the tally of a log, brought up to date: only what was entered since is read.

    Raises:
        AuditError: the log is damaged.
    """
    place = log.layout.audit_tally
    if not (log.folder / "checkpoint").is_file():
        return Tally()
    note = sha256_of(log.note)
    kept = read_json(place)
    if (kept.get("note"), kept.get("zone")) == (note, str(zone)):
        return _read(kept)
    found, last = _counted_on(log, zone, kept)
    _trim(found)
    counts = {name: _rows(getattr(found, name)) for name in _COUNTS}
    about = {"note": note, "zone": str(zone), "size": found.size, "last": last}
    write_json(place, about | counts | {"used": found.used, "official": found.official})
    return found


def purpose_digest(purpose: str) -> str:
    """Return what the tally keeps of a purpose."""
    return sha256_of(purpose.encode())[:16]


def _counted_on(log: AuditLog, zone: ZoneInfo, kept: Mapping[str, Any]) -> tuple[Tally, str]:
    """Count what follows what was counted; everything, where that is not in the log any more."""
    before = _read(kept) if kept.get("zone") == str(zone) else Tally()
    last = str(kept.get("last", ""))
    entries = iter(log.read(max(before.size - 1, 0)))
    if before.size:
        newest = next(entries, None)
        if newest is None or sha256_of(newest.octets()) != last:
            before, entries = Tally(), iter(log.read())
    return _with(before, entries, zone, last if before.size else "")


def _with(before: Tally, entries: Iterable[Entry], zone: ZoneInfo, last: str) -> tuple[Tally, str]:
    size, official, newest = before.size, before.official, None
    for newest in entries:
        size = newest.index + 1
        act = newest.act
        if SEALED not in act.facts:
            official += _ACT in act.facts or "account" in act.facts
            _count(before, act, datetime.fromisoformat(act.at).astimezone(zone).date().isoformat())
    digest = sha256_of(newest.octets()) if newest else last
    counts = {name: getattr(before, name) for name in _COUNTS}
    return Tally(size, **counts, used=before.used, official=official), digest


def _count(to: Tally, act: Act, day: str) -> None:
    operation = act.operation.value
    to.days[day, operation] += 1
    to.sums["", operation] += 1
    for department in act.departments:
        to.about[department, day, operation] += 1
        to.sums[department, operation] += 1
    if not act.grant or _ACT in act.facts:
        return
    denied = next((str(act.facts[one]) for one in _DENIED if one in act.facts), "")
    if denied:
        to.refused[act.grant, day, denied] += 1
    elif act.operation is not Operation.MAINTAIN:
        to.shares[act.grant, operation] += 1
        if BODY not in act.facts:  # what it was for is sealed
            to.purposes[act.grant, day, purpose_digest(act.purpose)] += 1
        if act.is_use:
            to.used[act.grant] = max(day, to.used.get(act.grant, ""))


def _trim(found: Tally) -> None:
    """Forget the days that are too long ago; sums and last uses stay."""
    newest = max((day for day, _ in found.days), default="")
    if not newest:
        return
    first = (date.fromisoformat(newest) - timedelta(days=KEPT_DAYS - 1)).isoformat()
    for counts, at in (
        (found.days, 0),
        (found.about, 1),
        (found.refused, 1),
        (found.purposes, 1),
    ):
        for key in [key for key in counts if key[at] < first]:
            del counts[key]


def _rows(counts: Counter[tuple[str, ...]]) -> list[list[str | int]]:
    return [[*key, number] for key, number in sorted(counts.items())]


def _read(kept: Mapping[str, Any]) -> Tally:
    counts = {
        name: Counter({tuple(row[:-1]): row[-1] for row in kept.get(name, ())}) for name in _COUNTS
    }
    used, official = dict(kept.get("used", {})), int(kept.get("official", 0))
    return Tally(int(kept.get("size", 0)), **counts, used=used, official=official)
