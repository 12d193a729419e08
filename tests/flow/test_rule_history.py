"""The history of a rule: each delivery keeps what the rule was, and one attempt stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flow.run import run
from register.register import open_registers
from register.rule_results import RULE_RESULTS, RuleJudged, rule_results
from register.verdicts import verdicts
from tests.city import NOW, PERSON, REGION
from tests.city.homes import Town
from tests.city.records import people
from tests.harness.placing import remove

PERSON_FILE = f"resources/{PERSON}.yaml"
LONG = ("人口甲乙丙", 1, "1990-01-01", 350500, "1.00")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town to which four people were delivered, one with a name of five characters."""
    made = Town(tmp_path)
    made.take(PERSON, "p.csv", people(range(4), p1=LONG))
    return made


def narrower(document: Any) -> None:
    """Let names have at most three characters."""
    document["items"][1]["length"] = {"min": 2, "max": 3}


def reworded(document: Any) -> None:
    """Say the named rule in other words."""
    document["quality"][0]["description"] = "姓名不应含空格"


def results(town: Town, rule: str) -> list[RuleJudged]:
    """Return what a rule found, delivery by delivery."""
    rows = rule_results(town.layout, PERSON).to_pylist()
    return [one for one in map(RULE_RESULTS.fact, rows) if one.rule == rule]


def test_a_changed_rule_begins_a_new_line_and_the_old_one_keeps_its_words(town: Town) -> None:
    """Under the same code: another bound is another fingerprint, other words are none."""
    town.declare(**{PERSON_FILE: narrower})
    town.take(PERSON, "p2.csv", people(range(5), p1=LONG))

    first, second = results(town, "name:length")
    assert (first.failing, second.failing) == (0, 1)
    assert first.fingerprint != second.fingerprint
    assert first.wording != second.wording
    assert second.wording_en == "`name` must have between 2 and 3 characters"
    assert {one.judged_at[-6:] for one in (first, second)} == {"+08:00"}

    town.declare(**{PERSON_FILE: reworded})
    town.take(PERSON, "p3.csv", people(range(6), p1=LONG))
    before, *_, after = results(town, "name_without_blank")
    assert before.fingerprint == after.fingerprint
    assert before.wording != after.wording == "姓名不应含空格"


def test_a_delivery_that_is_judged_again_has_one_result_for_each_rule(town: Town) -> None:
    """The first attempt was broken off before its verdict, and the rules were changed since."""
    [verdict] = verdicts(town.layout, PERSON)
    once = len(results(town, "name:length"))
    remove(town.layout.ledger("verdicts"))
    town.declare(**{PERSON_FILE: narrower})

    result = run(replace(town.city, clock=lambda: NOW + timedelta(hours=1)))

    assert result.failures == ()
    [again] = verdicts(town.layout, PERSON)
    assert again.delivery == verdict.delivery
    assert again.reasons == ("name:length",)
    assert [one.failing for one in results(town, "name:length")] == [1]
    assert once == 1
    rows = rule_results(town.layout, PERSON).to_pylist()
    assert len({row["rule"] for row in rows}) == len(rows)


def test_a_delivery_that_could_not_be_read_has_no_results(town: Town) -> None:
    """It was asked nothing; its verdict has the reason."""
    before = rule_results(town.layout).num_rows
    town.take(PERSON, "bad.csv", "x,y\n1,2\n")
    assert verdicts(town.layout, PERSON)[-1].reasons == ("GATE-102",)
    assert rule_results(town.layout).num_rows == before


def test_opening_registers_reads_no_rule_results(town: Town) -> None:
    """They open as ever where the ledger cannot be read at all."""
    for log in (RULE_RESULTS.path(town.layout) / "_delta_log").iterdir():
        log.write_bytes(b"no JSON")
    opened = open_registers(town.layout, map(town.city.catalog.resource, (PERSON, REGION)))
    assert opened[PERSON].newest_judged is not None
