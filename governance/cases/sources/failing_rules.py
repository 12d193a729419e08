"""Failing rules: the newest result of each rule, as a fact that it fails or holds again.

Belongs here: choosing the results. Keep out: judging (`quality`), what follows from a fact.
The cause of a case is the rule's fingerprint: under a changed definition another case begins, and
the former one ends, because nobody will ever again be judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import polars as pl

from catalog_specs.catalog import Catalog
from governance.cases.signals import CaseOrigin, Signal
from quality.rules.derivation import rules_for
from register.rule_results import RULE_RESULTS, Origin
from storage.delta.extracts import scan
from storage.delta.tables import glance
from storage.layout import Layout

__all__ = ["failing_rules"]

_RULE = ["resource", "rule"]
_READ = {
    *(*_RULE, "fingerprint", "wording", "wording_en", "level", "delivery", "version"),
    *("failing", "passed", "judged_at", "origin"),
}
_OF_DATA = [Origin.GATE.value, Origin.RECHECK.value]


def failing_rules(layout: Layout, catalog: Catalog, now: datetime) -> Iterator[Signal]:
    """Yield a fact for each rule of each resource, by its newest result.

    Also yields that a case is over for each definition of a rule that was changed since, and for
    each rule that the catalogue no longer has: a fact of `now`, since no later result will tell.
    """
    newest = _newest(layout)
    asked = {
        (ref, rule.code)
        for ref, resource in catalog.resources.items()
        for rule in rules_for(catalog, resource)
    }
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in newest.iter_rows(named=True):
        last[row["resource"], row["rule"]] = row
    for row in newest.iter_rows(named=True):
        rule = (row["resource"], row["rule"])
        one = _signal(row, last[rule], asked=rule in asked)
        yield one if rule in asked else replace(one, seen_at=now)


def _newest(layout: Layout) -> pl.DataFrame:
    """Return the newest result of each definition of a rule, oldest first.

    Of a delivery that was judged twice the last results stand; they are the newer ones.
    """
    found = glance(RULE_RESULTS.path(layout))
    columns = [one for one in RULE_RESULTS.shape.columns if one.name in _READ]
    if found is None:
        return pl.DataFrame(schema={one.name: pl.String for one in columns})
    rows = scan(found, columns).filter(pl.col("origin").is_in(_OF_DATA))
    newest = pl.all().get(pl.col("judged_at").arg_max())
    return rows.group_by(*_RULE, "fingerprint").agg(newest).sort("judged_at").collect()


def _signal(row: Mapping[str, Any], last: Mapping[str, Any], *, asked: bool) -> Signal:
    """Return what a definition's last result says, or that the definition is no longer in use."""
    evidence: dict[str, str | int] = {"level": row["level"]}
    current = row["fingerprint"] == last["fingerprint"]
    if not asked:
        evidence["no_longer_asked"] = 1
    elif not current:
        evidence["changed_to"] = last["fingerprint"]
    elif last["delivery"] is not None:
        evidence["delivery"] = last["delivery"]
    else:
        evidence["version"] = last["version"]
    return Signal(
        CaseOrigin.RULE,
        row["resource"],
        about=row["rule"],
        cause=row["fingerprint"],
        failing=asked and current and not row["passed"],
        count=row["failing"],
        evidence=evidence,
        seen_at=datetime.fromisoformat(last["judged_at"]),
        wording=row["wording"],
        wording_en=row["wording_en"],
    )
