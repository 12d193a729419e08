"""`quanshu lineage`: from a row of an authoritative table to its file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.access import enter
from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import ResourceArgument, resource_ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from authoritative.lineage import Place, RowLineage
    from quality.quarantine.quarantined_keys import QuarantinedPlace

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(lineage)


def lineage(
    resource: ResourceArgument,
    key: Annotated[
        list[str], typer.Argument(help="The row's key: ITEM=VALUE words, or values in key order.")
    ],
    record: Annotated[
        bool, typer.Option("--record", help="Print the record as it was landed, too.")
    ] = False,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Say where a row is from: file, line, receipt, verdict, commit; exit 1 if there is none.

    Quarantined records of the key are listed as well: delivery, rules, state.
    """
    from authoritative.lineage import key_of, row_lineage
    from quality.quarantine.quarantined_keys import quarantined_with_key

    city = open_at(home, catalog)
    ref = resource_ref(city.catalog, resource)
    wanted = key_of(city.catalog.resource(ref), tuple(key))
    found = row_lineage(city.layout, city.catalog, ref, wanted, record=record)
    kept = quarantined_with_key(city.layout, city.catalog, ref, wanted)
    if found is not None and found.record is not None:
        enter(city, "lineage", ref, found.place.delivery, 1)
    if json and (found or kept):
        shown = found.as_dict() if found else {"resource": ref}
        print_json(shown | {"kept_back": [one.as_dict() for one in kept]})
    if found is None:
        err.print(f"权威库 {ref} 中没有这一主键。/ no row with this key in {ref}.", markup=False)
    elif not json:
        out.print(_told(found), markup=False, highlight=False)
    if not json:
        for one in kept:
            out.print(_kept(one), markup=False, highlight=False)
    raise typer.Exit(Exit.PROBLEMS if found is None else Exit.FINE)


_TITLES = 22
"""Columns of the screen that a title takes; with what follows a line stays within 80."""


def _told(found: RowLineage) -> str:
    lines = [
        _line("权威表 / table", f"{found.table} 版本 / version {found.table_version}"),
        *_commit(found),
        *_place("交付 / delivery", found.place),
    ]
    if found.origin is not None:
        lines += _place("最初交付 / origin", found.origin)
    if found.record is not None:
        lines.append(_line("原始记录 / record", found.record))
    return "\n".join(lines)


def _kept(one: QuarantinedPlace) -> str:
    return "\n".join(
        (
            _line("隔离 / quarantined", f"{one.delivery} [{one.state.value}]"),
            _spot(one),
            *(f"  {code}  {asks}" for code, asks in one.rules.items()),
        )
    )


def _commit(found: RowLineage) -> Iterator[str]:
    if found.applied is not None:
        done = found.applied
        said = f"版本 / version {done.version} · {done.at} · {done.actor}"
        yield _line("写入 / committed", said)
        if done.approval:
            yield _line("  批准文号 / approval", done.approval)
    if found.verdict is not None:
        judged = found.verdict
        counted = f"接受 {judged.accepted:,} 隔离 {judged.quarantined:,}"
        yield _line("判定 / verdict", f"{judged.kind} · {judged.judged_at} · {counted}")
        yield _line("  目录 / catalogue", judged.catalog_digest[:12])


def _place(title: str, place: Place) -> Iterator[str]:
    yield _line(title, f"{place.delivery} （第 {place.sequence} 批）")
    yield _spot(place)
    facts = {
        "到达 / landed": f"{place.landed_at} · {place.arrived_by}",
        "水位 / watermark": place.watermark,
        "所属日期 / as of": place.as_of,
        "备案号 / filing": place.filing_no,
        "SHA-256": place.sha256,
        "原文件 / raw": place.path,
    }
    yield from (_line(f"  {name}", fact) for name, fact in facts.items() if fact)


def _spot(one: Place | QuarantinedPlace) -> str:
    """Return where a record stands: file, file inside an archive, line, number."""
    member = f" › {one.member}" if one.member else ""
    line = f" 行 / line {one.line}" if one.line is not None else ""
    return f"  {one.file}{member}{line} 记录 / record {one.record}"


def _line(title: str, said: str) -> str:
    """Return a line of the screen; a Chinese character takes two columns of it."""
    from rich.cells import set_cell_size

    return f"{set_cell_size(title, _TITLES)}{said}"
