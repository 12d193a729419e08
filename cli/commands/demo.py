"""`quanshu demo`: a synthetic city with three rounds of deliveries, run the whole way."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from catalog_specs.errors import SettingsError
from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import HomeOption, JsonOption
from cli.progress import progress
from cli.run_summary import show_failures
from cli.tables import Column, print_rows

if TYPE_CHECKING:
    from demo_city.answer_key import AnswerKey
    from flow.city import City
    from flow.run import RunResult

__all__ = ["register"]

PEOPLE = 100_000
SEED = 20210702
"""The day the regulation was published, as a number."""
DAY = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
"""The moment the demo city lives at: the same seed gives the same city on any day."""
COUNTED = ("delivered", "quarantined", "inserted", "updated", "deleted")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    home: HomeOption = None,
    people: Annotated[int, typer.Option(min=200, help="Synthetic residents.")] = PEOPLE,
    seed: Annotated[int, typer.Option(help="Same people and seed, same bytes.")] = SEED,
    json: JsonOption = False,
) -> None:
    """Make a city with planted defects, run it, and hold the quarantine against the answer key."""
    from demo_city.answer_key import compare
    from demo_city.officials import decide_all, handle_matters, put_on_record
    from governance.key_files import create_master_key
    from pipelines.reporting import report
    from pipelines.settings import Settings
    from quality.quarantine.table import quarantined_rows
    from storage.layout import Layout

    settings = Settings.from_environment(os.environ, home=home)
    _make_room(settings.home)
    started = time.perf_counter()
    create_master_key(Layout(settings.home).master_key, DAY.date())
    city = replace(open_at(home), clock=_now)
    put_on_record(city)
    decide_all(city)
    handle_matters(city)
    results, answers = _rounds(city, people, seed)
    results[-1] = replace(results[-1], faults=(*results[-1].faults, *report(city, results)))
    differences = compare(answers, quarantined_rows(city.layout, city.catalog))
    seconds = time.perf_counter() - started
    if json:
        print_json(_document(city, results, differences, seconds))
    else:
        _show(city, results, differences, seconds)
    failures = [one for result in results for one in result.failures]
    show_failures(failures)
    if failures:
        raise typer.Exit(Exit.FAILED)
    raise typer.Exit(Exit.PROBLEMS if differences else Exit.FINE)


def _now() -> datetime:
    """Return the day the demo city lives on: always the same, so that the same seed repeats."""
    return DAY


def _make_room(home: Path) -> None:
    """Remove an earlier demo; refuse a folder that holds anything else."""
    from demo_city.rounds import ANSWERS

    if not home.exists() or not any(home.iterdir()):
        return
    if not (home / ANSWERS).exists():
        raise SettingsError(
            "the folder is not empty and was not made by the demo",
            where=str(home),
            remedy="choose another with --home",
        )
    err.print(f"removing the earlier demo in {home}", markup=False)
    shutil.rmtree(home)


def _rounds(city: City, people: int, seed: int) -> tuple[list[RunResult], AnswerKey]:
    """Let the departments deliver round by round, and run after each round.

    Nobody reads shares, releases and views of a round before the last: they are made after it.
    """
    from demo_city.rounds import rounds
    from demo_city.society.history import ROUNDS
    from flow.run import run
    from quality.loading import begin_loading

    begin_loading()  # the city is made meanwhile
    results: list[RunResult] = []
    answers = None
    for made in rounds(city.catalog, city.layout.home, people, seed, DAY.date()):
        err.print(
            f"第 {made.number} 轮 / round {made.number}: {len(made.files)} files", markup=False
        )
        with progress() as listener:
            results.append(run(city, listener=listener, derive=made.number == ROUNDS))
        answers = made.answers
    if answers is None:
        raise SettingsError("the demo made no round", where="demo", remedy="report this")
    return results, answers


def _document(
    city: City, results: list[RunResult], differences: list[str], seconds: float
) -> dict[str, Any]:
    """Return what `--json` prints: what `run --json` prints of all rounds, and the answers."""
    from flow.results import document

    return {
        "home": str(city.layout.home),
        "seconds": round(seconds, 2),
        "answer_key": {"agrees": not differences, "differences": differences},
        **document(results),
    }


_COLUMNS = (
    Column("部门", "department"),
    Column("拒收", "rejected", figure=True),
    Column("行", "rows", figure=True),
    Column("隔离", "quarantined", figure=True),
    Column("新增", "new", figure=True),
    Column("更新", "changed", figure=True),
    Column("删除", "gone", figure=True),
)


def _show(city: City, results: list[RunResult], differences: list[str], seconds: float) -> None:
    from outlets.open_data.release import Release
    from outlets.shares.project import Projection
    from register.records import VerdictKind

    outcomes = [outcome for result in results for outcome in result.outcomes]
    names = {d.code: d.name for d in city.catalog.departments.values()}
    rows = []
    for code in dict.fromkeys(outcome.department for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.department == code]
        rejected = sum(outcome.verdict is VerdictKind.REJECTED for outcome in mine)
        figures = [sum(getattr(o, name) for o in mine) for name in COUNTED]
        rows.append((names[code], rejected, *figures))
    total = ("合计 / total", *(sum(row[i] for row in rows) for i in range(1, len(rows[0]))))
    print_rows(f"三轮交付 / three rounds of deliveries: {len(outcomes)}", _COLUMNS, [total, *rows])
    for difference in differences:
        err.print(difference, style="red", markup=False)
    kept = sum(outcome.quarantined for outcome in outcomes)
    agreed = "与答案不符 / DIFFERS FROM" if differences else "与答案完全一致 / equals"
    out.print(f"隔离区 {kept:,} 行,{agreed} answer_key.json", markup=False)
    final = results[-1]
    out.print(
        f"授权共享 {sum(isinstance(s, Projection) for s in final.shares)} 份 / shares · "
        f"开放数据 {sum(isinstance(r, Release) for r in final.releases)} 个 / releases · "
        f"{seconds:.0f} s",
        markup=False,
    )
    _show_next(city, final)


def _show_next(city: City, final: RunResult) -> None:
    from outlets.shares.project import Projection

    home = city.layout.home
    extracts = [share for share in final.shares if isinstance(share, Projection)]
    if not extracts:
        return  # every one of them failed, which was told
    share = max(extracts, key=lambda extract: extract.rows).grant
    out.print(
        f"""
接下来 / where to look next
  {city.layout.report}    质量报告 / the report: open it in a browser
  {city.layout.city_views}    全市视图 / city views: FROM subjects.人口, quality.verdicts
  {city.layout.share_file(share)}    一份授权 / one grant: FROM _meta
  {city.layout.public}    开放数据 / releases
  quanshu where 出生日期 · quanshu explain {share} · quanshu ui --home {home}
""",
        markup=False,
        highlight=False,
    )
