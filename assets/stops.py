"""The stops from inbox to authoritative as plain functions: the same with and without Dagster.

Belongs here: taking what waits at one stop to the next, under the resource's lock. Keep out:
Dagster (the factories beside this module), what follows from authoritative (`derived`), and how a
stop does its work (the packages below).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from assets.city import City
from catalog_specs.errors import TransientError
from lakehouse.applied import Promotion, pending
from lakehouse.authoritative import Candidate, Origin, promote
from lakehouse.bundles import Bundle, bundled
from lakehouse.landing import Recognised, deliveries, land, waiting
from lakehouse.ledgers import (
    Applied,
    outcomes,
    record_findings,
    record_outcomes,
    verdicts,
)
from lakehouse.reconciliation import reconcile
from lakehouse.records import Delivery, Outcome, Verdict, VerdictKind
from lakehouse.tables import snapshot
from quality.gate import Gate, open_gate

__all__ = [
    "Books",
    "judge_waiting",
    "land_waiting",
    "latest_verdict",
    "open_books",
    "opened_gate",
    "promote_waiting",
    "row_count",
    "take_waiting",
]


@contextmanager
def opened_gate(city: City) -> Iterator[Gate]:
    """Yield a gate on its own workbench; Great Expectations is imported when it first judges."""
    with open_gate(city.layout, city.catalog, city.limits, city.clock()) as gate:
        yield gate


@dataclass(frozen=True)
class Books:
    """What the ledgers say of each resource: verdicts (without single rules) and outcomes."""

    verdicts: Mapping[str, Sequence[Verdict]]
    outcomes: Mapping[str, Sequence[Applied]]


def open_books(city: City, ref: str | None = None) -> Books:
    """Read the ledgers once, of one resource or of all."""
    judged: dict[str, list[Verdict]] = {}
    for verdict in verdicts(city.layout, ref, rules=False):
        judged.setdefault(verdict.resource, []).append(verdict)
    applied: dict[str, list[Applied]] = {}
    for row in outcomes(city.layout, ref):
        resource = f"{row.outcome.department}/{row.outcome.resource}"
        applied.setdefault(resource, []).append(row)
    return Books(judged, applied)


# ── landing ─────────────────────────────────────────────────────────────────────────────────────


def land_waiting(city: City, ref: str) -> tuple[tuple[Delivery, ...], tuple[Recognised, ...]]:
    """Land every file that waits in one resource's inbox, oldest first."""
    resource = city.catalog.resource(ref)
    landed: list[Delivery] = []
    recognised: list[Recognised] = []
    for path in waiting(city.layout, ref, city.clock()):
        try:
            result = land(city.layout, city.catalog, resource, path, city.clock())
        except TransientError:
            continue  # still being written, or another run has it: the next run looks again
        (landed if isinstance(result, Delivery) else recognised).append(result)  # type: ignore[arg-type]
    return tuple(landed), tuple(recognised)


# ── quality gate ────────────────────────────────────────────────────────────────────────────────


def judge_waiting(city: City, ref: str) -> tuple[Verdict, ...]:
    """Judge every landed delivery of a resource that has no verdict yet, in order."""
    with city.lock(ref):
        unjudged = _unjudged(city, ref, open_books(city, ref))
        if not unjudged:
            return ()
        with opened_gate(city) as gate:
            return tuple(verdict for bundle in unjudged for verdict in gate.judge(bundle))


def _unjudged(city: City, ref: str, books: Books) -> tuple[Bundle, ...]:
    """Return what awaits a verdict; of several at once, what the ledger says by now counts."""
    kind = city.catalog.resource(ref).feed.kind
    waiting = _without_verdict(city, ref, books)
    if len(waiting) > 1:
        waiting = _without_verdict(city, ref, open_books(city, ref))
    return tuple(bundled(waiting, kind))


def _without_verdict(city: City, ref: str, books: Books) -> list[Delivery]:
    judged = {verdict.delivery for verdict in books.verdicts.get(ref, ())}
    return [d for d in deliveries(city.layout, ref) if d.delivery not in judged]


def latest_verdict(city: City, ref: str) -> Verdict | None:
    """Return the verdict on a resource's newest judged delivery, or None."""
    return max(verdicts(city.layout, ref), key=lambda verdict: verdict.sequence, default=None)


# ── authoritative ───────────────────────────────────────────────────────────────────────────────


def promote_waiting(city: City, ref: str) -> tuple[Outcome, ...]:
    """Apply every passed delivery that the table does not hold yet, in order, and record outcomes.

    Rejected deliveries are recorded as well, once; so is what a removed table gets again.
    """
    with city.lock(ref), opened_gate(city) as gate:
        return _promote_pending(city, gate, ref, open_books(city, ref))


