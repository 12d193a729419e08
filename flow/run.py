"""The run without Dagster: everything that waits, resource by resource, then the results.

Belongs here: the order of the stops and telling a listener how far it is. Keep out: the stops
themselves (`flow.stops`), printing (`cli`), what a result looks like (`flow.results`).
Withdrawals come first, whatever fails later. A fault in one resource, share, release or view build
ends that one's turn and nothing else.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from catalog_specs.models.resource import Resource
from catalog_specs.rules.error_codes import ErrorCode
from flow.city import City
from flow.derived import (
    Listener,
    refresh_shares,
    refresh_views,
    release_all,
    retract_sets,
    withdraw_lapsed,
)
from flow.desk.keeping import keep_desk
from flow.evolution import Orphan, orphans
from flow.failures import Failure, Faults
from flow.pulling import pull_waiting
from flow.results import Pull, RunResult
from flow.stops import Step, each_once, left_lying, opened_gate, taking
from flow.waiting import waits
from landing.landing import Skipped
from outlets.shares.project import Projection, Withdrawal
from quality.gate.gate import Gate
from register.records import Outcome
from register.register import Register, open_registers
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
    it, and shares, releases and views follow from what is authoritative afterwards, without
    `derive` in a later run. Nothing waiting changes nothing. Several runners may be at work: locks
    keep them apart. It raises only what ends the process: whatever else goes wrong stands in the
    result.
    """
    with private_files():
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
    retracted = retract_sets(city, faults)
    chosen = [r for r in city.catalog.in_order() if resources is None or r.ref in resources]
    turns = _Turns(city, faults, tell)
    turns.all(chosen)
    shares = refresh_shares(city, tell, faults) if derive else ()
    releases = release_all(city, tell, faults) if derive else ()
    desk = keep_desk(city, faults)
    rebuilt = derive and refresh_views(city, faults)
    undeclared = _newly_seen(city, turns.outcomes, faults)
    return RunResult(
        outcomes=tuple(turns.outcomes),
        shares=_each_grant(withdrawn, shares),
        releases=(*retracted, *releases),
        views_rebuilt=rebuilt,
        left=tuple(turns.left),
        pulls=tuple(turns.pulls),
        faults=tuple(faults.found),
        undeclared=undeclared,
        orphans=_orphans(city, faults),
        desk=desk,
    )


def _orphans(city: City, faults: Faults) -> tuple[Orphan, ...]:
    """Return what nothing takes care of any more; what was retired is where it should be."""
    with faults.apart("orphans"):
        return tuple(one for one in orphans(city) if not one.retired)
    return ()


@dataclass
class _Bench:
    """The gate of a run on its workbench: opened when a resource first needs it."""

    city: City
    _stack: ExitStack = field(default_factory=ExitStack)
    _gate: Gate | None = None

    def gate(self) -> Gate:
        """Return the gate; open it if it is not."""
        self._gate = self._gate or self._stack.enter_context(opened_gate(self.city))
        return self._gate

    def close(self) -> None:
        """Close the gate, if it is open; the next one is opened on a fresh workbench."""
        self._gate = None
        self._stack.close()


@dataclass
class _Turns:
    """The resources' turns, one after another, and what came of them."""

    city: City
    faults: Faults
    tell: Listener
    outcomes: list[Outcome] = field(default_factory=list)
    left: list[tuple[str, Skipped]] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)

    def all(self, chosen: Collection[Resource]) -> None:
        """Give every resource its turn; after a fault the next one gets a fresh workbench."""
        registers = self._registers(chosen)
        with closing(_Bench(self.city)) as bench:
            for number, resource in enumerate(chosen):
                self.tell("gate", resource.name, number, len(chosen))
                if self._put_off(resource):
                    continue
                before = len(self.faults.found)
                with self.faults.apart("resource", resource.ref):
                    register = registers.get(resource.ref)
                    self._one(bench.gate, resource, register, (number, len(chosen)))
                if len(self.faults.found) > before:
                    with self.faults.apart("resource", resource.ref):
                        bench.close()
        self.tell("gate", "", len(chosen), len(chosen))

    def _put_off(self, resource: Resource) -> bool:
        """Let a resource wait for one that it refers to and that the machine broke off; tell it.

        That one is whole after the next run: judged before, rows would be quarantined for want of
        it. What fails for its own sake delays nobody: others are judged by what is authoritative.
        """
        broken = {one.subject for one in self.faults.found if one.passing}
        missing = [ref for ref in self.city.catalog.upstream(resource) if ref in broken]
        if not missing:
            return False
        with self.faults.apart("resource", resource.ref):
            if waits(self.city, resource.ref):
                what, remedy = f"waits for {missing[0]}, which broke off", "run again"
                ref = resource.ref
                self.faults.found.append(
                    Failure("resource", ref, ErrorCode.PUT_OFF, what, ref, remedy)
                )
        return True

    def _registers(self, chosen: Collection[Resource]) -> Mapping[str, Register]:
        """Open the registers once for all; none leaves it to each resource, which then tells."""
        try:
            return open_registers(self.city.layout, chosen)
        except Exception:  # noqa: BLE001 - whatever it is, each resource meets and tells it
            return {}

    def _one(
        self,
        gate: Callable[[], Gate],
        resource: Resource,
        register: Register | None,
        place: tuple[int, int],
    ) -> None:
        ref = resource.ref
        self.left += [(ref, one) for one in left_lying(self.city, ref)]
        if resource.feed.pull is not None:
            self.tell("gate", f"{resource.name} · 抽取 / pulling", *place)
            with self.faults.apart("pull", ref):
                self.pulls.append(Pull(ref, pull_waiting(self.city, ref)))
        done: list[Outcome] = []
        try:
            for outcome in taking(self.city, gate, ref, register, self._step(resource, place)):
                done.append(outcome)  # noqa: PERF402 - what came before a fault is told
        finally:
            self.outcomes += each_once(done)

    def _step(self, resource: Resource, place: tuple[int, int]) -> Step:
        return lambda step: self.tell("gate", f"{resource.name} · {step}", *place)


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
