"""Results of the clock: settled periods as results of rules of the dimension 时效性.

Belongs here: which results follow from a settled period, and the words of a rule for a resource.
Keep out: settling (`duties`), the ledger of results (`register.rule_results`).
Each rule says one thing of a period: whether anything came by its due moment, whether what came was
in time, whether the table had it. A result is new where what it says of the period is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from catalog_specs.models.resource import Resource
from catalog_specs.rules.due_rules import DueRule
from catalog_specs.vocabulary import Dimension, Level
from quality.timeliness.ledger import Change, DueSettled
from quality.timeliness.settling import DueState
from register.rule_results import RULE_RESULTS, Origin, RuleJudged
from storage.digests import sha256_of_facts
from storage.layout import Layout

__all__ = ["clock_results", "record_clock_results", "worded"]

_DIGITS = 16


def record_clock_results(
    layout: Layout, resources: Mapping[str, Resource], found: Sequence[Change]
) -> bool:
    """Record the results that follow from changes."""
    results = [
        result for one in found for result in clock_results(resources[one.now.resource], one)
    ]
    return RULE_RESULTS.record(layout, results)


def clock_results(resource: Resource, change: Change) -> Iterator[RuleJudged]:
    """Yield a result for each rule that says something else of the period than before."""
    before = _said(change.before) if change.before else {}
    for rule, passed in _said(change.now).items():
        if before.get(rule) is not passed:
            yield _result(resource, rule, change.now, passed=passed)


def _said(row: DueSettled) -> dict[DueRule, bool]:
    """Return what each rule says of a period; of what did not come nothing says it was late."""
    came = row.state in {DueState.MET, DueState.LATE}
    punctual = {DueRule.LATE: row.state is DueState.MET} if came else {}
    missing = {DueRule.MISSING: row.state is not DueState.MISSING}
    return missing | punctual | {DueRule.STALE: not row.stale}


def worded(resource: Resource, rule: DueRule) -> tuple[str, str]:
    """Return what a rule asks of a resource, in both languages: the rule, the cycle, the term."""
    due, cycle = resource.due, resource.update_cycle
    days = ("日", "days") if due.every_day else ("个工作日", "working days")
    zh = f"{rule.label}（{cycle.label}更新，宽限 {due.grace} {days[0]}，{due.time} 前）"
    en = f"{rule.english} ({cycle.value}, grace {due.grace} {days[1]}, by {due.time})"
    return zh, en


def _result(resource: Resource, rule: DueRule, row: DueSettled, *, passed: bool) -> RuleJudged:
    zh, en = worded(resource, rule)
    definition = {
        "rule": rule.value,
        "cycle": resource.update_cycle.value,
        "grace": resource.due.grace,
        "time": resource.due.time,
        "every_day": resource.due.every_day,
    }
    return RuleJudged(
        department=row.department,
        resource=row.resource,
        delivery=row.delivery if rule is DueRule.LATE else None,
        rule=rule.value,
        fingerprint=sha256_of_facts(definition)[:_DIGITS],
        wording=zh,
        wording_en=en,
        dimension=Dimension.TIMELINESS,
        level=Level.WARN,
        clause=rule.clause,
        judged=1,
        failing=0 if passed else 1,
        passed=passed,
        judged_at=row.recorded_at,
        origin=Origin.CLOCK,
    )
