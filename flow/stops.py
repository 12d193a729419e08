"""The stops from inbox to authoritative, the same with and without Dagster.

Belongs here: taking what waits at one stop to the next, under the resource's lock. Keep out:
Dagster (the factories beside this module), what follows from authoritative (`derived`), and how a
stop does its work (the packages below).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from audit.acts import Operation
from audit.performing import Performance
from catalog_specs.errors import TransientError
from flow.acts import about_resource, at_work
from flow.city import City
from flow.judging import cleaning, judge
from flow.promotion import promote_pending, updating
from landing.landing import Recognised, Skipped, land, look, resume, waiting
from quality.gate.gate import Gate, open_gate
from quality.loading import begin_loading
from register.bundles import Bundle, bundled
from register.records import Delivery, Outcome, Verdict, VerdictKind
from register.register import Register, open_register
from storage.delta.tables import glance
from storage.evolution.differences import require_fit
from storage.foreign_commits import require_ours, vouch

__all__ = [
    "Step",
    "each_once",
    "judge_waiting",
    "land_waiting",
    "latest_verdict",
    "left_lying",
    "opened",
    "opened_gate",
    "promote_waiting",
    "row_count",
    "take_waiting",
    "taking",
]


Step = Callable[[str], None]
"""Told what is begun within one resource's turn."""


@contextmanager
def opened_gate(city: City) -> Iterator[Gate]:
    """Yield a gate on its own workbench; Great Expectations is imported when it first judges."""
    with open_gate(city.layout, city.catalog, city.limits, city.clock(), city.spark) as gate:
        yield gate


# ── landing ─────────────────────────────────────────────────────────────────────────────────────


def land_waiting(city: City, ref: str) -> tuple[tuple[Delivery, ...], tuple[Recognised, ...]]:
    """Land every file that waits in one resource's inbox, oldest first.

    What a killed run had begun to land comes before; another run that is at it is waited for.
    """
    resource = city.catalog.resource(ref)
    with at_work(city, about_resource(city, Operation.AGGREGATE, ref)) as act:
        resume(city.layout, ref)
        landed: list[Delivery] = []
        recognised: list[Recognised] = []
        for path in waiting(city.layout, ref, city.clock()):
            act.enter()
            try:
                result = land(city.layout, city.catalog, resource, path, city.clock())
            except TransientError:
                continue  # still being written, or another run has it: the next run looks again
            (landed if isinstance(result, Delivery) else recognised).append(result)  # type: ignore[arg-type]
    return tuple(landed), tuple(recognised)


def left_lying(city: City, ref: str) -> tuple[Skipped, ...]:
    """Return what lies in a resource's inbox and is not taken, with the reason."""
    return look(city.layout, ref, city.clock()).skipped


# ── quality gate ────────────────────────────────────────────────────────────────────────────────


def judge_waiting(city: City, ref: str) -> tuple[Verdict, ...]:
    """Judge every landed delivery of a resource that has no verdict yet, in order."""
    with city.lock(ref):
        register = opened(city, ref)
        unjudged = _unjudged(register)
        if not unjudged:
            return ()
        verdicts: list[Verdict] = []
        with opened_gate(city) as gate:
            for bundle in unjudged:
                judged = judge(city, gate, bundle, register)
                register = register.judged(judged)
                verdicts += judged
        return tuple(verdicts)


def opened(city: City, ref: str) -> Register:
    """Open the register of one resource."""
    return open_register(city.layout, city.catalog.resource(ref))


def _unjudged(register: Register) -> tuple[Bundle, ...]:
    """Return what awaits a verdict, in bundles."""
    deliveries = register.landed.deliveries(register.unjudged)
    return tuple(bundled(deliveries, register.resource.feed.kind))


def latest_verdict(register: Register) -> Verdict | None:
    """Return the verdict on a resource's newest judged delivery; or None."""
    newest = register.newest_judged
    return None if newest is None else register.entries.verdict(newest)


# ── authoritative ───────────────────────────────────────────────────────────────────────────────


def promote_waiting(city: City, ref: str) -> tuple[Outcome, ...]:
    """Apply every passed delivery that the table does not hold yet, in order, and record outcomes.

    Rejected deliveries are recorded as well, once; so is what a removed table gets again.
    """
    with city.lock(ref), opened_gate(city) as gate:
        looked = _ready(city, ref)
        outcomes = promote_pending(city, gate, opened(city, ref))
        if outcomes or not looked:
            _vouch(city, ref)
        return outcomes


