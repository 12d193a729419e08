"""Failing rules: the newest judgement of each rule, as a signal that it fails or holds again.

Belongs here: choosing the judgements. Keep out: judging (`quality`), what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from governance.cases.signals import CaseOrigin, Signal
from register.records import Verdict
from register.verdicts import VERDICTS, standing
from storage.layout import Layout

__all__ = ["failing_rules"]

_READ = [name for name in VERDICTS.shape.names if name != "gx_result"]


def failing_rules(layout: Layout) -> Iterator[Signal]:
    """Yield a signal for each rule of each resource's newest judged delivery.

    A delivery that nobody could read has no rules, and says nothing of any.
    """
    rows = standing(VERDICTS.table(layout, None, _READ))
    judged = rows.filter(pc.not_equal(rows["rules"], "[]"))
    newest = judged.group_by("resource").aggregate([("sequence", "max")])
    for resource, sequence in _pairs(newest):
        last = pc.equal(judged["sequence"], sequence)
        mine = pc.and_(pc.equal(judged["resource"], resource), last)
        yield from _signals(VERDICTS.fact(judged.filter(mine).to_pylist()[0]))


def _signals(verdict: Verdict) -> Iterator[Signal]:
    for rule in verdict.rules:
        yield Signal(
            CaseOrigin.RULE,
            verdict.resource,
            about=rule.code,
            cause="",
            failing=not rule.success,
            count=rule.unexpected,
            evidence={"delivery": verdict.delivery, "level": rule.level},
            seen_at=datetime.fromisoformat(verdict.judged_at),
            wording=rule.description,
        )


def _pairs(newest: pa.Table) -> Iterator[tuple[str, int]]:
    columns = (newest["resource"].to_pylist(), newest["sequence_max"].to_pylist())
    yield from zip(*columns, strict=True)
