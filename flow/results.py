"""The result of a run: a value with one stable shape for machines.

Belongs here: the result and its JSON shape, which docs/operating.md documents. Keep out: the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flow.desk.done import Desk
from flow.failures import Failure
from flow.pulling import PullFailure
from flow.upkeep.evolution import Orphan
from landing.landing import Skipped
from outlets.open_data.release import Refusal, Release
from outlets.open_data.retraction import Retraction
from outlets.reports.report import Report
from outlets.shares.project import Projection, Withdrawal
from register.records import Delivery, Outcome, VerdictKind
from register.undeclared import Outside

__all__ = ["Pull", "RunResult", "document"]


@dataclass(frozen=True)
class Pull:
    """What came of asking one source: a delivery, a failure, or nothing new."""

    ref: str
    result: Delivery | PullFailure | None

    @property
    def failure(self) -> Failure | None:
        """Return why it failed, as a run tells every failure; None when it did not."""
        one = self.result
        if not isinstance(one, PullFailure):
            return None
        return Failure("pull", self.ref, one.code, one.what, self.ref, one.remedy, one.transient)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        landed = self.result.delivery if isinstance(self.result, Delivery) else None
        failed = self.failure is not None
        return {"resource": self.ref, "delivery": landed, "failed": failed}


@dataclass(frozen=True)
class RunResult:
    """The result of one run: outcomes in their order, and everything made from them."""

    outcomes: tuple[Outcome, ...]
    shares: tuple[Projection | Withdrawal, ...]
    releases: tuple[Release | Refusal | Retraction, ...]
    views_rebuilt: bool
    left: tuple[tuple[str, Skipped], ...] = ()
    """What was left lying in an inbox, with its resource."""
    pulls: tuple[Pull, ...] = ()
    """What came of each source that was asked."""
    faults: tuple[Failure, ...] = ()
    """What could not be done, pulls apart; everything else was."""
    undeclared: tuple[Outside, ...] = ()
    """Columns and sheets outside the catalogue that nobody had delivered before."""
    orphans: tuple[Orphan, ...] = ()
    """What the home holds of resources that the catalogue neither has nor has retired."""
    desk: Desk = field(default_factory=Desk)
    """What became of cases."""

    report: Report | None = None
    """The report as it lies there; None when it was not asked for, or failed."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return everything that could not be done, pulls first."""
        pulls = (one.failure for one in self.pulls)
        return (*(failure for failure in pulls if failure), *self.faults)

    @property
    def pull_failures(self) -> tuple[PullFailure, ...]:
        """Return the sources that could not be pulled."""
        return tuple(one.result for one in self.pulls if isinstance(one.result, PullFailure))

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Return the open sets that were not released."""
        return tuple(one for one in self.releases if isinstance(one, Refusal))

    @property
    def retractions(self) -> tuple[Retraction, ...]:
        """Return the releases of open data that were withdrawn."""
        return tuple(one for one in self.releases if isinstance(one, Retraction))

    @property
    def clean(self) -> bool:
        """Say whether nothing was rejected or waits for an approval, and no release was refused."""
        stopped = {VerdictKind.REJECTED, VerdictKind.HELD}
        return not self.refusals and not any(o.verdict in stopped for o in self.outcomes)


def document(results: Iterable[RunResult]) -> dict[str, Any]:
    """Return what `--json` prints of one run, or of several in a row.

    Deliveries, failures, pulls and undeclared columns are those of all; shares, releases, refusals
    what was left lying and orphans are those of the last.
    """
    runs = tuple(results)
    last = runs[-1]
    released = (one for one in last.releases if isinstance(one, Release))
    return {
        "deliveries": [one.as_dict() for run in runs for one in run.outcomes],
        "failures": [one.as_dict() for run in runs for one in run.failures],
        "shares": [one.as_dict() for one in last.shares],
        "releases": [one.as_dict() for one in released],
        "refusals": [one.as_dict() for one in last.refusals],
        "retractions": [one.as_dict() for one in last.retractions],
        "views": {"rebuilt": any(run.views_rebuilt for run in runs)},
        "report": last.report.as_dict() if last.report else None,
        "left": [
            {"resource": ref, "name": one.name, "reason": one.reason} for ref, one in last.left
        ],
        "orphans": [one.as_dict() for one in last.orphans],
        "cases": _summed(runs, "opened", "reopened", "closed", "reminded", "overdue"),
        "violations": _summed(runs, "suspected", "gone"),
        "pulls": [one.as_dict() for run in runs for one in run.pulls],
        "undeclared": [
            {"resource": o.resource, "delivery": o.delivery, "header": o.header, "cells": o.cells}
            for run in runs
            for o in run.undeclared
        ],
    }


def _summed(runs: Iterable[RunResult], *names: str) -> dict[str, int]:
    return {name: sum(getattr(run.desk, name) for run in runs) for name in names}