def _ready(city: City, ref: str) -> bool:
    """Refuse a resource whose table somebody else wrote to, or that has to evolve first.

    Said in every run, whether anything was delivered or not: somebody has to decide. How far was
    looked is recorded when the turn ends: a run that was broken off leaves no other record than
    one that was not, and one with nothing waiting records nothing. Returns whether it is on record.
    """
    found = glance(city.layout.authoritative(ref))
    if found is None:
        return True
    looked = require_ours(city.layout, ref, found)
    require_fit(city.catalog, city.catalog.resource(ref), found)
    return looked


def row_count(city: City, ref: str) -> int:
    """Return how many rows a resource's authoritative table holds; 0 when there is none."""
    found = glance(city.layout.authoritative(ref))
    return found.rows() if found else 0


# ── a resource the whole way ──────────────────────────────────────────────────


def take_waiting(
    city: City, gate: Gate, ref: str, register: Register | None = None
) -> tuple[Outcome, ...]:
    """Take everything that waits for one resource through landing, gate and authoritative."""
    return each_once(taking(city, lambda: gate, ref, register))


def taking(
    city: City,
    opening: Callable[[], Gate],
    ref: str,
    register: Register | None = None,
    step: Step | None = None,
) -> Iterator[Outcome]:
    """Take everything that waits for one resource, and yield each outcome as it comes about.

    Bundle by bundle, so that what the gate has typed is promoted from where it stands, and what
    was done before a fault is told all the same. `register` may be as old as the run: it says
    whether anything is to be done. If so it is opened again under the lock, so that what another
    runner did since is never done twice. `opening` gives the gate, and is called only then. `step`
    is told what is begun.
    """
    say = step or _unheard
    started = time.perf_counter()
    say("接收 / landing")
    if waiting(city.layout, ref, city.clock()):
        begin_loading()  # what judging needs takes seconds to import, and reading leaves them free
    _, recognised = land_waiting(city, ref)
    yield from map(_recognised, recognised)
    with city.lock(ref):
        looked = _ready(city, ref)
        known = register.looked_again() if register else opened(city, ref)
        if known.idle:
            if not looked:
                _vouch(city, ref)
            return
        now, gate = known.opened_again() if register else known, opening()
        gate.expect(_most_rows(city, now))
        outstanding = promote_pending(city, gate, now)
        now = now.promoted(outstanding)
        unjudged = _unjudged(now)
        act: Performance | None = None
        for number, bundle in enumerate(unjudged, start=1):
            say(f"{number:,}/{len(unjudged):,} {bundle.last.files[0]}")
            judging = cleaning(city, bundle)
            act = judging.followed_by(updating(city, ref, bundle.names))
            now = now.judged(judge(city, gate, bundle, now, judging))
            done = promote_pending(city, gate, now, act)
            now = now.promoted(done)
            outstanding += done
            seconds = (time.perf_counter() - started) / max(len(outstanding), 1)
            yield from (replace(outcome, seconds=round(seconds, 3)) for outcome in outstanding)
            outstanding, started = (), time.perf_counter()
        yield from outstanding
        if unjudged or outstanding or not looked:
            _vouch(city, ref, act)


def _most_rows(city: City, register: Register) -> int:
    """Return the rows of the largest delivery or table that taking what waits looks at."""
    waits = register.landed.deliveries((*register.unjudged, *register.pending))
    resource = register.resource
    tables = (row_count(city, ref) for ref in (resource.ref, *city.catalog.upstream(resource)))
    return max([*tables, *(one.rows for one in waits)])


def _vouch(city: City, ref: str, act: Performance | None = None) -> None:
    with at_work(city, act or about_resource(city, Operation.MAINTAIN, ref)):
        vouch(city.layout, ref, city.actor, city.clock())


def _unheard(step: str) -> None:
    del step


def each_once(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Return each delivery's last outcome: one that waits is told of with every promotion."""
    last: dict[tuple[str, tuple[str, ...], bool], Outcome] = {}
    for one in outcomes:
        repeats = one.verdict is VerdictKind.RECOGNISED
        last[one.delivery, one.files, repeats] = one
    return tuple(last.values())


def _recognised(one: Recognised) -> Outcome:
    department, _, resource = one.resource.partition("/")
    return Outcome(
        department=department,
        resource=resource,
        delivery=one.delivery,
        files=(one.file,),
        verdict=VerdictKind.RECOGNISED,
    )
