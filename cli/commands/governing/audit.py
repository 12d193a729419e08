"""`quanshu audit`: who did what with the city's data, and the proof that nobody changed the record.

Belongs here: printing, reading and writing files of proofs. Keep out: the log itself (`audit`).
"""

from __future__ import annotations

import json as json_module
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.cities import open_at
from cli.commands.governing import log_key, retention, witness
from cli.console import Exit, err, out, print_json
from cli.files import new_file
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import require_department
from cli.tables import AllOption, Column, print_rows

if TYPE_CHECKING:
    from audit.acts import Entry
    from flow.city import City

__all__ = ["register"]

Department = Annotated[str | None, typer.Option("--department", help="About this one's data.")]
Day = Annotated[
    datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="Of this day; today if none.")
]
Sealed = Annotated[bool, typer.Option("--sealed", help="With acts of special procedures (五(九)).")]
SealedKey = Annotated[
    Path | None, typer.Option("--key", help="The key that opens them; the home's own if none.")
]
Out = Annotated[Path, typer.Option("--out", help="File to write.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="audit",
        help="The audit log (八(二)、八(四)): what was done, by whom, on whose approval; proofs.",
        no_args_is_help=True,
    )
    for command in (verify, show, export, proof, digest):
        group.command()(command)
    witness.register(group)
    retention.register(group)
    log_key.register(group)
    app.add_typer(group)


def verify(
    catalog: CatalogOption = None,
    home: HomeOption = None,
    sealed: Sealed = False,
    key: SealedKey = None,
    json: JsonOption = False,
) -> None:
    """Check the whole log, what witnesses signed of it, and every commit of the lake beside it.

    With --sealed also that each act of a special procedure is the one that was entered. Exit 1
    names every table, version and operation that no entry explains.
    """
    from audit.lake import unexplained
    from audit.special.checking import check_bodies
    from audit.verifier import LogError, check_log
    from audit.witness import witnessed

    city = open_at(home, catalog)
    log, wrong, size, first = city.audit, "", 0, 0
    if log.checkpoint is None:
        out.print("审计日志尚无条目。/ the audit log has no entries yet.")
        return
    seen = tuple(witnessed(log))
    try:
        said, entries = check_log(log.folder, log.verifiers, *(one for _, one in seen))
        size, first = sum(1 for _ in entries), log.minimum
    except LogError as error:
        wrong = str(error)
    found = () if wrong else tuple(unexplained(log))
    bodies = None
    if sealed and not wrong:
        bodies = check_bodies(city.layout, log.read(), key or city.layout.special_key)
    told = {
        "origin": log.verifiers[-1].name,
        "entries": first + size,
        "first": first,
        "root": "" if wrong else said.root.hex(),
        "wrong": wrong,
        "witnesses": [{"name": one.name, "entries": seal.size} for one, seal in seen],
        "unexplained": [vars(one) for one in found],
        "special": vars(bodies) if bodies else None,
    }
    if json:
        print_json(told)
    else:
        _print_verified(told, list(map(str, found)))
    bad = wrong or found or (bodies and bodies.wrong)
    raise typer.Exit(Exit.PROBLEMS if bad else Exit.FINE)


def _print_verified(told: Mapping[str, Any], found: Sequence[str]) -> None:
    if told["wrong"]:
        err.print(f"日志有误 / the log is wrong: {told['wrong']}")
        return
    out.print(f"日志完好 / the log is whole: {told['entries']:,} 条 / entries")
    out.print(f"  根 / root {told['root']}")
    if told["first"]:
        out.print(f"  {told['first']:,} 之前已清除，哈希仍在 / purged before it; hashes are there")
    for one in told["witnesses"]:
        out.print(f"  见证 / witnessed by {one['name']}: {one['entries']:,}")
    for commit in found:
        err.print(f"没有日志说明 / unexplained: {commit}")
    if special := told["special"]:
        out.print(f"  特殊程序封存 / sealed, of the special procedure: {special['bodies']:,}")
        for one in special["wrong"]:
            err.print(f"封存内容有误 / a sealed act is wrong: {one}")


def show(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    catalog: CatalogOption = None,
    home: HomeOption = None,
    department: Department = None,
    grant: Annotated[str | None, typer.Option("--grant", help="Under this grant.")] = None,
    day: Day = None,
    sealed: Sealed = False,
    key: SealedKey = None,
    every: AllOption = False,
    json: JsonOption = False,
) -> None:
    """Show acts: of a day, about a department's data, or under a grant; the newest last.

    With --sealed also what acts of a special procedure hold; that is an act itself.
    """
    city = open_at(home, catalog)
    found = [
        one
        for one in _entries(city, department, (key or city.layout.special_key) if sealed else None)
        if (day is None or _day(city, one) == day.date()) and grant in {None, one.act.grant}
    ]
    if json:
        print_json([_document(one) for one in found])
        return
    if not found:
        out.print("没有符合条件的日志。/ no entry fits.")
        return
    print_rows(
        f"日志 / entries: {len(found):,}",
        [
            Column("序号", "entry", figure=True),
            Column("时间", "at"),
            Column("操作", "operation"),
            Column("使用人员", "by"),
            Column("批准", "approved by", wide=True),
            Column("数据内容", "content", wide=True),
        ],
        [
            (
                one.index,
                one.act.at[:19],
                one.act.operation.label,
                one.act.user,
                one.act.approver,
                one.act.content,
            )
            for one in found
        ],
        every=every,
    )


def export(
    to: Out,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    department: Department = None,
) -> None:
    """Write all entries, or those about a department's data, as JSON lines; a file is not replaced.

    Beside it stands the signed checkpoint under which they lie: `FILE.checkpoint`.
    """
    city = open_at(home, catalog)
    count = 0
    with new_file(to).open("w", encoding="utf-8") as file:
        # with the seals, which no list shows: all entries together make the checkpoint's root
        for entry in _entries(city, department) if department else city.audit.read():
            file.write(json_module.dumps(_document(entry), ensure_ascii=False) + "\n")
            count += 1
    if city.audit.checkpoint is not None:
        new_file(Path(f"{to}.checkpoint")).write_bytes(city.audit.note)
    out.print(f"已导出 / exported: {count:,} → {to}")


def proof(
    entry: Annotated[int, typer.Argument(help="The entry's number, as `show` has it.")],
    to: Out,
    written: Annotated[
        Path | None,
        typer.Option("--written", exists=True, help="The file with it, if it was purged."),
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Write the proof that an entry stands in the log: FILE, and beside it `FILE.entry`.

    `python audit/verifier.py --proof FILE FILE.entry log.vkey` checks it without the log.
    """
    from audit import purging
    from audit.proofs import proof_of

    city = open_at(home, catalog)
    said = purging.written(written, entry) if written else None
    text, octets = proof_of(city.audit, entry, said)
    new_file(to).write_text(text, encoding="utf-8")
    new_file(Path(f"{to}.entry")).write_bytes(octets)
    out.print(f"已写出 / written: {to}, {to}.entry")


def digest(
    department: Annotated[str, typer.Argument(help="The producer.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
    day: Day = None,
    json: JsonOption = False,
) -> None:
    """Print what was done with a producer's data on a day (八(四)): counts, grants, exceptions."""
    city = open_at(home, catalog)
    require_department(city.catalog, department)
    on = day.date() if day else _today(city)
    found = [one for one in _entries(city, department) if _day(city, one) == on]
    counted = Counter(one.act.operation.label for one in found)
    grants = Counter(one.act.grant for one in found if one.act.grant)
    checkpoint = city.audit.checkpoint
    if json:
        print_json(
            {
                "department": department,
                "day": on.isoformat(),
                "operations": dict(counted),
                "grants": dict(grants),
                "entries": [one.index for one in found],
                "checkpoint": city.audit.note.decode() if checkpoint else None,
            }
        )
        return
    name = city.catalog.departments[department].name
    out.print(f"{name} {on.isoformat()} 日志摘要 / digest: {len(found):,} 条 / entries")
    for label, count in counted.items():
        out.print(f"  {label}: {count:,}")
    for grant, count in grants.items():
        out.print(f"  授权 / grant {grant}: {count:,}")
    if checkpoint is not None:
        root = checkpoint.root.hex()
        out.print(f"  检查点 / checkpoint: {checkpoint.size:,} 条 / entries, 根 / root {root}")


def _entries(city: City, department: str | None, key: Path | None = None) -> list[Entry]:
    """Return the acts about a department's data: its resources, and grants that cover them.

    With a key also what acts of a special procedure hold; the look is entered before.
    """
    from audit.acts import Operation
    from audit.lake import SEALED
    from audit.special.checking import with_bodies
    from flow.acts import about_city

    if key is not None:
        said = "查阅特殊程序日志（五(九)）", "按特殊程序封存的内容"
        city.audit.append([about_city(city, Operation.ACCESS, *said)])
    told = (one for one in city.audit.read() if SEALED not in one.act.facts)
    acts = told if key is None else with_bodies(city.layout, told, key)
    if department is None:
        return list(acts)
    require_department(city.catalog, department)
    return [one for one in acts if department in one.act.departments]


def _document(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = json_module.loads(entry.octets())
    return {"entry": entry.index, **said}


def _day(city: City, entry: Entry) -> date:
    """Return the city's day on which an act was entered."""
    from catalog_specs.local_time import local_day

    return local_day(city.catalog, datetime.fromisoformat(entry.act.at))


def _today(city: City) -> date:
    from catalog_specs.local_time import local_day

    return local_day(city.catalog, city.clock())
