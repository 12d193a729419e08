"""`quanshu quarantine`: the quarantined records, their faults, export, repair and replay.

`list` shows counts and never a value. `show` and `export` show records as they were delivered, so
they say so on standard error and enter the act into the ledger `quarantine_access` first.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_specs.errors import RepairError
from cli.access import enter
from cli.cities import open_at
from cli.console import Exit, err, out, print_json, telling
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.quarantine_counts import print_by_delivery, print_by_resource
from cli.resources import RegionOption, ResourceArgument, meant_departments, resource_ref
from cli.tables import AllOption, WideOption

if TYPE_CHECKING:
    from flow.replays import Replay

__all__ = ["register"]

DeliveryOption = Annotated[str | None, typer.Option(help="Only this delivery.")]
RuleOption = Annotated[str | None, typer.Option(help="Only what this rule quarantines.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="quarantine",
        help="What the gate quarantined: list, show, export for repair, replay.",
        no_args_is_help=True,
    )
    group.command(name="list")(list_kept)
    group.command()(show)
    group.command()(export)
    group.command()(replay)
    app.add_typer(group)


def list_kept(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    department: Annotated[str | None, typer.Option(help="Only this department.")] = None,
    region: RegionOption = None,
    resource: Annotated[str | None, typer.Option(help="Only this resource.")] = None,
    delivery: DeliveryOption = None,
    rule: RuleOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    wide: WideOption = False,
    every: AllOption = False,
) -> None:
    """Count what is quarantined and what has become of it, by resource; no values.

    With --resource, --delivery or --rule: by rule, with what each asks, then by delivery.
    """
    from quality.quarantine.states import Chosen, counts
    from storage.engines.workbench import open_workbench

    city = open_at(home, catalog)
    meant = meant_departments(city.catalog, department, region)
    wanted = None if resource is None else resource_ref(city.catalog, resource)
    with open_workbench(city.layout.work, city.limits) as con:
        found = [
            one
            for ref, declared in city.catalog.resources.items()
            if wanted in (None, ref) and declared.provider in meant
            for one in counts(con, city.layout, city.catalog, ref, Chosen(delivery, rule))
        ]
    if json:
        print_json([one.as_dict() for one in found])
        return
    if not found:
        out.print("隔离区中没有记录。/ nothing is quarantined.")
        return
    asked = resource is not None or delivery is not None or rule is not None
    (print_by_delivery if asked else print_by_resource)(found, wide=wide, every=every)


def show(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    resource: ResourceArgument,
    delivery: Annotated[str, typer.Argument(help="The delivery's id.")],
    rows: Annotated[list[int] | None, typer.Argument(help="Record numbers; all without.")] = None,
    limit: Annotated[int, typer.Option(help="At most this many records.", min=1)] = 20,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show quarantined records as they were delivered, with file, line and what is wrong."""
    from quality.quarantine.states import Chosen, descriptions, records
    from storage.engines.workbench import open_workbench

    city = open_at(home, catalog)
    ref = resource_ref(city.catalog, resource)
    chosen = Chosen(delivery, rows=tuple(rows or ()))
    with open_workbench(city.layout.work, city.limits) as con:
        found = records(con, city.layout, city.catalog.resource(ref), chosen, limit)
    if not found:
        err.print(f"隔离区中没有这些记录。/ nothing such is quarantined in {ref}.", markup=False)
        raise typer.Exit(Exit.PROBLEMS)
    enter(city, "show", ref, delivery, len(found))
    said = descriptions(city.catalog, ref)
    if json:
        told = [
            one.as_dict() | {"rules": {code: said.get(code, "") for code in one.rules}}
            for one in found
        ]
        print_json(told)
        return
    for one in found:
        member = f" › {one.member}" if one.member else ""
        line = f" 行 / line {one.line}" if one.line is not None else ""
        rules = "".join(f"\n    {code}  {said.get(code, '')}" for code in one.rules)
        out.print(
            f"{one.file}{member}{line} 记录 / record {one.row} [{one.state.value}]{rules}"
            f"\n    {one.raw}",
            markup=False,
            highlight=False,
        )


def export(
    resource: ResourceArgument,
    to: Annotated[Path, typer.Option("--to", help="A new .csv, .xlsx or .jsonl file.")],
    delivery: DeliveryOption = None,
    rule: RuleOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Write the open records to a file for repair, which `replay --from` takes back."""
    from quality.quarantine.repair import choose_for_repair, write_for_repair
    from quality.quarantine.states import Chosen
    from storage.engines.workbench import open_workbench

    city = open_at(home, catalog)
    ref = resource_ref(city.catalog, resource)
    declared = city.catalog.resource(ref)
    with open_workbench(city.layout.work, city.limits) as con:
        count = choose_for_repair(con, city.layout, declared, Chosen(delivery, rule))
        if not count:
            err.print("没有待修复的记录。/ nothing is open.", markup=False)
            raise typer.Exit(Exit.PROBLEMS)
        enter(city, "export", ref, delivery, count)
        with telling(RepairError, Exit.PROBLEMS):
            write_for_repair(con, city.layout, city.catalog, declared, to)
    out.print(f"{count:,} 条记录 / records → {to}", markup=False, highlight=False)


def replay(
    resource: ResourceArgument,
    source: Annotated[
        Path | None, typer.Option("--from", help="An edited export; without, as delivered.")
    ] = None,
    delivery: DeliveryOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Send quarantined records through the gate again; exit 1 if any of them fails again."""
    from flow.replays import replay as replay_in

    city = open_at(home, catalog)
    ref = resource_ref(city.catalog, resource)
    with telling(RepairError, Exit.PROBLEMS):
        done = replay_in(city, ref, source, delivery)
    if json:
        print_json(done.as_dict())
    else:
        out.print(_result(done), markup=False, highlight=False)
    for failure in done.failures:
        err.print(str(failure), style="red", markup=False)
    if done.failures:
        raise typer.Exit(Exit.FAILED)
    clean = not (done.landed.refused or any(one.quarantined for one in done.outcomes))
    raise typer.Exit(Exit.FINE if clean else Exit.PROBLEMS)


def _result(done: Replay) -> str:
    landed = done.landed
    lines = [
        f"补录 / replayed {o.delivery}: {o.delivered:,} 条，接受 / accepted {o.accepted:,}，"
        f"再次隔离 / quarantined {o.quarantined:,}（新增 {o.inserted:,} 更新 {o.updated:,} "
        f"删除 {o.deleted:,} 无变化 {o.unchanged:,}）"
        for o in done.outcomes
    ]
    if not landed.deliveries:
        lines.append("没有可补录的记录。/ nothing to replay.")
    if landed.settled:
        lines.append(f"此前已补录 / replayed before: {landed.settled:,}")
    if landed.unsplit:
        lines.append(f"仍无法拆分，请导出修复 / still not split, export them: {landed.unsplit:,}")
    lines += [f"仍被拒收 / still refused {name}: {why}" for name, why in landed.refused.items()]
    return "\n".join(lines)
