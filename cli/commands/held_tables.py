"""`quanshu tables`: authoritative tables, foreign commits and decisions on them, lost partitions.

Belongs here: printing, and recording a decision. Keep out: telling whose a commit is
(`storage.foreign_commits`), making a partition anew (`flow.upkeep.rebuilding`).
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import ResourceArgument, resource_ref

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="tables",
        help="The authoritative tables: versions, and commits that no run of ours made.",
        no_args_is_help=True,
    )
    group.command(name="list")(list_tables)
    group.command()(accept)
    group.command()(rebuild)
    app.add_typer(group)


def list_tables(
    catalog: CatalogOption = None, home: HomeOption = None, json: JsonOption = False
) -> None:
    """List the tables with rows, version and foreign commits; exit 1 if one is held."""
    from storage.delta.tables import snapshot
    from storage.foreign_commits import look, looks

    city = open_at(home, catalog)
    known = looks(city.layout)
    shown: list[dict[str, Any]] = []
    for ref in city.catalog.resources:
        found = snapshot(city.layout.authoritative(ref))
        if found is not None:
            foreign = look(ref, found, known.get(ref, ()))
            told = [{"version": one.version, "operation": one.operation} for one in foreign]
            shown.append(
                {
                    "resource": ref,
                    "version": found.version,
                    "rows": found.rows(),
                    "foreign": told,
                }
            )
    if json:
        print_json(shown)
    else:
        for table in shown:
            line = "{resource}  版本 / version {version}  {rows:,} 行".format(**table)
            out.print(line, markup=False, highlight=False)
            for foreign in table["foreign"]:
                line = "    外部写入，待批准 / foreign, held: version {version} {operation}"
                out.print(line.format(**foreign), markup=False, highlight=False)
    raise typer.Exit(Exit.PROBLEMS if any(table["foreign"] for table in shown) else Exit.FINE)


def accept(
    resource: ResourceArgument,
    document: Annotated[str, typer.Option(help="Number of the document that approves it.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Record the approval of a table's foreign commits; the next run goes on from there.

    Exit 2 when this table is not held.
    """
    from audit.acts import Operation
    from flow.acts import about_resource, at_work
    from flow.failures import Faults
    from flow.upkeep.sealing import seal_lake
    from storage.foreign_commits import accept as accept_foreign

    city = open_at(home, catalog)
    ref = resource_ref(city.catalog, resource)
    if not document.strip():
        err.print("name the document: --document NUMBER")
        raise typer.Exit(Exit.USAGE)
    act = about_resource(city, Operation.MAINTAIN, ref, document=document.strip())
    with city.lock(ref), at_work(city, act):
        done = accept_foreign(city.layout, ref, document.strip(), city.actor, city.clock())
    if done:
        accepted = [f"authoritative/{ref}"]
        seal_lake(city, Faults(city.layout), accepted, document.strip())
    if not done:
        err.print("no foreign commit of this table waits; `quanshu tables list` shows what does")
        raise typer.Exit(Exit.USAGE)
    for one in done:
        out.print(f"已接受 / accepted  {one}", markup=False, highlight=False)


def rebuild(
    resource: ResourceArgument,
    partition: Annotated[str, typer.Argument(help="Name of the partition, e.g. 2026-03.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Make one partition of a table anew from landing; nothing changes where it is as it ought.

    Every other partition stays as it lies. The next run brings shares, releases and views up to
    date.
    """
    from flow.failures import Faults
    from flow.upkeep.rebuilding import rebuild_partition
    from flow.upkeep.sealing import seal_lake

    city = open_at(home, catalog)
    ref = resource_ref(city.catalog, resource)
    done = rebuild_partition(city, ref, partition)
    if done.changed:
        seal_lake(city, Faults(city.layout))
    if json:
        print_json(done.as_dict())
        return
    line = f"{ref}  {partition}  {done.rows:,} 行 / rows"
    if done.left is None:
        line += "  文件不可读，已重建 / its files could not be read, rebuilt"
    elif done.changed:
        line += f"  补入 / came {done.came:,} · 移除 / left {done.left:,}"
    else:
        line += "  无变化 / as it ought to be"
    out.print(line, markup=False, highlight=False)
