"""Lateness: what the clock last found of each resource, as a fact that it fails or holds again.

Belongs here: choosing the settled periods. Keep out: settling them (`quality.timeliness`), what
follows from a fact.
A department that stays silent has one case however many periods go by; whatever comes ends it, for
what is due is no longer missing. A case of lateness ends with the next delivery that is in time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from catalog_specs.catalog import Catalog
from catalog_specs.rules.due_rules import DueRule
from governance.cases.signals import CaseOrigin, Signal
from quality.timeliness.duties import HORIZON
from quality.timeliness.ledger import DueSettled, standing_due
from quality.timeliness.periods import cycles
from quality.timeliness.settling import DueState
from storage.layout import Layout

__all__ = ["lateness"]

_NOT_OWED = frozenset({DueState.VOID, DueState.WAITING})


def lateness(layout: Layout, catalog: Catalog, now: datetime) -> Iterator[Signal]:
    """Yield whether a resource's last due delivery is missing, and whether its last came late.

    Of a resource that owes nothing any more, it is a fact of `now` that neither is so.
    """
    owed = cycles(catalog)
    for ref, settled in standing_due(layout, now - HORIZON).items():
        for signal in _of(settled.values()):
            yield signal if ref in owed else replace(signal, failing=False, seen_at=now)


def _of(settled: Collection[DueSettled]) -> Iterator[Signal]:
    over = (one for one in settled if one.state not in _NOT_OWED)
    rows = sorted(over, key=lambda one: one.due_at)
    if not rows:
        return
    # that a period is owed no more, or not yet, is news of a silence as well
    newest = max(datetime.fromisoformat(one.recorded_at) for one in settled)
    silent = _silent(rows)
    first = silent[0] if silent else rows[-1]
    yield _signal(DueRule.MISSING, first, newest, len(silent))
    came = [one for one in rows if one.state is not DueState.MISSING]
    if came:
        yield _signal(DueRule.LATE, came[-1], newest, int(came[-1].state is DueState.LATE))


def _silent(rows: Sequence[DueSettled]) -> Sequence[DueSettled]:
    """Return the periods at the end for which nothing came."""
    place = len(rows)
    while place and rows[place - 1].state is DueState.MISSING:
        place -= 1
    return rows[place:]


def _signal(rule: DueRule, about: DueSettled, newest: datetime, count: int) -> Signal:
    doubt = ("（暂定）", " (provisional)") if about.provisional else ("", "")
    due = about.due_at[:16].replace("T", " ")
    evidence: dict[str, str | int] = {"period": about.period, "due": due}
    evidence["provisional"] = int(about.provisional)
    if about.delivery:
        evidence["delivery"] = about.delivery
    return Signal(
        CaseOrigin.LATENESS,
        about.resource,
        about=rule.value,
        cause="",
        failing=count > 0,
        count=count,
        evidence=evidence,
        seen_at=newest,
        wording=f"{rule.label}：{about.period} 应于 {due} 前{doubt[0]}",
        wording_en=f"{rule.english}: {about.period} was due by {due}{doubt[1]}",
    )
