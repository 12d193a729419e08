"""The commands of matters: those that openings, interface requests and delegations share.

Belongs here: a step with a document and a reason, lists, a single matter, and how they are printed.
Keep out: what one kind alone has (`opening`, `interface`, `delegation`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog_specs.errors import GrantError
from cli.cities import open_at
from cli.console import only_planned, out, print_json, telling
from cli.options import CatalogOption, DocumentOption, HomeOption, JsonOption, ReasonOption

if TYPE_CHECKING:
    from governance.applications.matters.handling import Handled
    from governance.applications.matters.reading import ShownMatter

__all__ = [
    "NumberArgument",
    "add_lists",
    "add_step",
    "do_step",
    "plan_only",
    "print_done",
]

NumberArgument = Annotated[int, typer.Argument(help="Its number, as `list` shows it.")]


def add_step(group: typer.Typer, kind: str, name: str, event: str, words: str) -> None:
    """Add a command that does one step on a document, with a reason where that is asked for."""

    def step(
        number: NumberArgument,
        document: DocumentOption = "",
        reason: ReasonOption = "",
        catalog: CatalogOption = None,
        home: HomeOption = None,
        json: JsonOption = False,
    ) -> None:
        print_done(
            do_step((catalog, home), (kind, event, number), (document, reason), {}), json=json
        )

    group.command(name=name, help=words)(step)


def do_step(
    at: tuple[Path | None, Path | None],
    step: tuple[str, str, int],
    said: tuple[str, str],
    facts: Mapping[str, Any],
) -> Handled:
    """Do one step of a matter; print why it was refused, and end with 2."""
    from flow.governing.matters import act_on
    from governance.applications.matters.handling import Said
    from governance.applications.matters.machines import MACHINES

    catalog, home = at
    kind, event, number = step
    city = open_at(home, catalog)
    with telling(GrantError):
        return act_on(city, MACHINES[kind], event, number, Said(*said, facts))


def add_lists(group: typer.Typer, kind: str) -> None:
    """Add `list` and `show` of one kind of matter."""

    def list_matters(
        overdue: Annotated[
            bool, typer.Option("--overdue", help="Only those in which something is late.")
        ] = False,
        ending: Annotated[
            int | None, typer.Option(help="Only those in force that end within so many days.")
        ] = None,
        catalog: CatalogOption = None,
        home: HomeOption = None,
        json: JsonOption = False,
    ) -> None:
        _list(kind, (catalog, home), (overdue, ending), json=json)

    def show(
        number: NumberArgument,
        catalog: CatalogOption = None,
        home: HomeOption = None,
        json: JsonOption = False,
    ) -> None:
        _show(kind, (catalog, home), number, json=json)

    listed = "List them: how each stands, what is due, and what is late."
    group.command(name="list", help=listed)(list_matters)
    shown = "Show what happened: when, by which post, on which document, and why."
    group.command(name="show", help=shown)(show)


def print_done(done: Handled, *, json: bool, **more: int) -> None:
    """Print what an act came to."""
    machine, matter = done.machine, done.matter
    state, event = machine.states(matter.state), machine.events(done.event.kind)
    if json:
        print_json(
            {"number": matter.number, "kind": machine.kind, "act": event.value}
            | {"state": state.value, **more}
        )
        return
    said = f"{machine.label} {matter.number}  {event.label}：已办理 / done；状态：{state.label}"
    out.print(said, markup=False, highlight=False)
    if more.get("recalled"):
        out.print(f"  已发召回通知 / copies called back: {more['recalled']}")


def plan_only(lines: Iterator[str]) -> None:
    """Print a plan that was not filed."""
    for line in lines:
        out.print(line, markup=False, highlight=False)
    only_planned()


def _list(
    kind: str, at: tuple[Path | None, Path | None], only: tuple[bool, int | None], *, json: bool
) -> None:
    from flow.governing.matters import shown_matters
    from governance.applications.matters.reading import ending, overdue

    catalog, home = at
    late, days = only
    found = shown_matters(open_at(home, catalog), kind)
    found = overdue(found) if late else found
    found = found if days is None else ending(found, days)
    if json:
        print_json([one.as_dict() for one in found])
        return
    if not found:
        out.print("没有符合条件的事项。/ nothing fits.")
    for one in found:
        out.print(_line(one), markup=False, highlight=False)


def _line(one: ShownMatter) -> str:
    words = [f"{one.matter.number}", one.about, one.asked_by, one.state.label]
    if one.until is not None:
        force = "，有效" if one.in_force else ""
        words.append(f"至 {one.until.isoformat()}{force}")
    if one.due is not None:
        late = "，已逾期" if one.overdue else ""
        counted = "，暂计" if one.due.provisional else ""
        words.append(f"{one.due.what}：应于 {one.due.day.isoformat()} 前{counted}{late}")
    return "  ".join(words)


def _show(kind: str, at: tuple[Path | None, Path | None], number: int, *, json: bool) -> None:
    from flow.governing.matters import known_matter
    from governance.grants.text import department_name

    catalog, home = at
    city = open_at(home, catalog)
    with telling(GrantError):
        one = known_matter(city, kind, number)
    machine, events = one.machine, one.matter.events
    if json:
        happened = [
            {
                "kind": said.kind, "at": said.at.isoformat(), "on": said.on.isoformat(),
                "account": said.by, "department": said.department, "post": said.post,
                "document": said.document, "reason": said.reason, "facts": dict(said.facts),
            }
            for said in events
        ]  # fmt: skip
        print_json(one.as_dict() | {"content": dict(one.matter.content), "events": happened})
        return
    out.print(_line(one), markup=False, highlight=False)
    for name, value in one.matter.content.items():
        if value is not None:
            out.print(f"  {name}: {value}", markup=False, highlight=False)
    for said in events:
        unit = department_name(city.catalog, said.department)
        words = (unit, said.post, said.document, said.reason)
        line = "  ".join(word for word in words if word)
        label = machine.events(said.kind).label
        out.print(f"{said.on.isoformat()}  {label}  {line}  [{said.by}]", markup=False)
