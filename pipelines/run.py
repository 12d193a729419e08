"""The whole way without Dagster: everything that waits, resource by resource, then what follows.

Belongs here: the order of the stops and telling a listener how far it is. Keep out: the stops
themselves (`assets.stops`), printing (`cli`).
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass

from assets.city import City
from assets.derived import Listener, refresh_shares, refresh_views, release_all
from assets.pulling import PullFailure, pull_waiting
from assets.stops import left_lying, open_books, opened_gate, take_waiting
from governance.open_data import Refusal, Release
from governance.shares import Projection, Withdrawal
from lakehouse.landing import Skipped
from lakehouse.records import Outcome, VerdictKind
from quality.gate import Gate

__all__ = ["RunResult", "run"]


@dataclass(frozen=True)
class RunResult:
    """What one run did: outcomes in the order they came about, and what followed from them."""

    outcomes: tuple[Outcome, ...]
    shares: tuple[Projection | Withdrawal, ...]
    releases: tuple[Release | Refusal, ...]
    views_rebuilt: bool
    left: tuple[tuple[str, Skipped], ...] = ()
    """What was left lying in an inbox, with its resource."""
    pull_failures: tuple[PullFailure, ...] = ()
    """Sources that could not be pulled; what was waiting of them was taken in all the same."""

    @property
    def clean(self) -> bool:
        """Say whether nothing was rejected or waits for an approval, and no release was refused."""
        stopped = {VerdictKind.REJECTED, VerdictKind.HELD}
        rejected = any(o.verdict in stopped for o in self.outcomes)
        return not rejected and not any(isinstance(release, Refusal) for release in self.releases)


def run(
    city: City,
    *,
    resources: Collection[str] | None = None,
    listener: Listener | None = None,
    gate: Gate | None = None,
) -> RunResult:
    """Pull, take every waiting delivery through gate and authoritative, refresh what is derived.

    `resources` (as `<department>/<resource>`) narrows what is taken in; shares, releases and views
    always follow from what is authoritative afterwards. Nothing waiting changes nothing. Several
    runs of one day may share a `gate`, which then compiles each resource's rules once.
    """
    tell = listener or _silent
    chosen = [
        resource
        for resource in city.catalog.in_order()
        if resources is None or resource.ref in resources
    ]
    outcomes: list[Outcome] = []
    left: list[tuple[str, Skipped]] = []
    failures: list[PullFailure] = []
    books = open_books(city)
    with nullcontext(gate) if gate else opened_gate(city) as opened:
        for done, resource in enumerate(chosen):
            tell("gate", resource.name, done, len(chosen))
            pulled = pull_waiting(city, resource.ref)
            failures += [pulled] if isinstance(pulled, PullFailure) else []
            outcomes += take_waiting(city, opened, resource.ref, books)
            left += [(resource.ref, one) for one in left_lying(city, resource.ref)]
    tell("gate", "", len(chosen), len(chosen))
    return RunResult(
        outcomes=tuple(outcomes),
        shares=refresh_shares(city, tell),
        releases=release_all(city, tell),
        views_rebuilt=refresh_views(city).built,
        left=tuple(left),
        pull_failures=tuple(failures),
    )


def _silent(stop: str, what: str, done: int, total: int) -> None:
    del stop, what, done, total
