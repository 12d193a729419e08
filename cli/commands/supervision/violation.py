"""`quanshu violation`: what is suspected of 十(一), and what a named post makes of it.

Belongs here: printing, and recording decisions. Keep out: suspecting (`flow.supervision`), what may
follow what (`governance.violations.life`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog_specs.rules.violations import ViolationKind, ViolationState
from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import RegionOption, meant_departments, require_department
from cli.tables import AllOption, WideOption
from cli.violations import document_of, print_violation, print_violations

if TYPE_CHECKING:
    from catalog_specs.working_days import Reckoned
    from flow.city import City
    from governance.violations.life import Violation

__all__ = ["register"]

IdArgument = Annotated[str, typer.Argument(help="The violation's id, as `list` shows it.")]
PostOption = Annotated[str, typer.Option("--post", help="The post that decides, by its name.")]
DocumentOption = Annotated[
    str, typer.Option("--document", help="Number of the document that says so.")
]
DepartmentOption = Annotated[str | None, typer.Option("--department", help="Of one department.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="violation",
        help="The ten violations of 十(一): what is suspected, and what posts decided.",
        no_args_is_help=True,
    )
    group.command(name="list")(list_violations)
    for command in (show, confirm, dismiss, rectify, enter):
        group.command()(command)
    app.add_typer(group)


def list_violations(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    catalog: CatalogOption = None,
    home: HomeOption = None,
    department: DepartmentOption = None,
    region: RegionOption = None,
    over: Annotated[bool, typer.Option("--over", help="Those that are over as well.")] = False,
    every: AllOption = False,
    wide: WideOption = False,
    json: JsonOption = False,
) -> None:
    """List what is suspected or to be put right; what is over with --over."""
    city = open_at(home, catalog)
    everybody = department is None and region is None  # also a department that is gone
    meant = meant_departments(city.catalog, department, region)
    today = _today(city)
    found = [
        one
        for one in _violations(city)
        if (over or one.current) and (everybody or one.department in meant)
    ]
    if json:
        print_json([document_of(one, today) for one in found])
        return
    print_violations(found, today, every=every, wide=wide)
    unknown = _unknown(city)
    if unknown:
        out.print(f"无法在此核实 / cannot be seen from here:\n  {'、'.join(unknown)}")


def show(
    violation: IdArgument,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show one violation: what was seen, its evidence, and everything that happened to it."""
    city = open_at(home, catalog)
    one, today = _one(city, violation), _today(city)
    if json:
        print_json(document_of(one, today))
        return
    print_violation(one, today)


