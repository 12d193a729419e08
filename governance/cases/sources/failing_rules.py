"""Failing rules: the newest judgement of each rule, as a signal that it fails or holds again.

Belongs here: choosing the judgements. Keep out: judging (`quality`), what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from governance.cases.signals import CaseOrigin, Signal
from register.landed import sequence_of
from register.rule_results import RULE_RESULTS, Origin, RuleJudged, rule_results
from storage.layout import Layout

__all__ = ["failing_rules"]


def failing_rules(layout: Layout) -> Iterator[Signal]:
    """Yield a signal for each rule of each resource's newest judged delivery.

    A delivery that nobody could read has no rule results, and says nothing of any rule.
    """
    rows = rule_results(layout)
    rows = rows.filter(pc.equal(rows["origin"], Origin.GATE.value))
    for resource, delivery in _newest(rows):
        mine = pc.and_(pc.equal(rows["resource"], resource), pc.equal(rows["delivery"], delivery))
        for row in rows.filter(mine).to_pylist():
            yield _signal(RULE_RESULTS.fact(row), delivery)


def _newest(rows: pa.Table) -> Iterator[tuple[str, str]]:
    """Yield the newest delivery of each resource that has rule results."""
    judged = rows.group_by(["resource", "delivery"]).aggregate([])
    newest: dict[str, str] = {}
    for resource, delivery in zip(
        *(judged[name].to_pylist() for name in judged.column_names), strict=True
    ):
        newest[resource] = max(newest.get(resource, delivery), delivery, key=sequence_of)
    yield from newest.items()


def _signal(one: RuleJudged, delivery: str) -> Signal:
    return Signal(
        CaseOrigin.RULE,
        one.resource,
        about=one.rule,
        cause="",
        failing=not one.passed,
        count=one.failing,
        evidence={"delivery": delivery, "level": one.level.value, "fingerprint": one.fingerprint},
        seen_at=datetime.fromisoformat(one.judged_at),
        wording=one.wording,
        wording_en=one.wording_en,
    )
