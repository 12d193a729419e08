"""`quanshu case`: what somebody must put right, by when, and the decisions about it (七(二)).

`list` and `show` hold no value of the data. `show --values` prints the records that a case is
about, so it says so on standard error and enters the act into the ledger first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_specs.errors import CaseError
from cli.access import enter
from cli.cities import open_at
from cli.console import Exit, chosen, out, print_json, telling
from cli.options import CatalogOption, HomeOption, JsonOption, ReasonOption
from cli.resources import RegionOption, meant_departments, resource_ref
from cli.tables import LINES, AllOption

if TYPE_CHECKING:
    from governance.cases.reading import CaseFile, Shown

__all__ = ["case_lines", "register"]

NumberArgument = Annotated[int, typer.Argument(help="The case's number.", min=1)]
DocumentOption = Annotated[
    str | None, typer.Option("--document", help="Number of the document that says so.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="case",
        help="What must be put right: list, show, decide, extend, reopen.",
        no_args_is_help=True,
    )
    group.command(name="list")(list_cases)
    group.command()(show)
    group.command()(decide)
    group.command()(extend)
    group.command()(reopen)
    app.add_typer(group)


def list_cases(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    department: Annotated[str | None, typer.Option(help="Only what it must put right.")] = None,
    region: RegionOption = None,
    resource: Annotated[str | None, typer.Option(help="Only this resource.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Also what is over.")] = False,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    every: AllOption = False,
) -> None:
    """List the cases, the most pressing first, each with its reason; no values."""
    from flow.desk.cases import shown_cases

    city = open_at(home, catalog)
    everybody = department is None and region is None  # also a department that is gone
    meant = meant_departments(city.catalog, department, region)
    ref = None if resource is None else resource_ref(city.catalog, resource)
    found = [
        one
        for one in shown_cases(city, closed=closed, resource=ref)
        if (everybody or one.case.owner in meant)
        and (not overdue or one.standing.value == "overdue")
    ]
    if json:
        print_json([one.as_dict() for one in found])
        return
    out.print(_totals(found))
    shown = found if every else found[: LINES // 2]
    for one in shown:
        out.print("\n".join(case_lines(one)))
    if len(shown) < len(found):
        out.print(f"… 另有 {len(found) - len(shown):,} 件 / more cases: --all")


def show(
    number: NumberArgument,
    values: Annotated[
        bool, typer.Option("--values", help="Print the records it is about, on record.")
    ] = False,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show one case: why, by when, whose, and everything that happened to it."""
    from flow.desk.cases import shown_case
    from flow.desk.values import case_values

    city = open_at(home, catalog)
    found = shown_case(city, number)
    records: tuple[str, ...] = ()
    if values:
        delivery, records = case_values(city, found)
        enter(city, "case", found.shown.case.resource, delivery or None, len(records))
    if json:
        print_json(found.as_dict() | ({"records": list(records)} if values else {}))
        return
    out.print("\n".join(_file(found)))
    for record in records:
        out.print(f"  {record}")


def decide(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    number: NumberArgument,
    correct: Annotated[
        bool | None, typer.Option("--correct/--reject", help="Correct at the source, or not.")
    ] = None,
    reason: ReasonOption = "",
    document: DocumentOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Enter the producer's decision; a rejection ends the case, and needs its reason."""
    from flow.desk.cases import decide_case

    yes = chosen(correct, "--correct or --reject")
    city = open_at(home, catalog)
    with telling(CaseError, Exit.PROBLEMS):
        found = decide_case(city, number, (reason, document), correct=yes)
    _done(found, json=json)


def extend(
    number: NumberArgument,
    document: DocumentOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Extend the term of a re-delivery once, where the profile allows it."""
    from flow.desk.cases import extend_case

    city = open_at(home, catalog)
    with telling(CaseError, Exit.PROBLEMS):
        found = extend_case(city, number, document)
    _done(found, json=json)


def reopen(
    number: NumberArgument,
    reason: ReasonOption = "",
    document: DocumentOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Open a case again that is over, with a reason; its clocks start anew."""
    from flow.desk.cases import reopen_case

    city = open_at(home, catalog)
    with telling(CaseError, Exit.PROBLEMS):
        found = reopen_case(city, number, (reason, document))
    _done(found, json=json)


def _done(found: CaseFile, *, json: bool) -> None:
    if json:
        print_json(found.as_dict())
    else:
        out.print("\n".join(case_lines(found.shown)))


def _totals(found: Sequence[Shown]) -> str:
    """Say first how much there is."""
    standings = Counter(one.standing for one in found)
    states = Counter(one.case.state for one in found if one.case.state.open)
    counted = [f"{said.label} / {said.value} {count:,}" for said, count in states.items()]
    counted += [
        f"{said.label} / {said.value} {count:,}"
        for said, count in standings.items()
        if said.value in {"overdue", "soon"}
    ]
    return " · ".join([f"问题单 / cases: {len(found):,}", *counted])


def case_lines(one: Shown) -> Iterator[str]:
    """Yield the lines of a case in a list; names are complete, so that they can be copied."""
    case = one.case
    state = f"{case.state.label} / {case.state.value}"
    yield f"#{case.number}  {state}{_clock(one)}  {case.owner}"
    yield f"    {case.resource}  {case.about}"
    yield f"    {one.reason}"
    yield f"    {one.reason_en}"


def _clock(one: Shown) -> str:
    if one.due is None:
        return ""
    doubt = "（暂定 / provisional）" if one.due.provisional else ""
    late = f" {one.standing.label} / {one.standing.value}"
    said = "" if one.standing.value == "in_time" else late
    return f"  {one.due.day}{doubt}{said}"


def _file(found: CaseFile) -> Iterator[str]:
    yield from case_lines(found.shown)
    if found.shown.due is not None:
        yield f"    依据 / clause {found.shown.due.clause}"
    if found.report is not None:
        said = found.report
        yield f"纠错 / reported  {said.item}，版本 / version {said.version}：{said.wrong}"
        yield f"    {said.delivery} 记录 / record {said.record}"
        yield f"    {said.consumer} · {said.grant} · {_minute(said.reported_at)}"
    yield "经过 / history"
    for one in found.events:
        facts = " ".join(f"{name}={fact}" for name, fact in one.facts.items())
        document = f" {one.document}" if one.document else ""
        yield f"  {_minute(one.at)}  {one.kind.label} / {one.kind.value}  {one.by}{document}"
        yield from (f"      {said}" for said in (one.note, facts) if said)
    if found.notices:
        yield "告知 / told"
    for told in found.notices:
        yield f"  {_minute(told.at)}  {told.party}  {told.grant or ''}  {told.kind}".rstrip()


def _minute(moment: object) -> str:
    return str(moment)[:16]
