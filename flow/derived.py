"""Derived results: shares, releases, views and the report, brought up to date from tables.

Belongs here: bringing each of them up to date under its lock. Keep out: Dagster, and how an
extract, a release or a view is made (`outlets`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from audit.acts import Act, Operation
from catalog_specs.loader import GrantsAlone, grants_alone
from catalog_specs.local_time import local_day
from flow.acts import about_city, about_grant, about_set, at_work
from flow.city import City
from flow.failures import Failure, Faults
from governance.applications.former import begin_grants
from governance.grants.rights import Rights
from outlets.open_data.opening import enter_openings, publish_index
from outlets.open_data.publication import publish
from outlets.open_data.release import Refusal, Release, release
from outlets.open_data.retraction import Retraction, closed_sets, retract, retract_closed
from outlets.reports.report import Report
from outlets.shares.project import Projection, Withdrawal, due, refresh, shared, withdraw_outdated
from outlets.shares.withdrawals import handed_out
from outlets.shares.withdrawals import withdraw_lapsed as withdraw
from outlets.shares.withdrawals import withdraw_uncompiled as withdraw_alone
from outlets.views.city_file import build_city_views
from storage.layout import Layout
from storage.locks import locked

__all__ = [
    "Listener",
    "due_shares",
    "enter_withdrawals",
    "refresh_or_withdraw",
    "refresh_report",
    "refresh_share",
    "refresh_shares",
    "refresh_views",
    "release_all",
    "release_set",
    "retract_release",
    "retract_sets",
    "shared_grants",
    "withdraw_lapsed",
    "withdraw_uncompiled",
]

Listener = Callable[[str, str, int, int], None]
"""Told (stop, what, done, total) as work proceeds."""


def shared_grants(city: City) -> tuple[str, ...]:
    """Return every grant that has an extract, or should: those that lapsed come first."""
    return shared(city.layout, city.rights, city.clock())


def due_shares(city: City, faults: Faults) -> dict[str, str]:
    """Return the grants whose extract is not what it should be today, with a digest of what it is.

    Cheap: tables are asked for their versions, no row is read. A grant that cannot be looked at
    (its key is missing, its table unreadable) keeps no other from being looked at.
    """
    found: dict[str, str] = {}
    rights = city.rights
    for code in shared(city.layout, rights, city.clock()):
        with faults.apart("shares", code):
            digest = due(city.layout, rights, code, city.keys_now, city.clock())
            found |= {code: digest} if digest is not None else {}
    return found


def withdraw_lapsed(city: City, faults: Faults) -> tuple[Withdrawal, ...]:
    """Take away every extract that catalogue and store do not allow today: before anything else.

    It needs no key, no table and no other grant, so that nothing that fails can delay it. While the
    store cannot be read, what the catalogue itself ends goes all the same.
    """
    done: list[Withdrawal] = []
    rights: Rights | None = None
    with faults.apart("withdrawal"):
        begin_grants(city.layout, city.catalog, city.governance_db, city.clock())
        rights = city.rights
    today = local_day(city.catalog, city.clock())
    with faults.apart("withdrawal"):
        for code in handed_out(city.layout):
            with faults.apart("withdrawal", code), city.lock(f"share.{code}"):
                if rights is not None:
                    gone = withdraw(city.layout, rights, code, city.clock())
                else:
                    alone = GrantsAlone(city.catalog.grants, frozenset())
                    gone = withdraw_alone(city.layout, alone, code, today)
                done += [gone] if gone is not None else []
    enter_withdrawals(city, done, faults)
    return tuple(done)


def enter_withdrawals(city: City, done: Sequence[Withdrawal], faults: Faults) -> None:
    """Enter in the audit log what was taken away.

    Afterwards, unlike every other act: a log that cannot be written must not keep data shared.
    """
    gone = [one for one in done if one.existed]
    with faults.apart("audit"):
        city.audit.append(
            [
                replace(
                    about_city(city, Operation.MAINTAIN, f"收回共享：{one.explanation}", one.grant),
                    grant=one.grant,
                )
                for one in gone
            ]
        )


def withdraw_uncompiled(
    layout: Layout, catalogue: Path, today: date
) -> tuple[tuple[Withdrawal, ...], tuple[Failure, ...]]:
    """Take away every extract that a catalogue ends, though as a whole it does not compile.

    A folder that is no catalogue at all ends nothing: it may be the wrong one.
    """
    grants = grants_alone(catalogue)
    if grants is None:
        return (), ()
    faults = Faults(layout)
    done: list[Withdrawal] = []
    for code in handed_out(layout):
        with faults.apart("withdrawal", code), locked(layout, f"share.{code}"):
            gone = withdraw_alone(layout, grants, code, today)
            done += [gone] if gone is not None else []
    return tuple(done), tuple(faults.found)


def refresh_share(city: City, grant: str) -> Projection | Withdrawal:
    """Bring one grant's extract up to date, or remove it when the grant is no longer in force."""
    with city.lock(f"share.{grant}"):
        # asked under the lock: what was revoked while this waited must not be made again
        rights = city.rights
        with at_work(city, _sharing(city, rights, grant)):
            now = city.clock()
            return refresh(city.layout, rights, grant, city.keys_now, now, city.spark)


