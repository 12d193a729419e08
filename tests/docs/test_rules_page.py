"""The rule author's part of docs/quality.md: every rule is lawful, and finds what the page says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.loader import check
from catalog_specs.models.condition import Condition
from catalog_specs.rules.quality.core_expectations import CORE, INSTEAD
from quality.rules.sql.functions import FUNCTIONS
from quality.sql_law import SQL_LAW
from quality.suite_law import suite_law
from register.rule_results import RULE_RESULTS, RuleJudged
from tests.city import REGION
from tests.city.one_feed import NOW, REF, deliver, facts, fed_catalogue, fed_city, take
from tests.city.tables import fill
from tests.docs.examples import Example, examples
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "quality.md"
PART = PAGE.read_text(encoding="utf-8").partition("## For the rule author\n")[2]
AUTHORS = PART.partition("\n## ")[0]
LAWS = (suite_law(NOW.date()), SQL_LAW)


def _examples() -> Iterator[Example]:
    return (one for one in examples(PAGE) if f"### {one.title}\n" in AUTHORS)


EXAMPLES = list(_examples())


def _told(one: RuleJudged) -> dict[str, Any]:
    """Return a result as the page shows it."""
    names = ("rule", "judged", "failing", "passed")
    names += ("observed", "against") if one.against is not None else ()
    return {name: getattr(one, name) for name in names}


@pytest.mark.parametrize("example", EXAMPLES, ids=[one.title for one in EXAMPLES])
def test_every_rule_finds_what_the_page_says(example: Example, tmp_path: Path) -> None:
    """Delivered one file after another, judged by the gate, and read from the ledger."""
    catalogue = fed_catalogue(tmp_path, example.declared)
    assert [str(one) for one in check(catalogue, LAWS)[1]] == []
    codes = {rule["code"] for rule in example.declared["resource"]["quality"]}
    with fed_city(catalogue, tmp_path / "home") as (city, gate):
        regions = {"350502": "鲤城区", "350503": "丰泽区"}
        rows = [{"code": code, "name": name} for code, name in regions.items()]
        fill(city.layout, city.catalog, REGION, rows)
        for name, text in example.files.items():
            deliver(city, {name: text.encode()})
            take(city, gate)
        results = RULE_RESULTS.read(city.layout, REF)
        found = [_told(one) for one in results if one.rule in codes]
        lines = [row["line"] for row in facts(city).quarantined]
    assert {"found": found, "quarantined": lines} == example.expected


def test_the_page_shows_every_form_of_a_rule() -> None:
    """And every operator of a row condition, expectation and function that may be named."""
    shown = [rule for one in EXAMPLES for rule in one.declared["resource"]["quality"]]
    forms = {"expect", "sql", "exists_in", "drift", "compare", "where"}
    assert {key for rule in shown for key in rule} >= forms
    operators = Condition.model_json_schema()["properties"]["op"]["enum"]
    for name in (*CORE, *INSTEAD, *FUNCTIONS, *operators):
        assert f"`{name}`" in AUTHORS, name
