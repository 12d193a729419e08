"""Bounds of rules about a figure: put into a plan for the delivery that is judged.

Belongs here: that step, for a plan is compiled once and bounds are others for every delivery. Keep
out: where bounds come from (`quality.rules.kinds`). Imported inside functions only.
"""

from __future__ import annotations

from dataclasses import replace

from catalog_specs.models.resource import Resource
from quality.gate.evidence import configuration_json
from quality.gate.plan import Judge, Plan
from quality.rules.figures import placed
from quality.rules.kind import Lookup
from quality.rules.kinds import kind_of
from quality.rules.suite import asked_by, expectation_of

__all__ = ["bounded"]


def bounded(plan: Plan, resource: Resource, lookup: Lookup) -> Plan:
    """Return a plan in which every rule about a figure has the bounds for one delivery."""
    judges = tuple(_bounded(judge, resource, lookup) for judge in plan.judges)
    return replace(plan, judges=judges)


def _bounded(judge: Judge, resource: Resource, lookup: Lookup) -> Judge:
    rule = judge.rule
    find = kind_of(rule.kind).bounds
    if find is None:
        return judge
    bounds = find(lookup, rule, resource.ref, judge.said.fingerprint)
    asked = asked_by(rule, resource, lookup.today)
    arguments = placed(rule, asked.arguments, bounds)
    expectation = expectation_of(rule, resource, replace(asked, arguments=arguments))
    # what may not be stored of the figure may not be stored of its bounds either
    shown = configuration_json(expectation) if rule.arguments["stored"] else judge.shown
    return replace(judge, expectation=expectation, shown=shown, bounds=bounds)
