"""Ledgers with rule results, verdicts and outcomes written by hand, for scores.

Belongs here: short ways to record them. Keep out: assertions.
"""

from __future__ import annotations

from typing import Any

from catalog_specs.vocabulary import Dimension, Level
from register.outcomes import OUTCOMES, Applied
from register.records import Outcome, Verdict, VerdictKind
from register.rule_results import RULE_RESULTS, Origin, RuleJudged
from register.undeclared import UNDECLARED, Outside
from register.verdicts import VERDICTS
from storage.layout import Layout
from tests.city import PERSON

__all__ = ["at", "delivered", "ruled"]


def at(day: int, hour: int = 10) -> str:
    """Return a moment of March 2026 in the city."""
    return f"2026-03-{day:02}T{hour:02}:00:00+08:00"


def ruled(layout: Layout, day: int, judged: int, failing: int, **more: Any) -> None:
    """Record the result of one rule on one delivery of that day; see `RuleJudged`."""
    resource = more.get("resource", PERSON)
    said: dict[str, Any] = {
        "department": resource.partition("/")[0],
        "resource": resource,
        "delivery": f"{day:06}-aaaaaaaaaaaa",
        "rule": "name:required",
        "fingerprint": "f",
        "wording": "必填",
        "wording_en": "it is required",
        "dimension": Dimension.COMPLETENESS,
        "level": Level.QUARANTINE,
        "clause": "三(六)",
        "judged": judged,
        "failing": failing,
        "passed": failing == 0,
        "judged_at": at(day),
        "origin": Origin.GATE,
    }
    assert RULE_RESULTS.record(layout, (RuleJudged(**said | more),))


def delivered(layout: Layout, day: int, resource: str = PERSON, **more: Any) -> None:
    """Record a delivery of that day: judged, applied unless `applied` is False.

    `undeclared` are headers outside the catalogue; `kind`, `reasons` those of the verdict.
    """
    delivery, applied = f"{day:06}-aaaaaaaaaaaa", more.get("applied", True)
    kind = more.get("kind", VerdictKind.PASSED)
    reasons = more.get("reasons", ())
    verdict = Verdict(resource, delivery, day, kind, 10, 9, 1, reasons, "d" * 64, at(day))
    assert VERDICTS.record(layout, (verdict,))
    headers = more.get("undeclared", ())
    UNDECLARED.record(
        layout,
        [Outside(resource, delivery, one, 3, excepted=False, exception=None) for one in headers],
    )
    department, short = resource.split("/")
    outcome = Outcome(department, short, delivery, ("f.csv",), 10, 9, 1, inserted=9, verdict=kind)
    table, version = ("t" * 8, day) if applied else (None, None)
    OUTCOMES.record(layout, (Applied(outcome, day, table, version, applied, at(day)),))
