"""`quanshu due`: what is owed by whom by when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.cities import open_at
from cli.console import print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import RegionOption, meant_departments
from cli.tables import AllOption, Column, WideOption, print_rows

if TYPE_CHECKING:
    from catalog_specs.catalog import Catalog
    from quality.timeliness.duties import Duty, Timeliness

__all__ = ["register"]

_COLUMNS = (
    Column("状态", "state"),
    Column("应交时限", "due by"),
    Column("资源", "resource"),
    Column("逾期", "days", figure=True),
    Column("期间", "period", wide=True),
    Column("期数", "periods", figure=True, wide=True),
    Column("更新周期", "cycle", wide=True),
    Column("最近交付", "last delivery", wide=True),
)
_LABELS = (
    {"missing": "缺交 missing", "waiting": "待交 waiting"},
    {
        "stale": "陈旧 stale",
        "provisional": "暂定 provisional (~)",
        "never": "从未交付 never delivered",
    },
)
"""The totals, line by line, so that none is wider than a terminal."""
_END_OF_DAY = "23:59"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(due)


def due(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    department: Annotated[str | None, typer.Option(help="Only this department's.")] = None,
    region: RegionOption = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As known at the end of this day."),
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    wide: WideOption = False,
    every: AllOption = False,
) -> None:
    """List what each department owes by when: missing first, then by due moment.

    A report: it changes nothing, and exits with 0 whatever it says. `~` marks a provisional moment.
    """
    from quality.timeliness.duties import due_list

    city = open_at(home, catalog)
    meant = meant_departments(city.catalog, department, region)
    now = _moment(city.catalog, as_of) if as_of else city.clock()
    found = due_list(city.catalog, city.layout, now, meant)
    owed = sorted(
        ((one, duty) for one in found if (duty := one.owed)),
        key=lambda pair: (pair[1].state != "missing", pair[1].due, pair[0].resource),
    )
    if json:
        print_json(_document(city.catalog, now, found, owed))
        return
    print_rows(
        _totals(city.catalog, now, found), _COLUMNS, [_cells(*pair) for pair in owed],
        wide=wide, every=every,
    )  # fmt: skip


def _moment(catalog: Catalog, day: datetime) -> datetime:
    """Return the last moment of a day of the city."""
    from zoneinfo import ZoneInfo

    start = day.replace(tzinfo=ZoneInfo(catalog.profile.timezone))
    return (start + timedelta(days=1)).astimezone(UTC) - timedelta(microseconds=1)


def _counts(found: Sequence[Timeliness]) -> dict[str, int]:
    owed = [duty for one in found if (duty := one.owed)]
    states = Counter(duty.state.value for duty in owed)
    return {
        "missing": states["missing"],
        "waiting": states["waiting"],
        "stale": sum(one.stale for one in found),
        "provisional": sum(duty.provisional for duty in owed),
        "never": sum(not one.duties for one in found),
    }


def _totals(catalog: Catalog, now: datetime, found: Sequence[Timeliness]) -> str:
    from catalog_specs.local_time import local_moment

    counts = _counts(found)
    told = [
        " · ".join(f"{label} {counts[name]}" for name, label in line.items() if counts[name])
        for line in _LABELS
    ]
    at = f"{local_moment(catalog, now):%Y-%m-%d %H:%M}"
    return "\n".join([f"应交 / due, {at}: {told[0] or '无 nothing'}", *filter(None, told[1:])])


def _cells(one: Timeliness, duty: Duty) -> tuple[object, ...]:
    return (
        f"{duty.state.label} {duty.state.value}",
        f"{duty.due:%Y-%m-%d %H:%M}".removesuffix(f" {_END_OF_DAY}")
        + (" ~" if duty.provisional else ""),
        one.resource,
        duty.days_late or None,
        duty.period,
        len(one.missed) or None,
        one.cycle,
        f"{one.newest:%Y-%m-%d %H:%M}" if one.newest else None,
    )


def _document(
    catalog: Catalog,
    now: datetime,
    found: Sequence[Timeliness],
    owed: Sequence[tuple[Timeliness, Duty]],
) -> dict[str, Any]:
    """Return the JSON shape: the moment, the totals, and a row for each resource that owes."""
    from catalog_specs.local_time import local_moment

    return {
        "at": local_moment(catalog, now).isoformat(timespec="seconds"),
        "totals": _counts(found),
        "owed": [
            {
                "department": one.department,
                "resource": one.resource,
                "name": one.name,
                "cycle": one.cycle,
                "period": duty.period,
                "due": duty.due.isoformat(),
                "provisional": duty.provisional,
                "state": duty.state.value,
                "days_late": duty.days_late,
                "missed": [missed.period for missed in one.missed],
                "stale": one.stale,
                "newest": one.newest.isoformat() if one.newest else None,
            }
            for one, duty in owed
        ],
        "never_delivered": [one.resource for one in found if not one.duties],
    }
