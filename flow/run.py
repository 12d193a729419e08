"""The run without Dagster: everything that waits, resource by resource, then the results.

Belongs here: the order of the stops and telling a listener how far it is. Keep out: the stops
themselves (`flow.stops`), printing (`cli`), what a result looks like (`flow.results`).
Withdrawals come first, whatever fails later. A fault in one resource, share, release or view build
ends that one's turn and nothing else.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable

from audit.acts import Operation
from flow.acts import about_city, at_work
from flow.city import City
from flow.comparing import compare_again
from flow.derived import (
    Listener,
    refresh_report,
    refresh_shares,
    refresh_views,
    release_all,
    retract_sets,
    withdraw_lapsed,
)
from flow.desk.done import Desk
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from flow.handover.recalls import recall_lapsed
from flow.results import RunResult
from flow.timeliness import look_at_clock
from flow.turns import take_turns
from flow.upkeep.evolution import Orphan, orphans
from flow.upkeep.sealing import seal_lake
from outlets.shares.project import Projection, Withdrawal
from quality.timeliness.duties import Timeliness
from register.records import Outcome
from register.undeclared import Outside, newly_seen
from storage.permissions import close_doors, private_files
from storage.working_folders import abandoned

__all__ = ["RunResult", "run"]


def run(
    city: City,
    *,
    resources: Collection[str] | None = None,
    listener: Listener | None = None,
    derive: bool = True,
) -> RunResult:
    """Withdraw, pull, take every waiting delivery the whole way, refresh what is derived.

    `resources` (as `<department>/<resource>`) narrows what is taken in; withdrawals come before
    it, and shares, releases, cases, views and the report follow from what is authoritative
    afterwards, without `derive` in a later run. Nothing waiting changes nothing. Several runners
    may be at work: locks keep them apart. It raises only what ends the process, or when the object
    store of the tables is gone before anything was done: whatever else goes wrong stands in the
    result.
    """
    # for what no closer act is said of: looks at tables, what became of sets, the desk
    act = about_city(city, Operation.MAINTAIN, "数据汇聚与更新的运行登记", "lake/ledgers")
    with private_files(), at_work(city, act):
        return _run(city, resources, listener or _silent, derive=derive)


def _run(
    city: City, resources: Collection[str] | None, tell: Listener, *, derive: bool
) -> RunResult:
    faults = Faults(city.layout)
    with faults.apart("permissions"):
        close_doors(city.layout)
    with faults.apart("work"):
        # a workbench removes what dead ones left, but a run in which nothing waits opens none
        for left in abandoned(city.layout.work):
            shutil.rmtree(left, ignore_errors=True)
    withdrawn = withdraw_lapsed(city, faults)
    recall_lapsed(city, faults)
    retracted = retract_sets(city, faults)
    chosen = [r for r in city.catalog.in_order() if resources is None or r.ref in resources]
    turns = take_turns(city, chosen, tell)
    outcomes = tuple(outcome for turn in turns for outcome in turn.outcomes)
    faults.found += [fault for turn in turns for fault in turn.faults.found]
    if derive:
        compare_again(city, faults)
    shares = refresh_shares(city, tell, faults) if derive else ()
    releases = release_all(city, tell, faults) if derive else ()
    dues = _looked_at_clock(city, faults)
    desk = keep_desk(city, faults, dues) if derive else Desk()
    rebuilt = derive and refresh_views(city, faults)
    undeclared = _newly_seen(city, outcomes, faults)
    report = refresh_report(city, faults) if derive else None
    seal_lake(city, faults)
    return RunResult(
        outcomes=outcomes,
        shares=_each_grant(withdrawn, shares),
        releases=(*retracted, *releases),
        views_rebuilt=rebuilt,
        left=tuple(one for turn in turns for one in turn.left),
        pulls=tuple(one for turn in turns for one in turn.pulls),
        faults=tuple(faults.found),
        undeclared=undeclared,
        orphans=_orphans(city, faults),
        desk=desk,
        report=report,
    )


def _looked_at_clock(city: City, faults: Faults) -> tuple[Timeliness, ...] | None:
    """Look at the clock; return what is due, or None where that could not be said of all."""
    before = len(faults.found)
    found = look_at_clock(city, faults)
    return found if len(faults.found) == before else None


def _orphans(city: City, faults: Faults) -> tuple[Orphan, ...]:
    """Return what nothing takes care of any more; what was retired is where it should be."""
    with faults.apart("orphans"):
        return tuple(one for one in orphans(city) if not one.retired)
    return ()


def _newly_seen(city: City, outcomes: Iterable[Outcome], faults: Faults) -> tuple[Outside, ...]:
    """Return the columns outside the catalogue that these deliveries are the first to bring."""
    fresh = {(f"{one.department}/{one.resource}", one.delivery) for one in outcomes}
    with faults.apart("undeclared"):
        return newly_seen(city.layout, fresh) if fresh else ()
    return ()


def _each_grant(
    withdrawn: Iterable[Withdrawal], shares: Iterable[Projection | Withdrawal]
) -> tuple[Projection | Withdrawal, ...]:
    """Return what became of each grant; what was taken away first is not said to be gone twice."""
    gone = {one.grant: one for one in withdrawn}
    return (*gone.values(), *(one for one in shares if one.grant not in gone))


def _silent(stop: str, what: str, done: int, total: int) -> None:
    del stop, what, done, total
