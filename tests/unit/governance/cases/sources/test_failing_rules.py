"""Failing rules as facts: the newest result of each definition, gate and recheck alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from catalog_specs.vocabulary import Dimension, Level
from governance.cases.signals import Signal
from governance.cases.sources.failing_rules import failing_rules
from register.rule_results import RULE_RESULTS, Origin, RuleJudged
from storage.layout import Layout
from tests.city import NOW, PERSON
from tests.city.declared import compiled

RULE = "name:required"


def result(
    hour: int,
    *,
    passed: bool,
    fingerprint: str = "f",
    origin: Origin = Origin.GATE,
    rule: str = RULE,
) -> RuleJudged:
    """Return what a rule found at an hour."""
    return RuleJudged(
        *("civil_affairs", PERSON, f"{hour:06}" if origin is Origin.GATE else None, rule),
        fingerprint=fingerprint,
        wording="姓名必填",
        wording_en="a name is required",
        dimension=Dimension.COMPLETENESS,
        level=Level.QUARANTINE,
        clause="三(六)",
        judged=9,
        failing=0 if passed else 4,
        passed=passed,
        judged_at=(NOW + timedelta(hours=hour)).isoformat(),
        origin=origin,
        version=None if origin is Origin.GATE else 5,
    )


def facts(folder: Path, *results: RuleJudged, now: datetime = NOW) -> list[Signal]:
    """Return the facts that results come to."""
    layout = Layout(folder)
    for one in results:
        RULE_RESULTS.record(layout, (one,))
    found = failing_rules(layout, compiled(), now)
    return sorted(found, key=lambda one: (one.about, one.cause))


def test_the_newest_result_counts(tmp_path: Path) -> None:
    """With its delivery, its count, and the wording by which it was judged."""
    (one,) = facts(tmp_path, result(1, passed=True), result(2, passed=False))
    assert (one.failing, one.count, one.cause, one.wording) == (True, 4, "f", "姓名必填")
    assert one.evidence == {"level": "quarantine", "delivery": "000002"}
    assert one.seen_at == NOW + timedelta(hours=2)


def test_a_recheck_is_a_result_too(tmp_path: Path) -> None:
    """It names the version that it looked at."""
    (one,) = facts(tmp_path, result(1, passed=True), result(2, passed=False, origin=Origin.RECHECK))
    assert (one.failing, one.evidence["version"]) == (True, 5)


def test_a_changed_definition_ends_what_the_former_one_began(tmp_path: Path) -> None:
    """The former's fact is as new as the first result of the new one."""
    former, now = facts(tmp_path, result(1, passed=False), result(2, passed=False, fingerprint="g"))
    assert (former.failing, former.evidence["changed_to"]) == (False, "g")
    assert former.seen_at == now.seen_at
    assert now.failing


def test_what_the_catalogue_no_longer_asks_does_not_fail(tmp_path: Path) -> None:
    """It is a fact of now, newer than any result."""
    later = NOW + timedelta(days=1)
    (one,) = facts(tmp_path, result(1, passed=False, rule="gone:rule"), now=later)
    assert (one.failing, one.seen_at) == (False, later)


def test_the_clock_is_not_about_data(tmp_path: Path) -> None:
    """Lateness has its own source."""
    assert facts(tmp_path, result(1, passed=False, origin=Origin.CLOCK)) == []
