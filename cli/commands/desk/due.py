"""`quanshu due`: what is owed by whom by when: deliveries, then what offices owe one another."""

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
    from flow.city import City
    from governance.owed import Owed
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
_OFFICES = (
    Column("状态", "state"),
    Column("应办时限", "due by"),
    Column("事项", "what"),
    Column("编号", "place"),
    Column("单位", "by"),
    Column("逾期", "days", figure=True, wide=True),
    Column("对象", "about", wide=True),
    Column("起始", "since", wide=True),
    Column("依据", "clause", wide=True),
)
_DUTY_STATES = ("逾期 overdue", "待办 open", "无期限 no term")
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
    """List what each department owes by when: deliveries, missing ones first, then its duties.

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
    duties = _duties(city, now, department, past=as_of is not None)
    if json:
        told = _document(city.catalog, now, found, owed)
        print_json(told | {"offices": [one.as_dict() for one in duties]})
        return
    print_rows(
        _totals(city.catalog, now, found), _COLUMNS, [_cells(*pair) for pair in owed],
        wide=wide, every=every,
    )  # fmt: skip
    if duties:
        print_rows(
            f"\n{_duty_totals(duties)}", _OFFICES, [_duty_cells(one) for one in duties],
            wide=wide, every=every,
        )  # fmt: skip


def _duties(city: City, now: datetime, department: str | None, *, past: bool) -> list[Owed]:
    """Return what offices owe at a moment, or what one department owes."""
    from catalog_specs.local_time import local_day
    from governance.owed import read_owed

    today, until = local_day(city.catalog, now), now if past else None
    found = read_owed(city.layout, city.governance_db, city.catalog, today, until)
    return [one for one in found if department in {None, one.by}]


def _duty_totals(duties: Sequence[Owed]) -> str:
    counts = Counter(_duty_state(one) for one in duties)
    return "应办 / duties: " + " · ".join(
        f"{state} {counts[state]}" for state in _DUTY_STATES if counts[state]
    )


def _duty_state(one: Owed) -> str:
    overdue, waiting, open_ended = _DUTY_STATES
    return overdue if one.overdue else waiting if one.due else open_ended


def _duty_cells(one: Owed) -> tuple[object, ...]:
    return (
        _duty_state(one),
        f"{one.due.day}{' ~' if one.due.provisional else ''}" if one.due else None,
        one.kind.label,
        one.place,
        one.by,
        one.late,
        one.about,
        one.since,
        one.clause,
    )


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
