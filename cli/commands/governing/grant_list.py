"""The list of grants: how each stands, which end soon, and what of them was never taken (二(二)).

Belongs here: choosing and printing. Keep out: acts on a grant (`grant`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.cities import open_at
from cli.console import out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

if TYPE_CHECKING:
    from flow.city import City

__all__ = ["list_grants"]


def list_grants(
    expiring: Annotated[
        int | None, typer.Option(help="Only those that end within so many days.")
    ] = None,
    unused: Annotated[
        int | None,
        typer.Option(
            help="Only those in force for so many days of which all or a part was never taken."
        ),
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """List the grants: how each stands, whether it holds today, and why not."""
    city = open_at(home, catalog)
    rows = list(_rows(city, _chosen(city, expiring, unused)))
    parts = _unused_parts(city, unused)
    if json:
        print_json([row | {"unused": parts.get(row["grant"], [])} for row in rows])
        return
    for row in rows:
        waits = "，有申请待审批" if row["pending"] else ""
        said = "有效" if row["holds"] else f"无效（{row['reason']}）"
        out.print(f"{row['grant']}  {row['name']}  {said}{waits}  至 {row['valid_to']}")
        for where in parts.get(row["grant"], []):
            out.print(f"  从未使用 / never used: {where}", markup=False, highlight=False)


def _chosen(city: City, expiring: int | None, unused: int | None) -> set[str]:
    """Return the grants that are asked for."""
    from flow.governing import granting
    from flow.governing.unused import unused_grants

    chosen = set(city.catalog.grants)
    if expiring is not None:
        chosen &= {one.code for one, _ in granting.expiring(city, expiring)}
    if unused is not None:
        whole = {code for code, _ in unused_grants(city, unused)}
        chosen &= whole | _unused_parts(city, unused).keys()
    return chosen


def _unused_parts(city: City, days: int | None) -> dict[str, list[str]]:
    """Return the resources and items that nobody took, of the grants that are used."""
    from flow.governing.unused import unused_parts

    found: dict[str, list[str]] = {}
    for one in () if days is None else unused_parts(city, days):
        found.setdefault(one.grant, []).append(one.where)
    return found


def _rows(city: City, chosen: set[str]) -> Iterator[dict[str, Any]]:
    from catalog_specs.local_time import local_day

    rights, today = city.rights, local_day(city.catalog, city.clock())
    for one in city.catalog.grants.values():
        if one.code not in chosen:
            continue
        standing, decision = rights.standings.get(one.code), rights.decide(one, today)
        yield {
            "grant": one.code,
            "name": one.name,
            "consumer": one.consumer,
            "state": standing.state.value if standing else None,
            "holds": decision.allowed,
            "reason": decision.reason.stored,
            "pending": standing is not None and standing.pending is not None,
            "valid_to": one.valid_to.isoformat(),
            "file": city.layout.share_file(one.code).exists(),
        }