def confirm(
    violation: IdArgument,
    post: PostOption,
    document: DocumentOption,
    rectify_by: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Until when; default: the profile's term."),
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Confirm a suspected violation, on a document: from now on it counts (责令限期改正)."""
    city = open_at(home, catalog)
    term = _term(city)
    until = rectify_by.date() if rectify_by else term.day
    if until < _today(city):
        err.print("the day to put it right by lies in the past")
        raise typer.Exit(Exit.USAGE)
    _decide(city, violation, ViolationState.CONFIRMED, (post, document), rectify_by=until)
    if rectify_by is None and term.provisional:
        out.print("放假安排尚未公布，期限按周一至周五计算 / counted without the days off to come")


def dismiss(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    violation: IdArgument,
    post: PostOption,
    document: DocumentOption,
    reason: Annotated[str, typer.Option(help="Why it is none, or is exempt.")],
    exemption: Annotated[
        str, typer.Option(help="Record of the trial that 十(三) exempts, if that is why.")
    ] = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Dismiss a violation, with the reason; the same thing is not suspected again."""
    city = open_at(home, catalog)
    said = {"reason": reason, "exemption_ref": exemption}
    _decide(city, violation, ViolationState.DISMISSED, (post, document), **said)


def rectify(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    violation: IdArgument,
    post: PostOption,
    document: DocumentOption,
    outcome: Annotated[
        str, typer.Option(help="rectified, circulated (通报批评) or referred (移送).")
    ] = "rectified",
    reason: Annotated[str, typer.Option(help="What was found.")] = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Record how a confirmed violation ended: put right, circulated, or referred."""
    ends = {
        one.value: one
        for one in (ViolationState.RECTIFIED, ViolationState.CIRCULATED, ViolationState.REFERRED)
    }
    if outcome not in ends:
        err.print(f"--outcome is one of {', '.join(ends)}")
        raise typer.Exit(Exit.USAGE)
    city = open_at(home, catalog)
    _decide(city, violation, ends[outcome], (post, document), reason=reason)


def enter(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    department: Annotated[str, typer.Argument(help="Of which department.")],
    clause: Annotated[str, typer.Option(help="The clause that is broken, e.g. 八(三).")],
    words: Annotated[str, typer.Option(help="What was found, without a value of the data.")],
    about: Annotated[str, typer.Option(help="Resource, grant or open set; default: it.")] = "",
    kind: Annotated[
        str, typer.Option(help=f"One of the ten by its code; default {ViolationKind.OTHER}.")
    ] = ViolationKind.OTHER.stored,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Enter a violation by hand (⑩, or any other); it is suspected until a post confirms it."""
    from governance.store.database import open_store
    from governance.violations.life import entered
    from governance.violations.records import write

    city = open_at(home, catalog)
    require_department(city.catalog, department)
    known = {one.stored: one for one in ViolationKind}
    if kind not in known or not words.strip() or not clause.strip():
        err.print(f"name --clause and --words, and --kind as one of {', '.join(known)}")
        raise typer.Exit(Exit.USAGE)
    said, by = (clause.strip(), words.strip()), (city.clock(), city.actor)
    one = entered((department, about or department), said, by, known[kind])
    with open_store(city.layout, city.governance_db) as store, store.writing() as session:
        write(session, one)
    out.print(f"已登记 / entered  {one.id}")


def _decide(
    city: City,
    violation: str,
    state: ViolationState,
    by: tuple[str, str],
    **said: Any,  # noqa: ANN401 - the further fields of a decision
) -> None:
    """Record a decision; exit 2 when it says too little, or may not follow what was decided."""
    from governance.store.database import open_store
    from governance.violations.life import Decision, decided
    from governance.violations.records import read_violations, write

    post, document = (text.strip() for text in by)
    unsaid = state is ViolationState.DISMISSED and not said["reason"].strip()
    if not post or not document or unsaid:
        err.print("name the post, the document, and the reason of a dismissal")
        raise typer.Exit(Exit.USAGE)
    decision = Decision(state, post, document, **said)
    one = _one(city, violation)
    with open_store(city.layout, city.governance_db) as store, store.writing() as session:
        after = decided(read_violations(session)[one.id], decision, (city.clock(), city.actor))
        if after is None:
            err.print(f"{one.id} is {one.state.value}: it cannot become {state.value}")
            raise typer.Exit(Exit.USAGE)
        write(session, after)
    until = f"  限期 / by {after.rectify_by}" if state is ViolationState.CONFIRMED else ""
    out.print(f"{state.label} / {state.value}  {one.id}{until}")


def _violations(city: City) -> tuple[Violation, ...]:
    from governance.violations.records import violations

    return violations(city.layout, city.governance_db)


def _one(city: City, name: str) -> Violation:
    found = next((one for one in _violations(city) if one.id == name), None)
    if found is None:
        err.print("there is no such violation; `quanshu violation list --over` shows them all")
        raise typer.Exit(Exit.USAGE)
    return found


def _today(city: City) -> date:
    from catalog_specs.local_time import local_day

    return local_day(city.catalog, city.clock())


def _term(city: City) -> Reckoned:
    """Return the last day of the profile's term, counted from today in working days."""
    from catalog_specs.working_days import working_days

    days = city.catalog.profile.supervision.rectify_days.value
    return working_days(city.catalog).after(_today(city), max(1, days))


def _unknown(city: City) -> list[str]:
    from flow.supervision.gathering import controls_of
    from governance.violations.facts import ControlState

    return [one.name for one in controls_of(city) if one.state is ControlState.UNKNOWN]
