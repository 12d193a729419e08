"""What follows from the authoritative tables, as plain functions: shares, releases, views.

Belongs here: bringing each of them up to date under its lock. Keep out: Dagster, and how an
extract, a release or a view is made (`governance`, `lakehouse`).
"""

from __future__ import annotations

from collections.abc import Callable

from assets.city import City
from governance.open_data import Refusal, Release, release
from governance.shares import Projection, Withdrawal, due, refresh, shared
from lakehouse.city_views import CityViews, build_city_views

__all__ = [
    "Listener",
    "due_shares",
    "refresh_share",
    "refresh_shares",
    "refresh_views",
    "release_all",
    "release_set",
    "shared_grants",
]

Listener = Callable[[str, str, int, int], None]
"""Told (stop, what, done, total) as work proceeds."""


def shared_grants(city: City) -> tuple[str, ...]:
    """Return every grant that has an extract, or should: those that lapsed come first."""
    return shared(city.layout, city.catalog, city.clock())


def due_shares(city: City) -> dict[str, str]:
    """Return the grants whose extract is not what it should be today, with a digest of what it is.

    Cheap: tables are asked for their versions, no row is read.
    """
    codes = shared_grants(city)
    found = {c: due(city.layout, city.catalog, c, city.keys, city.clock()) for c in codes}
    return {code: digest for code, digest in found.items() if digest is not None}


def refresh_share(city: City, grant: str) -> Projection | Withdrawal:
    """Bring one grant's extract up to date, or take it away when the grant no longer holds."""
    with city.lock(f"share.{grant}"):
        return refresh(city.layout, city.catalog, grant, city.keys, city.clock())


def refresh_shares(city: City, tell: Listener) -> tuple[Projection | Withdrawal, ...]:
    """Bring every grant up to date; whatever must go goes first."""
    codes = shared_grants(city)
    done: list[Projection | Withdrawal] = []
    for code in codes:
        tell("shares", code, len(done), len(codes))
        done.append(refresh_share(city, code))
    tell("shares", "", len(codes), len(codes))
    return tuple(done)


def release_set(city: City, code: str) -> Release | Refusal:
    """Release one open-data set if its source, its terms or its key changed since the last one."""
    open_set = city.catalog.open_sets[code]
    with city.lock(f"open_data.{code}"):
        return release(city.layout, city.catalog, open_set, city.keys, city.clock())


def release_all(city: City, tell: Listener) -> tuple[Release | Refusal, ...]:
    """Release every open-data set that is due."""
    codes = tuple(city.catalog.open_sets)
    done: list[Release | Refusal] = []
    for code in codes:
        tell("open_data", code, len(done), len(codes))
        done.append(release_set(city, code))
    tell("open_data", "", len(codes), len(codes))
    return tuple(done)


def refresh_views(city: City) -> CityViews:
    """Rebuild the city's DuckDB file aside and swap it in, when anything changed."""
    with city.lock("views"):
        return build_city_views(city.layout, city.catalog, city.clock())
