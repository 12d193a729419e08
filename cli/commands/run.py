"""`quanshu run`: every waiting delivery through gate, authoritative, shares and releases."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_specs.errors import CatalogError
from cli.cities import open_at
from cli.console import Exit, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.progress import progress
from cli.resources import require_department, resource_ref
from cli.run_summary import show, show_failures, show_withdrawals

if TYPE_CHECKING:
    from flow.city import City

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    catalog: CatalogOption = None,
    home: HomeOption = None,
    department: Annotated[str | None, typer.Option(help="Only this department.")] = None,
    resource: Annotated[
        str | None,
        typer.Option(help="Only this: RESOURCE, or DEPARTMENT/RESOURCE."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Pull, and take every waiting delivery the whole way.

    Exit 1 if one was rejected or waits for an approval, or a release was refused; 3 if anything
    failed: everything else was done all the same.
    """
    from flow.results import document
    from flow.run import run as run_city
    from pipelines.reporting import report
    from pipelines.settings import Settings, withdraw_ended

    try:
        city = open_at(home, catalog)
    except CatalogError:
        settings = Settings.from_environment(os.environ, home=home, catalog=catalog)
        show_withdrawals(*withdraw_ended(settings))
        raise
    chosen = _chosen(city, department, resource)
    with progress() as listener:
        result = run_city(city, resources=chosen, listener=listener)
        result = replace(result, faults=(*result.faults, *report(city, [result])))
    if json:
        print_json(document([result]))
        show_failures(result.failures)
    else:
        show(city, result)
    if result.failures:
        raise typer.Exit(Exit.FAILED)
    raise typer.Exit(Exit.FINE if result.clean else Exit.PROBLEMS)


def _chosen(city: City, department: str | None, resource: str | None) -> set[str] | None:
    """Return the resources meant; None means all. CatalogLookupError where there are none."""
    if department is not None:
        require_department(city.catalog, department)
    if resource is None:
        if department is None:
            return None
        mine = city.catalog.resources.values()
        return {declared.ref for declared in mine if declared.provider == department}
    named = resource if department is None or "/" in resource else f"{department}/{resource}"
    return {resource_ref(city.catalog, named)}
