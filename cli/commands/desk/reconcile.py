"""`quanshu reconcile`: which departments disagree with the one source of a fact, and on what.

`list` shows counts and never a value. `show` shows both values of one mismatch, so it enters the
act into the access ledger first, for each of the two records: nothing is shown unentered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cli.access import enter
from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import resource_ref
from cli.tables import AllOption, Column, WideOption, print_rows

if TYPE_CHECKING:
    from authoritative.both_sides import BothSides, Side
    from quality.reconciliation.matrix import Cell, Matrix, Point

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="reconcile",
        help="Referred items compared with their one source: the matrix, and single mismatches.",
        no_args_is_help=True,
    )
    group.command(name="list")(list_matrix)
    group.command()(show)
    app.add_typer(group)


def list_matrix(
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    wide: WideOption = False,
    every: AllOption = False,
) -> None:
    """Say how often each department disagrees with the source of each element; no values."""
    from quality.reconciliation.matrix import matrix

    city = open_at(home, catalog)
    found = matrix(city.layout, city.catalog)
    if json:
        print_json(found.as_dict())
        return
    if not found.cells:
        out.print("尚无引用项与来源的比对。/ nothing was compared with a source yet.")
        return
    departments = len({one.department for one in found.cells})
    out.print(
        f"比对 / compared {found.compared:,}，不一致 / mismatched {found.mismatched:,}"
        f"（{_percent(found.mismatched, found.compared)}）；{departments} 个部门 / departments\n"
        f"来源无此主体 / not in the source {found.missing:,}"
    )
    _cells(found, wide=wide, every=every)
    _pairs(found, wide=wide, every=every)


def _cells(found: Matrix, *, wide: bool, every: bool) -> None:
    print_rows(
        "按部门和数据元，最近一次比对 / by department and element, as compared last",
        (
            Column("部门", "department"),
            Column("数据元", "element"),
            Column("不一致", "mismatched", figure=True),
            Column("比率", "rate", figure=True),
            Column("趋势", "trend"),
            Column("无此主体", "missing", figure=True, wide=True),
            Column("比对", "compared", figure=True, wide=True),
            Column("来源部门", "source", wide=True),
            Column("主要样式", "pattern", wide=True),
        ),
        [
            (
                one.department,
                one.element,
                one.mismatched,
                _percent(one.mismatched, one.compared),
                _trend(one.trend),
                one.missing,
                one.compared,
                one.owner,
                _pattern(one),
            )
            for one in found.cells
        ],
        wide=wide,
        every=every,
    )


def _pairs(found: Matrix, *, wide: bool, every: bool) -> None:
    if found.pairs:
        print_rows(
            "哪两个部门最不一致 / the pairs of departments that disagree most",
            (
                Column("部门", "department"),
                Column("来源部门", "source"),
                Column("不一致", "mismatched", figure=True),
                Column("最多的数据元", "most on"),
            ),
            [(one.department, one.owner, one.mismatched, one.element) for one in found.pairs],
            wide=wide,
            every=every,
        )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""


def _trend(points: Sequence[Point]) -> str:
    """Return whether the last comparison found more or less than the one before."""
    rates = [one.rate for one in points if one.rate is not None]
    if len(rates) < 2:  # noqa: PLR2004 - a trend is from one to another
        return ""
    before, now = rates[-2:]
    return "→" if now == before else ("↑" if now > before else "↓")


def _pattern(cell: Cell) -> str:
    """Return the most frequent way in which values differ."""
    counted: dict[str, int] = {}
    for line in cell.lines:
        for pattern, rows in line.patterns:
            counted[pattern.label] = counted.get(pattern.label, 0) + rows
    return max(counted, key=lambda label: counted[label], default="")


def show(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    delivery: Annotated[str, typer.Argument(help="The referring record's delivery.")],
    row: Annotated[int, typer.Argument(help="The record's number in it.", min=1)],
    item: Annotated[str, typer.Argument(help="The referred item.")],
    resource: Annotated[
        str | None, typer.Option(help="Of which resource, where two took such a delivery.")
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show one mismatch: both values, side by side, with delivery, file and line of each."""
    from authoritative.both_sides import both_sides
    from register.mismatches import mismatches_of

    city = open_at(home, catalog)
    ref = None if resource is None else resource_ref(city.catalog, resource)
    found = [
        one
        for one in mismatches_of(city.layout, delivery, row, item)
        if ref in {None, one.resource} and one.resource in city.catalog.resources
    ]
    if not found or len({one.resource for one in found}) > 1:
        several = ", ".join(sorted({one.resource for one in found}))
        said = f"several resources, choose with --resource: {several}" if found else "not recorded"
        err.print(f"没有可显示的不一致。/ no such mismatch: {said}.", markup=False)
        raise typer.Exit(Exit.PROBLEMS)
    one = found[0]
    enter(city, "compare", one.resource, one.delivery, 1)
    if one.source_delivery is not None:
        enter(city, "compare", one.source.rpartition(".")[0], one.source_delivery, 1)
    told = both_sides(city.layout, city.catalog, one, city.limits)
    if json:
        print_json(told.as_dict())
        return
    out.print("\n".join(_told(told)), markup=False, highlight=False)


def _told(told: BothSides) -> Iterator[str]:
    one = told.mismatch
    stands = "现存 / stands" if one.stands else "已不复存在 / stands no more"
    yield f"{one.pattern.stored}  {one.pattern.label} / {one.pattern.english}（{stands}）"
    yield from _side("引用方 / refers", told.mine)
    if told.theirs is not None:
        yield from _side("来源 / source", told.theirs)
    yield f"  {one.pattern.remedy_zh}"
    yield f"  {one.pattern.remedy}"


def _side(title: str, side: Side) -> Iterator[str]:
    place = side.place
    member = f" › {place.member}" if place.member else ""
    line = f" 行 / line {place.line}" if place.line is not None else ""
    yield f"{title}  {side.resource}.{side.item}（{side.name}）"
    yield f"  「{_visible(side.value)}」" if side.value is not None else "  空 / empty"
    yield f"  {place.delivery}  {place.file}{member}{line} 记录 / record {place.record}"


def _visible(value: str) -> str:
    """Write out what nobody sees, so that two values never look the same."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in value)
