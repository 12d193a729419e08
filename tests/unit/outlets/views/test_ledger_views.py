"""The views of ledgers: flat, with moments, and of several facts the one that stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.vocabulary import Dimension, Level
from outlets.views.ledger_views import MOMENT, ledger_view
from outlets.views.ledgers import LEDGERS
from register.comparisons import COMPARISONS, Comparison
from register.records import Verdict, VerdictKind
from register.rule_results import RULE_RESULTS, RuleAsked, RuleFound, record_results
from register.verdicts import VERDICTS
from storage.delta.tables import snapshot
from storage.layout import Layout
from tests.city import PERSON, STAFF
from tests.unit.outlets.views.test_sql import made, rows


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_every_ledger_has_a_view_before_its_first_entry(ledger: Any) -> None:
    """With moments as moments, flat, and without the engine's long results."""
    view = ledger_view(ledger, None)

    assert rows(view) == []
    assert (view.schema, view.name) == ("quality", ledger.name)
    assert all(column.comment for column in view.columns)
    moments = {one.type for one in view.columns if one.name == "at" or one.name.endswith("_at")}
    assert moments <= {MOMENT}
    assert not [one.name for one in view.columns if "JSON" in one.comment]
    assert "gx_result" not in {one.name for one in view.columns}


def verdict(kind: VerdictKind, at: str, *reasons: str) -> Verdict:
    """Return a verdict on one delivery of persons."""
    return Verdict(PERSON, "000001-aa", 1, kind, 5, 5, 0, reasons, "d" * 64, at)


def test_the_last_verdict_on_a_delivery_stands(tmp_path: Path) -> None:
    """Of one that passed and was refused later by decision; its moment is one."""
    layout = Layout(tmp_path)
    at = "2026-03-02T{}:00:00+08:00"
    passed = verdict(VerdictKind.PASSED, at.format("08"))
    refused = verdict(VerdictKind.REJECTED, at.format("09"), DeliveryRefusal.MANY_DELETIONS)
    for said in (passed, refused):
        VERDICTS.record(layout, [said])
    found = snapshot(layout.ledger("verdicts"))

    view = ledger_view(VERDICTS, found)
    with made(view) as con:
        shown = con.execute("SELECT kind, epoch(judged_at) FROM quality.verdicts").fetchall()
    assert [(kind, at % 86_400) for kind, at in shown] == [("rejected", 3_600.0)]


def found(code: str, failing: int) -> RuleFound:
    """Return what a rule found in one delivery of five records."""
    asked = RuleAsked(code, "f" * 16, "规则", "a rule", Dimension.ACCURACY, Level.WARN, "三(六)")
    return RuleFound(asked, (5,), (failing,), (not failing,))


def test_rule_results_that_stand_are_shown_with_the_citys_day(tmp_path: Path) -> None:
    """Of two attempts the last one; late in the evening of UTC the city is a day ahead."""
    layout = Layout(tmp_path)
    for at, code in (("2026-03-02T23:00:00+08:00", "gone"), ("2026-03-03T01:30:00+08:00", "a")):
        record_results(layout, PERSON, ["1"], [found(code, 2)], at)

    with made(ledger_view(RULE_RESULTS, snapshot(RULE_RESULTS.path(layout)))) as con:
        told = con.sql(
            "SELECT rule, failing, passed, judged_on::VARCHAR, epoch(judged_at)::BIGINT % 86400 "
            "FROM quality.rule_results"
        ).fetchall()
    assert told == [("a", 2, False, "2026-03-03", 17 * 3600 + 1800)]


def test_comparisons_are_shown_with_their_rates(tmp_path: Path) -> None:
    """Rates follow from counts and are stored nowhere; of nothing compared there is none."""
    layout = Layout(tmp_path)
    found = [
        Comparison(STAFF, name, "born", f"{PERSON}.birth_date", compared, compared - 3, 2, 1)
        for name, compared in (("000001-aa", 9), ("000002-aa", 0))
    ]
    COMPARISONS.record(layout, found)
    view = ledger_view(COMPARISONS, snapshot(COMPARISONS.path(layout)))
    with made(view) as con:
        shown = con.execute(
            "SELECT mismatch_rate, missing_rate FROM quality.reconciliation ORDER BY delivery"
        ).fetchall()
    assert shown == [(0.222222, 0.111111), (None, None)]