def _sharing(city: City, rights: Rights, grant: str) -> Act:
    found = city.catalog.grants.get(grant)
    if found is None:
        return about_city(city, Operation.SHARE, "目录中没有的授权", grant)
    return about_grant(city, found, rights.standings.get(grant))


def refresh_shares(
    city: City, tell: Listener, faults: Faults
) -> tuple[Projection | Withdrawal, ...]:
    """Bring every grant up to date; one that fails keeps no other from it."""
    codes: tuple[str, ...] = ()
    with faults.apart("shares"):
        codes = shared_grants(city)

    def one(number: int) -> Projection | Withdrawal | None:
        tell("shares", codes[number], number, len(codes))
        return refresh_or_withdraw(city, codes[number], apart[number])

    apart = [Faults(city.layout) for _ in codes]
    done = city.side_by_side(range(len(codes)), one)
    faults.found += [failure for each in apart for failure in each.found]
    tell("shares", "", len(codes), len(codes))
    return tuple(result for result in done if result is not None)


def refresh_or_withdraw(city: City, grant: str, faults: Faults) -> Projection | Withdrawal | None:
    """Bring one grant's extract up to date; fail closed when that cannot be done.

    After a failed refresh the old extract is removed if it shows what the grant no longer allows.
    """
    with faults.apart("shares", grant):
        return refresh_share(city, grant)
    with faults.apart("withdrawal", grant), city.lock(f"share.{grant}"):
        return withdraw_outdated(city.layout, city.catalog, grant)
    return None


def retract_sets(city: City, faults: Faults) -> tuple[Retraction, ...]:
    """Withdraw the releases of every set that is closed or gone from the catalogue.

    Cheap when nothing is to be done; it needs no key and no table, so nothing can delay it.
    """
    done: list[Retraction] = []
    with faults.apart("withdrawal"):
        for code in closed_sets(city.layout, city.catalog):
            with faults.apart("withdrawal", code), city.lock(f"open_data.{code}"):
                by = (city.clock(), city.actor)
                one = retract_closed(city.layout, city.catalog, code, by)
                done += [one] if one else []
        if done:
            _enter(city, done)
    return tuple(done)


def retract_release(city: City, dataset: str, release: str, reason: str) -> Retraction:
    """Withdraw one release, because somebody decided so."""
    with city.lock(f"open_data.{dataset}"):
        by = (city.clock(), city.actor)
        done = retract(city.layout, city.catalog, (dataset, release), reason, by)
    _enter(city, (done,))
    return done


def release_set(city: City, code: str) -> Release | Refusal:
    """Release one open-data set if its source, its terms or its key changed since the last one."""
    done = _released(city, code)
    _enter(city, (done,))
    return done


def release_all(city: City, tell: Listener, faults: Faults) -> tuple[Release | Refusal, ...]:
    """Release every open-data set that is due; one that fails keeps no other from it."""
    codes = tuple(city.catalog.open_sets)

    def one(number: int) -> Release | Refusal | None:
        tell("open_data", codes[number], number, len(codes))
        with apart[number].apart("open_data", codes[number]):
            return _released(city, codes[number])
        return None

    apart = [Faults(city.layout) for _ in codes]
    done = [made for made in city.side_by_side(range(len(codes)), one) if made is not None]
    faults.found += [failure for each in apart for failure in each.found]
    with faults.apart("open_data"):
        _enter(city, done)
    tell("open_data", "", len(codes), len(codes))
    return tuple(done)


def _released(city: City, code: str) -> Release | Refusal:
    open_set = city.catalog.open_sets[code]
    with city.lock(f"open_data.{code}"), at_work(city, about_set(city, open_set)):
        now = city.clock()
        return release(city.layout, city.catalog, open_set, city.keys_now, now, city.spark)


def _enter(city: City, found: Sequence[Release | Refusal | Retraction]) -> None:
    """Record what became of sets, and show it."""
    act = about_city(
        city, Operation.MAINTAIN, "登记开放结果，更新开放目录", "opening, open_data/index"
    )
    with city.lock("open_data"), at_work(city, act):
        enter_openings(city.layout, city.catalog, found, (city.clock(), city.actor))
        publish_index(city.layout, city.catalog)
        publish(city.layout)


def refresh_views(city: City, faults: Faults) -> bool:
    """Rebuild the city's DuckDB file aside and swap it in, when anything changed; say whether.

    A table that cannot be read is told; the views of all others are built.
    """
    act = about_city(city, Operation.ANALYSE, "供数据管理机构分析研判的视图", "views/city.duckdb")
    with faults.apart("views"), city.lock("views"), at_work(city, act):
        made = build_city_views(city.layout, city.catalog, city.clock())
        for name, error in made.broken.items():
            faults.add("views", name, error)
        return made.built
    return False


def refresh_report(city: City, faults: Faults, as_of: date | None = None) -> Report | None:
    """Bring the report up to date: only pages whose facts changed are written; None if it failed.

    The template engine is imported here: who makes no report does not wait for it.
    """
    from outlets.reports.site import build_report

    with faults.apart("report"), city.lock("report"):
        return build_report(city.layout, city.catalog, city.clock(), city.governance_db, as_of)
    return None
