"""The ledger of rule results: one row a rule and delivery, and which of several attempts stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.vocabulary import Dimension, Level
from register.rule_results import (
    RULE_RESULTS,
    STANDING_SQL,
    Origin,
    RuleAsked,
    RuleFound,
    RuleJudged,
    record_results,
    results_of,
    rule_results,
    standing,
)
from storage.delta.tables import snapshot
from storage.layout import Layout
from tests.city import FIRM, PERSON

NOON, EVENING = "2026-03-02T12:00:00+08:00", "2026-03-02T18:00:00+08:00"


def asked(code: str) -> RuleAsked:
    """Return a rule as it was asked."""
    words = (f"{code}应如此", f"{code} must")
    return RuleAsked(code, "f" * 16, *words, Dimension.ACCURACY, Level.QUARANTINE, "三(六)")


def found(code: str, *failing: int) -> RuleFound:
    """Return what a rule found in deliveries of five records each."""
    return RuleFound(asked(code), (5,) * len(failing), failing, tuple(not n for n in failing))


def told(one: RuleJudged) -> tuple[str | None, str, int, bool]:
    """Return the parts of a result that tell it from others here."""
    return one.delivery, one.rule, one.failing, one.passed


def test_a_bundle_is_one_commit_with_a_row_for_each_delivery_and_rule(tmp_path: Path) -> None:
    """Recorded once; each row has all that the rule was then, and counts of its own delivery."""
    layout = Layout(tmp_path)
    given = [found("name:required", 0, 2), found("sex:code_list", 1, 0)]

    assert record_results(layout, PERSON, ["000001-aa", "000002-bb"], given, NOON)
    assert not record_results(layout, PERSON, ["000001-aa", "000002-bb"], given, NOON)

    [first, *rest] = RULE_RESULTS.read(layout, PERSON)
    assert first == RuleJudged(
        "civil_affairs", PERSON, "000001-aa", "name:required", "f" * 16,
        "name:required应如此", "name:required must", Dimension.ACCURACY, Level.QUARANTINE, "三(六)",
        judged=5, failing=0, passed=True, judged_at=NOON, origin=Origin.GATE,
    )  # fmt: skip
    assert [told(one) for one in rest] == [
        ("000001-aa", "sex:code_list", 1, False),
        ("000002-bb", "name:required", 2, False),
        ("000002-bb", "sex:code_list", 0, True),
    ]
    table = snapshot(RULE_RESULTS.path(layout))
    assert table is not None
    assert table.version == 1


def test_nothing_is_recorded_of_what_no_rule_was_asked_of(tmp_path: Path) -> None:
    """A delivery that landing refused has no rule results, and there is no empty commit."""
    layout = Layout(tmp_path)
    assert not record_results(layout, PERSON, ["000001-aa"], [], NOON)
    assert rule_results(layout).num_rows == 0
    assert not RULE_RESULTS.path(layout).exists()


def test_of_two_attempts_at_a_delivery_the_last_one_stands_whole(tmp_path: Path) -> None:
    """A rule that the second attempt no longer had does not stand beside its results."""
    layout = Layout(tmp_path)
    record_results(layout, PERSON, ["1", "2"], [found("a", 1, 1), found("gone", 1, 1)], NOON)
    record_results(layout, PERSON, ["2"], [found("a", 0)], EVENING)
    record_results(layout, FIRM, ["2"], [found("a", 3)], NOON)

    stand = [RULE_RESULTS.fact(row) for row in rule_results(layout).to_pylist()]

    assert sorted(map(told, stand)) == [
        ("1", "a", 1, False), ("1", "gone", 1, False), ("2", "a", 0, True), ("2", "a", 3, False),
    ]  # fmt: skip
    assert [told(one) for one in results_of(layout, PERSON, ["2"])] == [("2", "a", 0, True)]


def test_an_attempt_repeated_in_other_bounds_at_one_moment_leaves_one_row(tmp_path: Path) -> None:
    """A run that judged a bundle, failed to record its verdicts and took it apart says it once."""
    layout = Layout(tmp_path)
    record_results(layout, PERSON, ["1", "2"], [found("a", 1, 2)], NOON)
    record_results(layout, PERSON, ["2"], [found("a", 2)], NOON)
    assert [told(RULE_RESULTS.fact(row)) for row in rule_results(layout).to_pylist()] == [
        ("1", "a", 1, False), ("2", "a", 2, False),
    ]  # fmt: skip


def test_results_since_a_moment_are_told_from_earlier_ones(tmp_path: Path) -> None:
    """The moment counts, in whatever zone it is given."""
    layout = Layout(tmp_path)
    record_results(layout, PERSON, ["1"], [found("a", 0)], NOON)
    record_results(layout, PERSON, ["2"], [found("a", 0)], EVENING)
    late = rule_results(layout, since=datetime.fromisoformat("2026-03-02T10:00:00+00:00"))
    assert late["delivery"].to_pylist() == ["2"]
    assert rule_results(layout, since=datetime.fromisoformat(NOON)).num_rows == 2


results = st.builds(
    lambda delivery, rule, at, origin: RuleJudged(
        "d", "d/r", delivery, rule, "f", "", "", Dimension.ACCURACY, Level.WARN, "", 1, 0, True,
        at, origin,
    ),
    st.sampled_from("12"), st.sampled_from("ab"), st.sampled_from([NOON, EVENING]),
    st.sampled_from([Origin.GATE, Origin.GATE, Origin.RECHECK]),
)  # fmt: skip


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """Return a connection."""
    return duckdb.connect()


@settings(max_examples=200, deadline=None)
@given(st.lists(results, max_size=9))
def test_the_sql_for_readers_says_the_same(
    con: duckdb.DuckDBPyConnection, facts: Sequence[RuleJudged]
) -> None:
    """Of any mixture the same rows stand by either way, and every recheck does."""
    rows = RULE_RESULTS.rows(facts)
    names = "delivery, rule, judged_at, origin"
    con.register("said", rows)
    con.register("kept", standing(rows))
    found = con.sql(f"SELECT {names} FROM (FROM said QUALIFY {STANDING_SQL}) ORDER BY ALL")
    assert con.sql(f"SELECT {names} FROM kept ORDER BY ALL").fetchall() == found.fetchall()
    rechecks = [one for one in facts if one.origin is Origin.RECHECK]
    assert con.sql("SELECT count(*) FROM kept WHERE origin = 'recheck'").fetchall() == [
        (len(rechecks),)
    ]


def test_a_figure_stands_beside_its_result_with_its_bounds(tmp_path: Path) -> None:
    """A rule about no figure has none."""
    layout = Layout(tmp_path)
    figured = replace(found("steady", 0), observed=3.5, low=2.0, high=4.0, against=5)
    record_results(
        layout, PERSON, ["000001-a"], [figured, found("other", 0)], "2026-03-03T09:00:00+08:00"
    )
    by_rule = {one.rule: one for one in results_of(layout, PERSON, ["000001-a"])}
    first, second = by_rule["steady"], by_rule["other"]
    assert (first.observed, first.low, first.high, first.against) == (3.5, 2.0, 4.0, 5)
    assert (second.observed, second.low, second.high, second.against) == (None,) * 4
