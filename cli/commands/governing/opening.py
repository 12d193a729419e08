"""`quanshu opening`: applications for 授权开放, from taking in to usage reports (六(四)–(七)).

Belongs here: options and printing. Keep out: who may do what (`governance.applications.matters`),
handing over (`flow.governing.opened`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_specs.errors import GrantError
from cli.cities import open_at
from cli.commands.governing.matters import (
    NumberArgument,
    add_lists,
    add_step,
    do_step,
    plan_only,
    print_done,
)
from cli.console import Exit, chosen, err, out, print_json, telling
from cli.options import (
    CatalogOption,
    DocumentOption,
    HomeOption,
    JsonOption,
    ReasonOption,
    YesOption,
)

if TYPE_CHECKING:
    from catalog_specs.catalog import Catalog
    from governance.applications.matters.openings import OpeningRequest

__all__ = ["register"]

_KIND = "opening"


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name=_KIND,
        help="授权开放: apply, assess, confirm, adjust, stop, report, hand over.",
        no_args_is_help=True,
    )
    group.command(name="apply")(apply_for)
    group.command()(assess)
    add_step(group, _KIND, "confirm", "confirmed", "Confirm what was assessed: it is opened.")
    for name, event, words in (
        ("adjust", "adjusted", "Have it adjusted and filed again; what was opened ends at once."),
        ("stop", "stopped", "Stop it; copies are called back at once."),
        ("withdraw", "withdrawn", "Give it up for the applicant; copies are called back at once."),
    ):
        _add_end(group, name, event, words)
    add_step(group, _KIND, "report", "reported", "Enter the applicant's usage report (六(七)).")
    group.command(name="hand-over")(hand_over)
    add_lists(group, _KIND)
    app.add_typer(group)


def apply_for(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    file: Annotated[Path, typer.Argument(help="The application, as YAML.")],
    again: Annotated[
        int | None, typer.Option("--again", help="Number of the one that was to be adjusted.")
    ] = None,
    document: DocumentOption = "",
    yes: YesOption = False,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show what an application asks for and what keeps it from being filed; file it on --yes.

    Exit 1 when it does not fit 六(四).
    """
    from catalog_specs.local_time import local_day
    from flow.governing.matters import file_opening
    from governance.applications.matters.openings import opening_faults

    city = open_at(home, catalog)
    asked = _read(file)
    faults = tuple(opening_faults(city.catalog, asked, local_day(city.catalog, city.clock())))
    if not yes:
        if json:
            print_json({"application": asked.model_dump(mode="json"), "faults": list(faults)})
        else:
            plan_only(_plan(city.catalog, asked, faults))
        raise typer.Exit(Exit.PROBLEMS if faults else Exit.FINE)
    with telling(GrantError):
        print_done(file_opening(city, asked, document, again), json=json)


def assess(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    number: NumberArgument,
    reasonable: Annotated[
        bool | None, typer.Option("--reasonable/--unreasonable", help="The assessment.")
    ] = None,
    document: DocumentOption = "",
    reason: ReasonOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Enter the operator's assessment; what is unreasonable is adjusted and filed again."""
    event = "assessed" if chosen(reasonable, "--reasonable or --unreasonable") else "unreasonable"
    done = do_step((catalog, home), (_KIND, event, number), (document, reason), {})
    print_done(done, json=json)


def hand_over(
    number: NumberArgument,
    to: Annotated[Path, typer.Option(help="The folder that the copy is put into.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Give the applicant the newest release of what was opened, as a copy on record."""
    from flow.governing.opened import hand_over_opened

    with telling(GrantError):
        done = hand_over_opened(open_at(home, catalog), number, to)
    if json:
        print_json({"copy": done.copy.copy, "grant": done.copy.grant, "place": str(done.place)})
    else:
        out.print(f"已交付 / handed over  {done.copy.copy}  {done.place}", markup=False)


def _add_end(group: typer.Typer, name: str, event: str, words: str) -> None:
    def end(
        number: NumberArgument,
        document: DocumentOption = "",
        reason: ReasonOption = "",
        catalog: CatalogOption = None,
        home: HomeOption = None,
        json: JsonOption = False,
    ) -> None:
        from flow.governing.opened import end_opening
        from governance.applications.matters.handling import Said
        from governance.applications.matters.openings import OpeningEvent

        city = open_at(home, catalog)
        with telling(GrantError):
            done, recalls = end_opening(city, OpeningEvent(event), number, Said(document, reason))
        print_done(done, json=json, recalled=len(recalls))

    group.command(name=name, help=words)(end)


def _read(file: Path) -> OpeningRequest:
    """Return the application that a file is; tell where it is none, and end with 2."""
    import yaml
    from pydantic import ValidationError

    from governance.applications.matters.openings import OpeningRequest

    try:
        return OpeningRequest.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        places = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
        err.print(f"{file}: not an application: {places}", markup=False)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        err.print(f"{file}: it cannot be read as YAML", markup=False)
    raise typer.Exit(Exit.USAGE)


def _plan(catalog: Catalog, asked: OpeningRequest, faults: tuple[str, ...]) -> Iterator[str]:
    yield f"授权开放申请计划：{asked.applicant}（{asked.kind.label}，{asked.unit_code}）"
    yield from (f"  ✗ {one}（六(四)）" for one in faults)
    yield f"用途：{asked.use.label}；应用场景：{asked.scenario}"
    yield f"期限：{asked.valid_from.isoformat()} 至 {asked.valid_to.isoformat()}（含当日）"
    opened = catalog.open_sets.get(asked.dataset)
    if opened is not None:
        yield f"将开放：{opened.name}（{opened.code}）：{'、'.join(opened.items)}"
        yield f"条款：{opened.licence}"
    yield "须经：技术服务单位评估需求合理性、数据管理机构确认（六(五)）"
    figure = catalog.profile.usage_report_days
    yield f"须报告：每 {figure.value} {figure.unit}一次使用情况（{figure.clause}）"
