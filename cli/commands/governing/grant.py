"""`quanshu grant`: applying for grants, deciding them, ending them (五(四)、五(十)).

Belongs here: options and printing. Keep out: who may do what (`governance.applications`), the order
of store, audit log and files (`flow.governing.granting`). No command here prints a value of the
data.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_specs.errors import GrantError
from cli.cities import open_at
from cli.commands.governing.grant_list import list_grants
from cli.console import Exit, chosen, only_planned, out, print_json, telling
from cli.options import (
    CatalogOption,
    DocumentOption,
    HomeOption,
    JsonOption,
    ReasonOption,
    YesOption,
)
from cli.run_summary import show_failures

if TYPE_CHECKING:
    from flow.city import City
    from governance.applications.filing import Done

__all__ = ["register"]

GrantArgument = Annotated[str, typer.Argument(help="Code of a grant.")]
FileArgument = Annotated[
    str, typer.Argument(help="The grant's YAML in the catalogue, or its code.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="grant",
        help="Grants: apply, decide, list, show, suspend, resume, revoke, renew.",
        no_args_is_help=True,
    )
    group.command(name="apply")(apply_for)
    group.command()(decide)
    group.command(name="list")(list_grants)
    group.command()(show)
    group.command()(suspend)
    group.command()(resume)
    group.command()(revoke)
    group.command()(renew)
    app.add_typer(group)


def apply_for(
    file: FileArgument,
    yes: YesOption = False,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show what an application would change, who must approve, what would leave; file it on --yes.

    Exit 1 when it contradicts the catalogue.
    """
    from catalog_specs.local_time import local_day
    from flow.governing import granting
    from governance.applications.plan import plan_of, plan_text

    city = open_at(home, catalog)
    grant = city.catalog.grant(Path(file).stem)
    plan = plan_of(city.catalog, grant, city.rights.standings.get(grant.code))
    if json and not yes:
        print_json(plan.as_dict())
    elif not json:
        today = local_day(city.catalog, city.clock())
        out.print("\n".join(plan_text(city.catalog, plan, today)))
    if plan.faults:
        raise typer.Exit(Exit.PROBLEMS)
    if yes:
        with telling(GrantError):
            _done(granting.apply_for(city, grant), json=json)
    elif not json:
        only_planned()


def decide(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    grant: GrantArgument,
    approve: Annotated[
        bool | None, typer.Option("--approve/--refuse", help="The decision: yes or no.")
    ] = None,
    document: DocumentOption = "",
    reason: ReasonOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Enter the decision of a serving steward of the authority or of a producer; on a document."""
    from flow.governing import granting

    yes = chosen(approve, "--approve or --refuse")
    city = open_at(home, catalog)
    with telling(GrantError):
        _done(granting.decide_grant(city, grant, (document, reason), yes=yes), json=json)


def show(
    grant: GrantArgument,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show everything that happened to a grant: by which post, on which document, and why."""
    from governance.grants.log import read_log
    from governance.grants.text import department_name

    city = open_at(home, catalog)
    events = [one for one in read_log(city.layout, city.governance_db)[0] if one.grant == grant]
    if json:
        print_json(
            [
                {
                    "kind": one.kind.value, "at": one.at.isoformat(), "on": one.on.isoformat(),
                    "account": one.by, "department": one.department, "role": one.role,
                    "post": one.post, "document": one.document, "reason": one.reason,
                    "imported": one.imported, "application": one.application,
                }
                for one in events
            ]
        )  # fmt: skip
        return
    for line in _waiting(city, grant):
        out.print(line)
    for one in events:
        who = department_name(city.catalog, one.department) if one.department else ""
        said = "  ".join(word for word in (who, one.post, one.document, one.reason) if word)
        out.print(f"{one.on.isoformat()}  {one.kind.label}  {said}  [{one.by}]")
    if not events:
        out.print("尚未申请 / nobody has applied for it")


def suspend(
    grant: GrantArgument,
    document: DocumentOption = "",
    reason: ReasonOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Suspend a grant: its files go in the same command, and come back when it is resumed."""
    _end("SUSPENDED", grant, (document, reason), open_at(home, catalog), json=json)


def resume(
    grant: GrantArgument,
    document: DocumentOption = "",
    reason: ReasonOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Resume a suspended grant; the next run makes its files again."""
    _end("RESUMED", grant, (document, reason), open_at(home, catalog), json=json)


def revoke(
    grant: GrantArgument,
    document: DocumentOption = "",
    reason: ReasonOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Revoke a grant for good: its files go and its copies are called back; twice is harmless."""
    _end("REVOKED", grant, (document, reason), open_at(home, catalog), json=json)


def renew(
    grant: GrantArgument,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Apply for the later `valid_to` that the grant's file names; it is decided like the first."""
    from flow.governing import granting

    city = open_at(home, catalog)
    with telling(GrantError):
        _done(granting.renew_grant(city, city.catalog.grant(grant)), json=json)


def _end(kind: str, grant: str, said: tuple[str, str], city: City, *, json: bool) -> None:
    from flow.governing import granting
    from governance.grants.life import GrantEventKind

    with telling(GrantError):
        ended = granting.end_grant(city, grant, GrantEventKind[kind], said)
    taken = ended.withdrawal is not None and ended.withdrawal.existed
    _done(ended.done, json=json, withdrawn=taken, recalled=len(ended.recalls))
    show_failures(ended.failed)
    if ended.failed:
        raise typer.Exit(Exit.FAILED)


def _done(done: Done, *, json: bool, **more: int) -> None:
    left = [{"department": by, "role": role.value} for by, role in done.left]
    if json:
        print_json(
            {"grant": done.grant, "act": done.kind.value, "state": done.state.value}
            | {"changed": done.changed, "left": left, **more}
        )
        return
    what = "已办理 / done" if done.changed else "没有变化 / nothing changed"
    out.print(f"{done.grant}  {done.kind.label}：{what}；状态：{done.state.label}")
    for one in done.left:
        out.print(f"  还须审批 / still to decide: {one.by}（{one.role.label}）")
    if more.get("withdrawn"):
        out.print("  共享数据已收回 / its files are gone")
    if more.get("recalled"):
        out.print(f"  已发召回通知 / copies called back: {more['recalled']}")


def _waiting(city: City, grant: str) -> Iterator[str]:
    """Yield since when an application waits, and by which day it is due where that is set."""
    from governance.applications.deadlines import decision_due
    from governance.grants.life import lived
    from governance.grants.log import read_log

    events = [one for one in read_log(city.layout, city.governance_db)[0] if one.grant == grant]
    life = lived(events)
    if life is None or life.pending is None or life.applied is None:
        return
    yield f"待审批，自 {life.applied.on.isoformat()}"
    due = decision_due(city.catalog, life.applied.on)
    if due is not None:
        yield f"  应于 {due.day.isoformat()} 前办结（{'暂计' if due.provisional else '按工作日'}）"
