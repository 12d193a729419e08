"""Replays as one act: quarantined records are landed again, judged and promoted.

Belongs here: the order of these steps under one lock. Keep out: which records go (`quality`).
Killed anywhere, the next run or replay takes the landed delivery on from where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.acts import Operation
from catalog_specs.errors import RepairError
from flow.acts import about_resource, at_work
from flow.city import City
from flow.derived import refresh_views
from flow.failures import Failure, Faults
from flow.stops import judge_waiting, opened, promote_waiting
from landing.landing import resume
from quality.quarantine.replaying import Landed, Replaying, replay_as_delivered, replay_repaired
from register.records import Outcome

__all__ = ["Replay", "replay"]


@dataclass(frozen=True)
class Replay:
    """What was landed, and what became of each delivery of it; none when nothing was landed.

    `failures` say why the analysts' views could not be made to follow.
    """

    landed: Landed
    outcomes: tuple[Outcome, ...]
    failures: tuple[Failure, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        landed = self.landed
        return {
            "deliveries": [one.delivery for one in landed.deliveries],
            "records": landed.records,
            "settled": landed.settled,
            "unsplit": landed.unsplit,
            "refused": dict(landed.refused),
            "outcomes": [outcome.as_dict() for outcome in self.outcomes],
            "failures": [failure.as_dict() for failure in self.failures],
        }


def replay(city: City, ref: str, path: Path | None = None, delivery: str | None = None) -> Replay:
    """Replay what a resource has in quarantine: as an edited file says, or as it was delivered.

    Everything landed before is judged and promoted first, so that each record's state is known and
    the newest values stand. `delivery` narrows what is replayed to one. The analysts' views follow.

    Raises:
        RepairError: the file cannot be taken back, or a delivery of the resource waits for an
            approval, so that nobody knows yet what is newer. Nothing is landed.
    """
    act = about_resource(city, Operation.MAINTAIN, ref, facts={"replayed": delivery or "all"})
    with city.lock(f"replay/{ref}"), at_work(city, act) as entered:
        resume(city.layout, ref)
        judge_waiting(city, ref)
        promote_waiting(city, ref)
        if opened(city, ref).awaiting_approval:
            raise RepairError(
                "a delivery waits for an approval",
                where=ref,
                remedy="approve or refuse it first; then it is known what is newer",
            )
        resource = city.catalog.resource(ref)
        task = Replaying(city.layout, city.catalog, resource, city.clock(), delivery, city.limits)
        entered.enter()
        landed = replay_repaired(task, path) if path else replay_as_delivered(task)
        judge_waiting(city, ref)
        names = {one.delivery for one in landed.deliveries}
        done = promote_waiting(city, ref)
    faults = Faults(city.layout)
    refresh_views(city, faults)
    outcomes = tuple(outcome for outcome in done if outcome.delivery in names)
    return Replay(landed, outcomes, tuple(faults.found))
