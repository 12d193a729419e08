"""A trial compared with what became of the delivery that came after it.

Belongs here: that comparison, and both of one file. Keep out: which files.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from flow.city import City
from quality.gate.trial import NAMED, Trial, Tried, judge_file
from register.records import Outcome, VerdictKind
from register.rule_results import rule_results
from storage.engines.workbench import Limits

__all__ = ["agree", "tried"]


def tried(city: City, ref: str, file: Path) -> Tried:
    """Return the trial of a file as if it came now."""
    trial = Trial(city.catalog, city.layout, city.clock(), Limits())
    return judge_file(file, city.catalog.resource(ref), trial)


def agree(found: Tried, one: Outcome, city: City) -> None:
    """Compare the trial of a file with what became of its delivery."""
    ref = f"{one.department}/{one.resource}"
    if one.verdict is VerdictKind.RECOGNISED:
        assert found.repeats == one.delivery
        return
    table = city.layout.quarantine(ref)
    rows = []
    if (table / "_delta_log").is_dir():
        kept = pl.read_delta(str(table)).filter(pl.col("delivery") == one.delivery).sort("row")
        rows = kept.select("row", "line", "member", "rules").to_dicts()
    assert found.repeats is None
    assert (found.receipt.delivery, found.receipt.rows) == (one.delivery, one.delivered)
    assert found.quarantined == one.quarantined == len(rows)
    assert bool(found.rejecting) == (one.verdict is VerdictKind.REJECTED)
    assert {*found.rejecting} <= {*one.reasons}
    stored = {
        row["rule"]: (row["fingerprint"], row["judged"], row["failing"], row["passed"])
        for row in rule_results(city.layout, ref).to_pylist()
        if row["delivery"] == one.delivery
    }
    assert stored == {
        of.asked.rule: (of.asked.fingerprint, *of.judged, *of.failing, *of.passed)
        for of in found.results
    }
    for code in {code for row in rows for code in row["rules"]} - {*found.rejecting}:
        of_rule = [(r["row"], r["line"], r["member"]) for r in rows if code in r["rules"]]
        places = [(at.record, at.line, at.member) for at in found.places[code]]
        assert places == of_rule[:NAMED]