def _promote_pending(city: City, gate: Gate, ref: str, books: Books) -> tuple[Outcome, ...]:
    stored, recorded = books.verdicts.get(ref, ()), books.outcomes.get(ref, ())
    known = {row.delivery for row in recorded}
    rejected = [v for v in stored if v.kind is VerdictKind.REJECTED and v.delivery not in known]
    passed = pending(city.layout, ref, stored, recorded)
    if not rejected and not passed:
        return ()
    landed = {delivery.delivery: delivery for delivery in deliveries(city.layout, ref)}
    kind = city.catalog.resource(ref).feed.kind
    bundles = bundled((landed[verdict.delivery] for verdict in passed), kind)
    by_name = {verdict.delivery: verdict for verdict in passed}
    return (
        *(_reject(city, landed[verdict.delivery], verdict) for verdict in rejected),
        *(one for bundle in bundles for one in _promote(city, gate, bundle, by_name)),
    )


def _promote(
    city: City, gate: Gate, bundle: Bundle, verdicts: Mapping[str, Verdict]
) -> tuple[Outcome, ...]:
    started = time.perf_counter()
    gate.reload(bundle)
    kept_back = any(verdicts[name].quarantined for name in bundle.names)
    candidate = Candidate(bundle, "accepted", "kept_back" if kept_back else None)
    origin = Origin(city.actor, city.clock())
    promotions = promote(gate.con, city.layout, city.catalog, candidate, origin)
    found = reconcile(gate.con, city.layout, city.catalog, bundle)
    record_findings(city.layout, bundle, found)
    seconds = (time.perf_counter() - started) / len(bundle.deliveries)
    done = [
        (_outcome(delivery, verdicts[delivery.delivery], promotion, seconds), promotion)
        for delivery, promotion in zip(bundle.deliveries, promotions, strict=True)
    ]
    record_outcomes(city.layout, bundle, done, city.clock())
    return tuple(outcome for outcome, _ in done)


def _reject(city: City, delivery: Delivery, verdict: Verdict) -> Outcome:
    outcome = _outcome(delivery, verdict, None, 0.0)
    record_outcomes(city.layout, Bundle((delivery,)), [(outcome, None)], city.clock())
    return outcome


def _outcome(
    delivery: Delivery, verdict: Verdict, promotion: Promotion | None, seconds: float
) -> Outcome:
    department, _, resource = delivery.resource.partition("/")
    return Outcome(
        department=department,
        resource=resource,
        delivery=delivery.delivery,
        files=delivery.files,
        delivered=verdict.delivered,
        accepted=verdict.accepted,
        quarantined=verdict.quarantined,
        inserted=promotion.inserted if promotion else 0,
        updated=promotion.updated if promotion else 0,
        deleted=promotion.deleted if promotion else 0,
        unchanged=promotion.unchanged if promotion else 0,
        verdict=verdict.kind,
        reasons=verdict.reasons,
        seconds=round(seconds, 3),
    )


def row_count(city: City, ref: str) -> int:
    """Return how many rows a resource's authoritative table holds; 0 when there is none."""
    found = snapshot(city.layout.authoritative(ref))
    return found.rows() if found else 0


# ── a resource the whole way ──────────────────────────────────────────────────


def take_waiting(city: City, gate: Gate, ref: str, books: Books) -> tuple[Outcome, ...]:
    """Take everything that waits for one resource through landing, gate and authoritative.

    Bundle by bundle, so that what the gate has typed is promoted from where it stands.
    `books` may be as old as the run: what another runner did since is recognised when it is
    written, and never done twice.
    """
    started = time.perf_counter()
    _, recognised = land_waiting(city, ref)
    done = [_recognised(one) for one in recognised]
    with city.lock(ref):
        outstanding = _promote_pending(city, gate, ref, books)
        for bundle in _unjudged(city, ref, books):
            fresh = Books({ref: gate.judge(bundle)}, {})
            outstanding += _promote_pending(city, gate, ref, fresh)
            seconds = (time.perf_counter() - started) / max(len(outstanding), 1)
            done += [replace(outcome, seconds=round(seconds, 3)) for outcome in outstanding]
            outstanding, started = (), time.perf_counter()
    return (*done, *outstanding)


def _recognised(one: Recognised) -> Outcome:
    department, _, resource = one.resource.partition("/")
    return Outcome(
        department=department,
        resource=resource,
        delivery=one.delivery,
        files=(one.file,),
        verdict=VerdictKind.RECOGNISED,
    )
