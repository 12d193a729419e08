"""The contents of checks: rule results with their owner, trend, case and report page.

Belongs here: choosing and shaping it. Keep out: the checks themselves (`quality_gate`), judging
(`quality`). Counts, codes and posts, never a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dagster import MetadataValue, TableColumn, TableRecord, TableSchema

from assets.naming import check_name
from catalog_specs.rules.refusals import DeliveryRefusal
from flow.city import City
from flow.desk.cases import shown_cases
from governance.cases.signals import CaseOrigin
from outlets.reports.places import rule as rule_page
from register.records import Verdict, VerdictKind
from register.rule_results import RuleJudged, newest_results, results_of

__all__ = ["DELIVERY", "GateResults", "gate_results"]

DELIVERY = "delivery"
"""The check that fails when a delivery could not be read at all (a refusal)."""
_SHOWN = 20
"""Deliveries that are named one by one."""
_TREND = 8
"""Deliveries of a rule's trend."""
_REFUSALS = frozenset(one.stored for one in DeliveryRefusal)
_SCHEMA = TableSchema(
    columns=[
        TableColumn("delivery", "string"),
        TableColumn("judged_at", "string"),
        TableColumn("judged", "int"),
        TableColumn("failing", "int"),
        TableColumn("fingerprint", "string"),
    ]
)

Metadata = dict[str, MetadataValue | str | int | float]


@dataclass(frozen=True)
class GateResults:
    """The verdicts that checks show, and what each rule found in their deliveries."""

    verdicts: Sequence[Verdict]
    found: Mapping[str, Mapping[str, RuleJudged]]
    """Check → delivery → what its rule found."""
    before: Mapping[str, Sequence[RuleJudged]]
    """Check → what its rule found in the newest deliveries, in their order."""
    about: Metadata
    """What is said with every rule of the resource."""
    cases: Callable[[], Mapping[str, int]]
    """Gives rule → the number of its open case; asked only where something fails."""

    def failing(self, name: str) -> list[Verdict]:
        """Return the verdicts on deliveries that a check fails for."""
        return [verdict for verdict in self.verdicts if self._fails(name, verdict)]

    def metadata(self, name: str) -> Metadata:
        """Return what a check shows beside passing or failing."""
        found = [*self.found.get(name, {}).values()]
        judged, failing = sum(one.judged for one in found), sum(_counts(found))
        told: Metadata = {
            "failing": failing,
            "judged": judged,
            "delivered": sum(verdict.delivered for verdict in self.verdicts),
            "deliveries": _names([verdict.delivery for verdict in self.verdicts]),
        }
        if name == DELIVERY or not found:
            return told | self.about
        told["share"] = round(failing / judged, 6) if judged else 0.0
        return told | self._of_rule(name, found[-1]) | self.about

    def _of_rule(self, name: str, last: RuleJudged) -> Metadata:
        told: Metadata = {
            "dimension": f"{last.dimension.label} / {last.dimension.value}",
            "level": last.level.value,
            "clause": last.clause,
            "wording_en": last.wording_en,
            "fingerprint": last.fingerprint,
            "report": f"reports/{rule_page(last.resource, last.rule)}",
        }
        before = self.before.get(name, ())
        if any(_counts(before)):
            told["trend"] = MetadataValue.table([_record(one) for one in before], _SCHEMA)
        if self.failing(name) and last.rule in self._cases:
            told["case"] = self._cases[last.rule]
        return told

    @cached_property
    def _cases(self) -> Mapping[str, int]:
        return self.cases()

    def _fails(self, name: str, verdict: Verdict) -> bool:
        if name == DELIVERY:
            refused = not _REFUSALS.isdisjoint(verdict.reasons)
            return verdict.kind is VerdictKind.REJECTED and refused
        found = self.found.get(name, {}).get(verdict.delivery)
        # of a home of an earlier version the reasons alone are known
        return name in map(check_name, verdict.reasons) if found is None else not found.passed


def gate_results(city: City, ref: str, verdicts: Sequence[Verdict]) -> GateResults:
    """Return what the checks of a resource show of some verdicts."""
    found: dict[str, dict[str, RuleJudged]] = {}
    for one in results_of(city.layout, ref, [verdict.delivery for verdict in verdicts]):
        found.setdefault(check_name(one.rule), {})[one.delivery or ""] = one
    before: dict[str, list[RuleJudged]] = {}
    for one in newest_results(city.layout, ref, _TREND) if found else ():
        before.setdefault(check_name(one.rule), []).append(one)
    return GateResults(verdicts, found, before, _about(city, ref), lambda: _open_cases(city, ref))


def _about(city: City, ref: str) -> Metadata:
    """Say who answers for a resource: its department by name, and the steward's post (九(二))."""
    department = city.catalog.departments[city.catalog.resource(ref).provider]
    steward = {"steward": department.steward.post} if department.steward else {}
    return {"department": department.name, **steward}


def _open_cases(city: City, ref: str) -> Mapping[str, int]:
    return {
        shown.case.about: shown.case.number
        for shown in shown_cases(city, resource=ref)
        if shown.case.origin is CaseOrigin.RULE
    }


def _counts(results: Sequence[RuleJudged]) -> list[int]:
    return [one.failing for one in results]


def _record(one: RuleJudged) -> TableRecord:
    return TableRecord(
        {
            "delivery": one.delivery or "",
            "judged_at": one.judged_at,
            "judged": one.judged,
            "failing": one.failing,
            "fingerprint": one.fingerprint,
        }
    )


def _names(deliveries: Sequence[str]) -> str:
    more = len(deliveries) - _SHOWN
    return ", ".join(deliveries[:_SHOWN]) + (f" … {more:,} more" if more > 0 else "")
