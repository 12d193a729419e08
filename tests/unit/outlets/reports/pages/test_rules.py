"""Behaviour of rules' pages: what failed most, and a history that keeps its wordings."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from outlets.reports.charts import spark
from outlets.reports.facts.city import Facts
from outlets.reports.facts.results import SCHEMA, Results
from outlets.reports.pages import rules
from tests.city import PERSON
from tests.unit.outlets.reports.facts.rows import ROW


def with_results(facts: Facts, *rows: dict[str, object]) -> Facts:
    """Return the facts with these results of persons and no others."""
    mine = replace(
        facts.resources[PERSON], results=Results(pa.Table.from_pylist(rows, schema=SCHEMA))
    )
    return replace(facts, resources={PERSON: mine})


def test_rules_are_listed_by_what_they_found_lately(facts: Facts) -> None:
    """The most failures come first; what failed long ago or found nothing is not listed."""
    found = rules.failing_lately(
        with_results(
            facts,
            ROW | {"rule": "few:required", "failing": 1},
            ROW | {"rule": "many:required", "failing": 5},
            ROW | {"rule": "none:required", "failing": 0, "passed": True},
            ROW | {"rule": "old:required", "failing": 9, "judged_at": "2025-01-01"},
        )
    )
    assert [(one.rule, one.failing) for one in found] == [("many:required", 5), ("few:required", 1)]


def test_a_trend_begins_where_the_definition_was_changed(facts: Facts) -> None:
    """What another definition found is no part of it, on the resource's page and on the list."""
    told = with_results(
        facts,
        ROW | {"failing": 8, "judged_at": "2026-02-27"},
        ROW | {"fingerprint": "g", "failing": 2, "judged_at": "2026-02-28"},
        ROW | {"fingerprint": "g", "failing": 4, "judged_at": "2026-03-01"},
    )
    for shown in (
        rules.of_resource(told.resources[PERSON], ""),
        rules.failing_table(rules.failing_lately(told), 1, ""),
    ):
        assert shown.rows[0][-1] == spark([2 / 8, 4 / 8])


def test_every_rule_that_ever_judged_has_a_page(facts: Facts) -> None:
    """There is one page a rule, beside the list of all."""
    many = sum(len(one.results.of_rules) for one in facts.resources.values())
    places = [one.place for one in rules.pages(facts)]
    assert len(set(places)) == len(places) == many + 1
