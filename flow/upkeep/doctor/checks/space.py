"""Check of space: a disk that is full or soon will be, and what upkeep would give back."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.upkeep.doctor.check import Check, Finding, Patient, found

__all__ = ["CHECK", "gib"]

LEAST_FREE = 2 << 30
"""Bytes below which a run may not find the room it needs."""
SOON = 90
"""Days of room that an operator needs to get more."""
KNOWN_AFTER = 7
"""Days before which growth says nothing: the first deliveries of a home are its largest."""
MUCH = 1 << 30
"""Bytes of dead files that are worth a word, if they are a fifth of the home as well."""


def _look(patient: Patient) -> Iterator[Finding]:
    room, home = patient.figures, str(patient.city.layout.home)
    if room.free < LEAST_FREE:
        zh = f"仅余 {gib(room.free)}，低于 {gib(LEAST_FREE)}"
        what = f"{gib(room.free)} are free, less than {gib(LEAST_FREE)}"
        yield found(HomeFinding.LITTLE_SPACE, home, zh, what)
    elif room.lasts is not None and room.lasts < SOON and room.days >= KNOWN_AFTER:
        zh = f"每日增长 {gib(room.daily)}，约 {room.lasts} 天后写满"
        what = f"it grows by {gib(room.daily)} a day and is full in about {room.lasts} days"
        yield found(HomeFinding.FULL_SOON, home, zh, what)
    if room.dead > MUCH and room.dead * 5 > room.home:
        zh, what = f"可释放 {gib(room.dead)}", f"{gib(room.dead)} would be given back"
        yield found(HomeFinding.GIVE_BACK, home, zh, what)


def gib(size: int) -> str:
    """Return bytes as people read them."""
    return f"{size / (1 << 30):,.1f} GiB"


CHECK = Check(
    (
        HomeFinding.LITTLE_SPACE,
        HomeFinding.NO_HOME,
        HomeFinding.GIVE_BACK,
        HomeFinding.FULL_SOON,
    ),
    _look,
)
