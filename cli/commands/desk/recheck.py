"""`quanshu recheck`: stored rows against today's rules, without touching them (三(五)).

Belongs here: arguments and printing. Keep out: which rules are asked (`flow.upkeep`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import resource_ref
from cli.tables import AllOption, Column, WideOption, print_rows

if TYPE_CHECKING:
    from flow.upkeep.rechecks import Rechecked, Rechecks
    from register.rule_results import RuleJudged

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(recheck)


def recheck(
    resource: Annotated[str | None, typer.Option(help="Only this resource.")] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    wide: WideOption = False,
    every: AllOption = False,
) -> None:
    """Ask today's rules of the rows that are stored; nothing is changed, results are recorded.

    Exit 1 when a rule does not hold, 3 when a resource could not be rechecked.
    """
    from flow.upkeep.rechecks import recheck as recheck_in

    city = open_at(home, catalog)
    done = recheck_in(city, None if resource is None else [resource_ref(city.catalog, resource)])
    if json:
        print_json(done.as_dict())
    else:
        _print(done, wide=wide, every=every)
    for failure in done.failures:
        err.print(str(failure), style="red", markup=False)
    if done.failures:
        raise typer.Exit(Exit.FAILED)
    raise typer.Exit(Exit.PROBLEMS if any(one.failing for one in done.done) else Exit.FINE)


def _print(done: Rechecks, *, wide: bool, every: bool) -> None:
    """Say first how much was asked, then which rules do not hold, and which were not asked."""
    failing = [(one, rule) for one in done.done for rule in one.failing]
    rules = sum(len(one.results) for one in done.done)
    rows = sum(one.rows for one in done.done)
    out.print(
        f"定期检查 / rechecked: {len(done.done)} 类资源 / resources，{rows:,} 行 / rows，"
        f"{rules:,} 条规则 / rules；未通过 / failing {len(failing):,}"
    )
    if failing:
        _print_failing(failing, wide=wide, every=every)
    left = [(one, rule) for one in done.done for rule in one.not_asked]
    if left:
        print_rows(
            "未检查的规则 / rules that stored rows cannot be asked",
            (
                Column("资源", "resource"),
                Column("规则", "rule"),
                Column("原因", "why"),
                Column("要求", "asks", wide=True),
            ),
            [(one.resource, rule.rule, rule.why, rule.wording) for one, rule in left],
            wide=wide,
            every=every,
        )


def _print_failing(failing: list[tuple[Rechecked, RuleJudged]], *, wide: bool, every: bool) -> None:
    print_rows(
        "未通过的规则 / rules that do not hold",
        (
            Column("资源", "resource"),
            Column("规则", "rule"),
            Column("不符合", "failing", figure=True),
            Column("检查", "judged", figure=True),
            Column("表版本", "version", figure=True, wide=True),
            Column("要求", "asks", wide=True),
        ),
        [
            (one.resource, rule.rule, rule.failing, rule.judged, one.version, rule.wording)
            for one, rule in failing
        ],
        wide=wide,
        every=every,
    )
