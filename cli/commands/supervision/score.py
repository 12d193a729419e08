"""`quanshu score` and `quanshu certificate`: how a department does, as of any day (九(一)、一(六)).

Belongs here: printing them. Keep out: the formula and the counts (`governance.scores`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import RegionOption, meant_departments, require_department
from cli.tables import Column, print_rows

if TYPE_CHECKING:
    from flow.city import City
    from governance.scores.certificate import Certificate
    from governance.scores.scorecard import Score, Scorecard

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(score)
    app.command()(certificate)


def score(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As of the end of this day.")
    ] = None,
    department: Annotated[
        str | None, typer.Option("--department", help="One department, with its counts and trend.")
    ] = None,
    region: RegionOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Print every department's points by dimension, and its coverage; the formula is published.

    The same day gives the same points, whatever was delivered since.
    """
    from governance.scores.scorecard import scorecard

    city = open_at(home, catalog)
    meant = meant_departments(city.catalog, department, region)
    day = as_of.date() if as_of else _today(city)
    card = scorecard(city.layout, city.catalog, day, city.governance_db)
    card = replace(card, departments=tuple(o for o in card.departments if o.department in meant))
    if json:
        print_json(card.as_dict())
    elif department is None:
        _print_all(card)
    else:
        for one in card.departments:
            _print_one(card, one)


def certificate(
    department: Annotated[str, typer.Argument(help="Code of the department.")],
    period: Annotated[str, typer.Option(help="The month, YYYY-MM.")],
    to: Annotated[
        Path | None, typer.Option("--out", help="Write the canonical JSON to this file.")
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Certify what a department registered, aggregated and delivered in a month (一(六)).

    The file holds the digests of the ledger rows it is made from, and one of itself.
    """
    from governance.scores.certificate import certificate as certify
    from governance.scores.certificate import period_of

    city = open_at(home, catalog)
    require_department(city.catalog, department)
    asked = period_of(period, _today(city), city.catalog.profile.timezone)
    if asked is None:
        err.print("--period is a month that has begun, written YYYY-MM")
        raise typer.Exit(Exit.USAGE)
    made = certify(city.layout, city.catalog, department, asked, city.governance_db)
    if to is not None:
        to.write_text(made.document(), encoding="utf-8", newline="")
    if json:
        print_json({"content": made.content(), "sha256": made.sha256})
    else:
        _print_certificate(made)


def _today(city: City) -> date:
    from catalog_specs.local_time import local_day

    return local_day(city.catalog, city.clock())


def _print_all(card: Scorecard) -> None:
    days = (card.as_of - card.since).days + 1
    print_rows(
        f"得分 / scores as of {card.as_of}（{days} 天 days）：{len(card.departments)} 部门",
        [
            Column("部门", "unit"),
            Column("准确性", "accur."),
            Column("时效性", "timely"),
            Column("完整性", "compl."),
            Column("可用性", "usable"),
            Column("总分", "total"),
            Column("登记率", "reg. %"),
            Column("汇聚率", "agg. %"),
        ],
        [
            (
                one.department,
                *((each.points or "–").rjust(6) for each in one.dimensions),
                (one.total or "–").rjust(6),
                *(text.rjust(6) for text in _covered(one)),
            )
            for one in card.departments
        ],
        every=True,
    )


def _print_one(card: Scorecard, one: Score) -> None:
    registration, aggregation = _covered(one)
    out.print(f"{one.name} / {one.department}  {card.since} – {card.as_of}")
    out.print(f"  总分 / total  {one.total or '–'}  质量 / quality  {one.quality or '–'}")
    out.print(
        f"  扣分项 / deductions  违规 violations {one.violations}，逾期 overdue {one.overdue}"
    )
    out.print(f"  登记率 / registration  {registration} %  汇聚率 / aggregation  {aggregation} %")
    for each in one.dimensions:
        counts = (
            f"{each.rules} 规则 rules，{each.judged:,} 记录 judged，{each.failing:,} 未过 failing"
        )
        out.print(
            f"  {each.dimension.label} / {each.dimension.value}  {each.points or '–'}  {counts}"
        )
    told = "  ".join(f"{month.month} {month.total or '–'}" for month in one.trend)
    out.print(f"  趋势 / trend  {told}")


def _covered(one: Score) -> tuple[str, str]:
    if one.coverage is None:
        return "–", "–"
    return one.coverage.registration or "–", one.coverage.aggregation or "–"


def _print_certificate(made: Certificate) -> None:
    state = "" if made.complete else "（当月未结束 / the month is not over）"
    out.print(f"质量证明 / certificate  {made.name} / {made.department}  {made.period}{state}")
    out.print(f"  总分 / total  {made.score.total or '–'}")
    out.print(
        f"  交付 / deliveries  {made.deliveries}（通过 passed {made.passed}，"
        f"拒收 rejected {made.rejected}）"
    )
    out.print(
        f"  记录 / records  {made.records:,}（接收 accepted {made.accepted:,}，"
        f"隔离 quarantined {made.quarantined:,}）"
    )
    for one in made.resources:
        held = "–" if one.rows is None else f"{one.rows:,} 行 rows"
        out.print(f"  {one.resource}  {one.name}  {held}")
    out.print(f"  sha256  {made.sha256}")
