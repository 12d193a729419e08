"""Promotion in order: a delivery that is held makes those behind it wait.

Belongs here: one resource's pending deliveries, the snapshot guard, outcomes. Keep out: judging
(`judging`), the diff and the merge (`authoritative.promotion`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from audit.acts import Act, Operation
from audit.performing import Performance
from authoritative.holding import store_excepted
from authoritative.promotion import Candidate, Origin, promote
from catalog_specs.errors import CheckError, HeldError
from catalog_specs.vocabulary import FeedKind
from flow.acts import about_resource, at_work, told
from flow.city import City
from flow.judging import judge_refused
from quality.accepted import Judged
from quality.gate.gate import Gate
from quality.quarantine.origins import delivered_as
from quality.reconciliation.comparing import reconcile
from register.approvals import HELD, Answer, Approval, Held
from register.bundles import Bundle, bundled
from register.mismatches import record_promoted
from register.outcomes import Promotion, record_outcomes
from register.records import Delivery, Outcome, Verdict, VerdictKind
from register.register import Register

__all__ = ["judged_again", "promote_pending", "updating"]


def updating(city: City, ref: str, deliveries: Sequence[str]) -> Act:
    """Return the act of applying deliveries of a resource, and of recording what became of them."""
    return about_resource(city, Operation.MAINTAIN, ref, facts=told(deliveries))


def promote_pending(
    city: City, gate: Gate, register: Register, act: Performance | None = None
) -> tuple[Outcome, ...]:
    """Apply every passed delivery of a resource that its table does not hold yet, in order.

    The caller holds the resource's lock. Rejected deliveries are recorded as well, once. A snapshot
    that would delete more than the profile lets it waits for an approval, and what follows waits
    behind it: their outcomes say so in every run, and are recorded only when they go on. It is part
    of `act`, and of an act of its own where none is given.
    """
    refused, bundles = (
        bundled(register.landed.deliveries(some), register.resource.feed.kind)
        for some in (register.unrecorded, register.pending)
    )
    verdicts = {
        name: verdict
        for name in (*register.unrecorded, *register.pending)
        if (verdict := register.entries.verdict(name))
    }
    turn = _Turn(city, gate, verdicts, register)
    with at_work(city, act or updating(city, register.resource.ref, tuple(verdicts))):
        return (
            *(outcome for bundle in refused for outcome in _reject(city, bundle, verdicts)),
            *_in_turn(turn, bundles),
        )


@dataclass(frozen=True)
class _Turn:
    """What every delivery of one round of promotion needs."""

    city: City
    gate: Gate
    verdicts: Mapping[str, Verdict]
    register: Register

    def approval(self, delivery: str) -> Approval | None:
        """Return the recorded approval of a delivery, where the feed's kind is guarded."""
        return self.register.entries.approvals.get(delivery) if self._guarded else None

    def case(self, delivery: str) -> Held | None:
        """Return why a delivery was ever held for its own sake."""
        return self.register.held.get(delivery) if self._guarded else None

    @property
    def _guarded(self) -> bool:
        return self.register.resource.feed.kind is FeedKind.SNAPSHOT


def _in_turn(turn: _Turn, bundles: Iterable[Bundle]) -> Iterator[Outcome]:
    first: Held | None = None
    for bundle in bundles:
        approval = turn.approval(bundle.last.delivery)
        if approval and approval.decision is Answer.REFUSE:
            refused = judge_refused(turn.gate, bundle.last, approval)
            yield from _reject(turn.city, bundle, {refused.delivery: refused})
            continue
        if first is not None:
            yield from _behind(turn, bundle, first)
            continue
        case = None if approval else turn.case(bundle.last.delivery)
        result = case or _promote(turn, bundle, approval)
        if isinstance(result, Held):
            first = result
            yield _held(turn, bundle.last, f"snapshot_loss:{first.deleted}/{first.stored}")
        else:
            yield from result


def _promote(turn: _Turn, bundle: Bundle, approval: Approval | None) -> tuple[Outcome, ...] | Held:
    """Apply a bundle and record its outcomes; or say, and record, that it waits."""
    started = time.perf_counter()
    city = turn.city
    judged = judged_again(turn.gate, turn.verdicts, bundle)
    found = reconcile(
        city.layout, city.catalog, bundle, judged.accepted, city.clock(), city.bounds.kept
    )
    try:
        promotions = _applied(turn, bundle, judged, approval)
    except HeldError as error:
        one = bundle.last
        now = city.clock().isoformat()
        wait = Held(
            one.resource, one.delivery, one.sequence, error.deleted, error.stored, None, now
        )
        HELD.record(city.layout, (wait,))
        return wait
    for delivery in bundle.deliveries:
        store_excepted(city.layout, delivery)
    record_promoted(city.layout, found.comparisons, found.mismatches)
    seconds = (time.perf_counter() - started) / len(bundle.deliveries)
    done = [
        (_outcome(delivery, turn.verdicts[delivery.delivery], promotion, seconds), promotion)
        for delivery, promotion in zip(bundle.deliveries, promotions, strict=True)
    ]
    record_outcomes(city.layout, bundle, done, city.clock())
    return tuple(outcome for outcome, _ in done)


def judged_again(gate: Gate, verdicts: Mapping[str, Verdict], bundle: Bundle) -> Judged:
    """Part a bundle as its verdicts did.

    Raises:
        CheckError: the quarantine lost rows, which would be applied, or holds more than it should.
    """
    judged = gate.judged(bundle)
    counted = sum(verdicts[name].quarantined for name in bundle.names)
    if judged.kept != counted:
        raise CheckError(
            f"the quarantine holds {judged.kept} rows where the verdicts count {counted}",
            where=f"{bundle.resource}/{bundle.name}",
            remedy="restore the folder of the quarantine, or of the ledger, from a backup",
        )
    return judged


def _applied(
    turn: _Turn, bundle: Bundle, judged: Judged, approval: Approval | None
) -> tuple[Promotion, ...]:
    city = turn.city
    quarantined = any(turn.verdicts[name].quarantined for name in bundle.names)
    candidate = Candidate(
        bundle,
        judged.accepted,
        judged.quarantined if quarantined else None,
        delivered_as(city.catalog.resource(bundle.resource), bundle.last),
        None if approval else city.catalog.profile.snapshot_loss.value,
        judged.files,
        judged.beside,
    )
    origin = Origin(city.actor, city.clock(), approval.document if approval else None)
    return promote(city.layout, city.catalog, candidate, origin)


def _behind(turn: _Turn, bundle: Bundle, first: Held) -> Iterator[Outcome]:
    for one in bundle.deliveries:
        now = turn.city.clock().isoformat()
        wait = Held(one.resource, one.delivery, one.sequence, 0, first.stored, first.delivery, now)
        HELD.record(turn.city.layout, (wait,))
        yield _held(turn, one, f"behind:{first.delivery}")


def _held(turn: _Turn, delivery: Delivery, why: str) -> Outcome:
    verdict = turn.verdicts[delivery.delivery]
    outcome = _outcome(delivery, verdict, None, 0.0)
    return replace(outcome, verdict=VerdictKind.HELD, reasons=(why, *outcome.reasons))


def _reject(city: City, bundle: Bundle, verdicts: Mapping[str, Verdict]) -> tuple[Outcome, ...]:
    done = tuple(_outcome(one, verdicts[one.delivery], None, 0.0) for one in bundle.deliveries)
    record_outcomes(city.layout, bundle, [(outcome, None) for outcome in done], city.clock())
    return done


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
