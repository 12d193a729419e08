"""`quanshu doctor`: faults of a home, each with its remedy, and the room it takes.

Belongs here: arguments and printing. Keep out: looking (`flow.upkeep.doctor`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

if TYPE_CHECKING:
    from flow.upkeep.doctor.check import Finding
    from flow.upkeep.doctor.figures import Figures

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    home: HomeOption = None,
    catalog: CatalogOption = None,
    fix: Annotated[bool, typer.Option("--fix", help="Set file rights right.")] = False,
    json: JsonOption = False,
) -> None:
    """Report what is not as it should be: rights, keys, remains, space, logs, schedules, versions.

    Exit 1 when something is not as it should be. Nothing is changed without --fix, which sets
    rights and nothing else.
    """
    from flow.upkeep.doctor.check import Patient
    from flow.upkeep.doctor.registry import look_at
    from pipelines.clockwork import clockwork

    city = open_at(home, catalog)
    patient = Patient(city, clockwork(city.layout), fix)
    found = look_at(patient)
    there = city.layout.home.is_dir()
    if json:
        shown = {"findings": [one.as_dict() for one in found]}
        print_json(shown | {"figures": patient.figures.as_dict() if there else None})
    else:
        for one in found:
            _print(one)
        if not found:
            out.print("一切正常。/ everything is as it should be.")
        if there:
            _room(patient.figures)
    raise typer.Exit(Exit.PROBLEMS if found else Exit.FINE)


def _print(one: Finding) -> None:
    """Print a finding: what and where first, then each language on a line, then what to do."""
    out.print(f"{one.code.value}  {one.where}")
    out.print(f"    {one.zh}")
    out.print(f"    {one.what}")
    out.print(f"    → {one.code.remedy_zh}")
    if one.remedy != one.code.remedy_zh:
        out.print(f"    → {one.remedy}")


def _room(room: Figures) -> None:
    """Print how much room the home takes."""
    lasts = "" if room.lasts is None else f"，约够 {room.lasts:,} 天"
    told = "" if room.lasts is None else f", room for {room.lasts:,} days"
    out.print(f"磁盘 / disk   可用 {_size(room.free)} free · 主目录 {_size(room.home)} used")
    out.print(f"    近 {room.days} 天每日增长 {_size(room.daily)}{lasts}")
    out.print(f"    grew by that a day over {room.days} days{told}")
    out.print(f"    `quanshu upkeep` 可释放 / would give back {_size(room.dead)}")
    for where, size in room.biggest:
        out.print(f"    {_size(size):>10}  {where}")


def _size(size: int) -> str:
    """Return bytes in the largest unit that leaves a figure above one."""
    for unit, shift in (("GB", 30), ("MB", 20), ("kB", 10)):
        if size >= 1 << shift:
            return f"{size / (1 << shift):,.1f} {unit}"
    return f"{size} B"
