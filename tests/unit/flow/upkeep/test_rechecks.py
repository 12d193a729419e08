"""Stored rows are asked today's rules, and stay as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flow.upkeep.rechecks import Rechecked, recheck, recheck_partition
from register.rule_results import RULE_RESULTS, Origin, RuleJudged, rule_results
from tests.city import PERMIT, PERSON, REGION, VISIT
from tests.city.homes import Town
from tests.city.lake import versions
from tests.city.one_feed import REF
from tests.city.records import REGIONS, VISITS, csv_text, people, person_id
from tests.city.taps import BY_MONTH, Taps

PERSON_FILE = f"resources/{PERSON}.yaml"
PERMITS = "操作,序号,区划代码,许可编号,许可名称"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Five people, of whom one has a name of five characters and one another region, a visit."""
    made = Town(tmp_path)
    odd = {"p1": ("人口甲乙丙", 1, "1990-01-01", 350500, "1.00")}
    odd["p2"] = ("人2", 2, "1985-05-05", 350501, "9.00")
    odd["p4"] = ("人4", 2, "", 350500, "1.00")
    made.take(PERSON, "p.csv", people(range(5), **odd))
    visit = ("V1", "2026-02-01", 9, 1, 1, person_id(1), "人口甲乙丙")
    made.take(VISIT, "v.csv", csv_text(VISITS, visit))
    changes = (("I", 1, 350500, "P1", "许可"), ("I", 2, 350500, "P2", "许可"))
    made.take(PERMIT, "c.csv", csv_text(PERMITS, *changes))
    return made


def narrower(document: Any) -> None:
    """Bound names and incomes closer, ask for every date of birth, and for one more rule."""
    document["items"][1]["length"] = {"min": 2, "max": 3}
    document["items"][3]["required"] = True
    document["items"][5]["range"] = {"max": 5}
    document["quality"].append({
        "code": "grown", "expect": "column_values_to_be_between", "column": "birth_date",
        "max_value": "1989-12-31", "level": "warn", "dimension": "accuracy", "description": "成年",
    })  # fmt: skip


def by_rule(done: Rechecked) -> dict[str, RuleJudged]:
    """Return results by the code of their rule."""
    return {one.rule: one for one in done.results}


def test_rules_that_became_narrower_find_rows_that_the_gate_let_in(town: Town) -> None:
    """Nothing is quarantined, no table and no verdict changes: only results are recorded."""
    town.declare(**{PERSON_FILE: narrower})
    before = versions(town.layout.home)

    done = recheck(town.city, [PERSON])

    assert done.failures == ()
    [person] = done.done
    found = by_rule(person)
    assert {rule: (one.failing, one.judged) for rule, one in found.items() if one.failing} == {
        "name:length": (1, 5), "income:range": (1, 5), "grown": (3, 4),
        "birth_date:required": (1, 5),
    }  # fmt: skip
    assert person.failing[0].rule == "grown"
    assert {one.origin for one in person.results} == {Origin.RECHECK}
    assert {one.delivery for one in person.results} == {None}
    assert {one.version for one in person.results} == {person.version}
    after = versions(town.layout.home)
    grown = {name for name in after if after[name] != before.get(name)}
    assert grown == {"lake/ledgers/rule_results"}
    assert person.rows == 5


def test_what_the_gate_found_stands_beside_every_recheck(town: Town) -> None:
    """Two rechecks of one version are two facts, and the gate's results are as they were."""
    of_gate = [r for r in rule_results(town.layout).to_pylist() if r["origin"] == "gate"]
    recheck(town.city, [PERSON])
    once = RULE_RESULTS.table(town.layout, PERSON).num_rows
    town.declare(**{PERSON_FILE: narrower})
    recheck(town.city, [PERSON])

    rows = rule_results(town.layout).to_pylist()
    assert [row for row in rows if row["origin"] == "gate"] == of_gate
    assert once < len(rows)


def test_every_resource_is_asked_and_passes_what_the_gate_let_in(town: Town) -> None:
    """Referenced tables are looked up as they are now; change feeds and upserts alike."""
    done = recheck(town.city)

    assert done.failures == ()
    assert [one.resource for one in done.done] == [REGION, PERSON, PERMIT, VISIT]
    assert [one.failing for one in done.done] == [(), (), (), ()]
    rows = {one.resource: one.rows for one in done.done}
    assert rows == {REGION: 2, PERSON: 5, VISIT: 1, PERMIT: 2}


def test_a_reference_that_lost_its_target_is_found(town: Town) -> None:
    """A division that a later delivery no longer has, while persons still name it."""
    regions = [(350500, "一区"), *((350502 + n, f"区{n}") for n in range(20))]
    town.take(REGION, "r2.csv", csv_text(REGIONS, (350501, "二区"), *regions))
    assert not recheck(town.city, [PERSON]).done[0].failing
    assert town.take(REGION, "r3.csv", csv_text(REGIONS, *regions)).deleted == 1

    [one] = recheck(town.city, [PERSON]).done[0].failing
    assert (one.rule, one.failing, one.judged) == ("residence:reference", 1, 5)


def test_a_table_that_cannot_be_asked_keeps_no_other_from_it(town: Town) -> None:
    """Its failure is told; the rest is recorded."""
    log = town.layout.authoritative(PERSON) / "_delta_log"
    for entry in log.iterdir():
        entry.write_bytes(b"no JSON")

    done = recheck(town.city)

    assert [one.subject for one in done.failures] == [PERSON]
    assert PERSON not in {one.resource for one in done.done}
    assert PERMIT in {one.resource for one in done.done}


def test_what_rules_find_is_told_partition_by_partition(tmp_path: Path) -> None:
    """The counts of a partitioned table are those of the whole, and each partition has its own."""
    taps = Taps(tmp_path, "upsert", BY_MONTH)
    taps.take("a,2026-01-05,东门", "b,2026-01-06,西门", "a,2026-02-05,东", "a,2026-03-05,南门")
    taps.take("b,2026-01-06,西站", "c,2026-03-06,北")
    taps.catalogue = taps.declare(BY_MONTH, longest=1)
    [done] = recheck(taps.city, [REF]).done
    [failing] = done.failing
    assert (failing.rule, failing.failing, failing.judged) == ("stop:length", 3, 5)
    assert json.loads(str(failing.partitions)) == {"2026-01": 2, "2026-03": 1}
    assert {one.partitions for one in done.results} - {failing.partitions} == {"{}"}
    apart = [recheck_partition(taps.city, REF, f"2026-0{n}").failing for n in (1, 2, 3)]
    assert [sum(one.failing for one in found) for found in apart] == [2, 0, 1]


def test_a_table_that_is_not_parted_tells_of_no_partition(town: Town) -> None:
    """Nor does what the gate records."""
    recheck(town.city, [PERSON])
    told = rule_results(town.layout).to_pylist()
    assert {(one["origin"], one["partitions"]) for one in told} == {
        ("gate", None),
        ("recheck", None),
    }
