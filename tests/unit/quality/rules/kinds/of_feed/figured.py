"""Deliveries of persons and firms, judged one after another by one rule about a figure.

Belongs here: that way, and reading what the rule said of each. Keep out: assertions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from quality.gate.gate import open_gate
from register.bundles import Bundle
from register.records import Delivery
from register.rule_results import RuleJudged, results_of
from storage.layout import Layout
from tests.city import NIGHT
from tests.city.deliveries import landed
from tests.city.records import csv_of, good_people
from tests.city.resources import catalog_of, firm, person
from tests.city.tables import fill_regions

__all__ = ["asking", "firms", "judge", "judged_again", "people"]


def asking(made: Resource, **rule: Any) -> Catalog:
    """Return a catalogue in which a resource has one rule, `one`."""
    said = {"code": "one", "level": "warn", "dimension": "accuracy", "description": "规则"}
    asked = QualityRule.model_validate(said | rule)
    others = [other for other in (person(), firm()) if other.ref != made.ref]
    return catalog_of(made.model_copy(update={"quality": (asked,)}), *others)


def people(count: int, without_employer: int = 0) -> str:
    """Return a file of so many persons."""
    changes: list[dict[str, str | None]] = [
        {"employer": None} if n < without_employer else {} for n in range(count)
    ]
    return csv_of(person(), good_people(*changes))


def firms(*capitals: str) -> str:
    """Return a file of changes by which firms have these capitals."""
    lines = [f"U,{n},91350100M000100Y43,企业{n},{capital}" for n, capital in enumerate(capitals, 1)]
    return "\n".join(["操作,序号,uscc,firm_name,capital", *lines, ""])


def judge(
    layout: Layout, catalog: Catalog, ref: str, *texts: str
) -> tuple[list[RuleJudged], list[Delivery]]:
    """Return what the rule said of each delivery, one a minute, and the deliveries."""
    fill_regions(layout, catalog, "350502")
    deliveries = [landed(layout, catalog, ref, text) for text in texts]
    return [_said(layout, catalog, one, NIGHT) for one in deliveries], deliveries


def judged_again(layout: Layout, catalog: Catalog, one: Delivery) -> RuleJudged:
    """Return what the rule says of a delivery that is judged again an hour later."""
    return _said(layout, catalog, one, NIGHT + timedelta(hours=1))


def _said(layout: Layout, catalog: Catalog, one: Delivery, now: datetime) -> RuleJudged:
    with open_gate(layout, catalog, None, now) as gate:
        gate.judge(Bundle((one,)))
    results: Sequence[RuleJudged] = results_of(layout, one.resource, [one.delivery])
    return next(result for result in results if result.rule == "one")
