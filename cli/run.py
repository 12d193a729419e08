"""`quanshu run`: every waiting delivery through gate, authoritative, shares and releases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import Exit, err, out, print_groups, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

if TYPE_CHECKING:
    from assets.city import City
    from assets.derived import Listener
    from governance.open_data import Refusal, Release
    from governance.shares import Projection, Withdrawal
    from lakehouse.records import Outcome
    from pipelines.run import RunResult

__all__ = ["progress", "register", "show"]

_FIGURES = {
    "delivered": "交付",
    "accepted": "接受",
    "quarantined": "隔离",
    "inserted": "新增",
    "updated": "更新",
    "deleted": "删除",
}
_TOLD = 20
"""Deliveries whose reasons a run prints."""
_STOPS = {"gate": "质量门禁与权威库", "shares": "共享", "open_data": "开放"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    catalog: CatalogOption = None,
    home: HomeOption = None,
    department: Annotated[str | None, typer.Option(help="Only this department.")] = None,
    resource: Annotated[
        str | None, typer.Option(help="Only this resource of the department (or DEPT/RESOURCE).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Pull, and take every waiting delivery the whole way.

    Exit 1 if one was rejected or waits for an approval, or a release was refused; 3 if a source
    could not be pulled.
    """
    from pipelines.run import run as run_city
    from pipelines.settings import Settings, open_city

    city = open_city(Settings.from_environment(os.environ, home=home, catalog=catalog))
    chosen = _chosen(city, department, resource)
    with progress() as listener:
        result = run_city(city, resources=chosen, listener=listener)
    if json:
        print_json([outcome.as_dict() for outcome in result.outcomes])
    else:
        show(city, result)
    for ref, skipped in result.left:
        line = f"留在收件箱 / left in the inbox  {ref}/{skipped.name}: {skipped.reason}"
        err.print(line, markup=False, highlight=False)
    for failure in result.pull_failures:
        err.print(str(failure), style="red", markup=False, highlight=False)
    if result.pull_failures:
        raise typer.Exit(Exit.FAILED)
    raise typer.Exit(Exit.FINE if result.clean else Exit.PROBLEMS)


def _chosen(city: City, department: str | None, resource: str | None) -> set[str] | None:
    if department is None and resource is None:
        return None
    named = resource if resource is None or "/" in resource else f"{department}/{resource}"
    chosen = {
        ref
        for ref, declared in city.catalog.resources.items()
        if (department is None or declared.provider == department)
        and (named is None or ref == named)
    }
    if not chosen:
        err.print("no such department or resource in the catalogue; `quanshu check` lists them")
        raise typer.Exit(Exit.USAGE)
    return chosen


@contextmanager
def progress() -> Iterator[Listener]:
    """Show a progress bar a stop on standard error; yields the listener that feeds them."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}"),
    )
    with Progress(*columns, console=err) as bars:
        tasks: dict[str, object] = {}

        def listener(stop: str, what: str, done: int, total: int) -> None:
            if stop not in tasks:
                tasks[stop] = bars.add_task(_STOPS.get(stop, stop), total=total, what="")
            bars.update(tasks[stop], completed=done, total=total, what=what)  # type: ignore[arg-type]

        yield listener


def show(city: City, result: RunResult) -> None:
    """Print what a run did, for a person."""
    if not result.outcomes:
        out.print("无待处理交付。/ nothing was waiting.")
    else:
        _show_deliveries(city, result)
    for line in (*map(_share_line, result.shares), *map(_release_line, result.releases)):
        if line:
            out.print(line, markup=False, highlight=False)


def _show_deliveries(city: City, result: RunResult) -> None:
    groups: dict[str, list[tuple[object, ...]]] = {}
    for one in result.outcomes:
        figures = (getattr(one, name) for name in _FIGURES)
        row = (one.delivery, one.verdict.value, *figures, f"{one.seconds:.2f}")
        groups.setdefault(f"{one.department}/{one.resource}", []).append(row)
    columns = ("交付 / delivery", "判定 / verdict", *_FIGURES.values(), "秒")
    print_groups("交付 / deliveries", columns, groups, numbers=len(_FIGURES) + 1)
    for line in _unapplied(city, result):
        out.print(line, markup=False, highlight=False)


def _unapplied(city: City, result: RunResult) -> Iterator[str]:
    """Say of each delivery that was not applied why, and what to do; no values."""
    from lakehouse.records import VerdictKind

    told = (VerdictKind.HELD, VerdictKind.REJECTED)
    stopped = [one for one in result.outcomes if one.verdict in told]
    for one in stopped[:_TOLD]:
        name = f"{one.department}/{one.resource} {one.delivery}"
        if one.verdict is VerdictKind.HELD:
            yield f"待批准 / waits for `quanshu approve`  {name}: {one.reasons[0]}"
        else:
            yield "\n    ".join([f"拒收 / rejected  {name}", *_reasons(city, one)])
    if len(stopped) > _TOLD:
        more = len(stopped) - _TOLD
        yield f"另有 / and {more:,} more: FROM quality.verdicts in views/city.duckdb"


def _reasons(city: City, outcome: Outcome) -> Iterator[str]:
    """Yield what the codes ask, and where the rest stands: it names headers as delivered."""
    from lakehouse.feed_columns import feed_columns
    from lakehouse.landed_rows import declared_headers_told
    from lakehouse.receipts import RECEIPT, read_receipt
    from quality.kept_records import descriptions

    ref = f"{outcome.department}/{outcome.resource}"
    said = descriptions(city.catalog, ref)
    for code in outcome.reasons:
        yield f"{code}  {said.get(code, '')}"
    receipt = city.layout.delivery(ref, outcome.delivery) / RECEIPT
    detail = read_receipt(receipt).refusal_detail or ""
    for header in declared_headers_told(detail, feed_columns(city.catalog.resource(ref).feed)):
        yield f"申报的列 / declared column  {header}"
    yield f"详见 / see {receipt.relative_to(city.layout.home)}"


def _share_line(share: Projection | Withdrawal) -> str:
    """Say what happened to an extract; nothing when nothing did."""
    match share.as_dict():
        case {"grant": grant, "explanation": explanation, "existed": True}:
            return f"收回 / withdrawn  {grant}: {explanation}"
        case {"grant": grant, "refreshed": True, "rows": rows}:
            return f"共享 / shared  {grant}: {rows:,} 行"
    return ""


def _release_line(release: Release | Refusal) -> str:
    """Say what was released or refused; nothing when nothing changed."""
    match release.as_dict():
        case {"dataset": dataset, "explanation": explanation}:
            return f"拒绝开放 / refused  {dataset}: {explanation}"
        case {"dataset": dataset, "release": name, "created": True, "rows": rows}:
            return f"开放 / released  {dataset}/{name}: {rows:,} 行"
    return ""
