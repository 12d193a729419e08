"""Rule results that an earlier version kept in its verdicts are brought along, once."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flow.run import run
from flow.upkeep.evolution import former_facts
from register.rule_results import RULE_RESULTS, Origin, rule_results
from register.verdicts import VERDICTS
from storage.delta.tables import snapshot, version
from tests.city import PERMIT, PERSON, VISIT
from tests.flow.old_town import OldTown


@pytest.fixture
def town(tmp_path: Path) -> OldTown:
    """A copy of the old home."""
    return OldTown(tmp_path)


def kept(town: OldTown) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return what the old verdicts say of each rule, by delivery."""
    found = snapshot(VERDICTS.path(town.layout))
    assert found is not None
    with duckdb.connect() as con:
        rows = con.execute(f"SELECT resource, delivery, rules FROM {found.scan_sql()}").fetchall()
    return {
        (ref, name): said for ref, name, text in rows if text for said in [json.loads(text)] if said
    }


def test_every_result_comes_along_and_only_once(town: OldTown) -> None:
    """Counts, level and wording as they were said then; what was not kept stays empty."""
    old = kept(town)
    assert {ref for ref, _ in old} >= {PERSON, PERMIT, VISIT}
    assert former_facts(town.city, bring=False) == len(old)
    assert rule_results(town.layout).num_rows == 0

    assert former_facts(town.city, bring=True) == len(old)

    came = RULE_RESULTS.read(town.layout)
    assert len(came) == sum(map(len, old.values()))
    for one in came:
        [said] = [r for r in old[one.resource, one.delivery or ""] if r["code"] == one.rule]
        assert (one.failing, one.passed, one.wording, one.level) == (
            said["unexpected"], said["success"], said["description"], said["level"],
        )  # fmt: skip
        assert (one.fingerprint, one.wording_en, one.origin) == ("", "", Origin.GATE)
        assert datetime.fromisoformat(one.judged_at).utcoffset() is not None
    at = version(RULE_RESULTS.path(town.layout))
    assert former_facts(town.city, bring=True) == 0
    assert version(RULE_RESULTS.path(town.layout)) == at


def test_what_is_judged_since_stands_beside_what_came_along(town: OldTown) -> None:
    """A new delivery before and after the move: nothing is counted twice."""
    deliver(town, "people_8.csv")
    run(town.city)
    fresh = rule_results(town.layout).num_rows
    assert fresh > 0
    waiting = former_facts(town.city, bring=True)
    assert waiting == len(kept(town))
    assert former_facts(town.city, bring=False) == 0
    assert rule_results(town.layout).num_rows == fresh + sum(map(len, kept(town).values()))


def deliver(town: OldTown, name: str) -> None:
    """Leave a delivery of visits in the inbox."""
    from tests.city.records import csv_text, person_id

    columns = "办件编号,办件日期,办件时刻,办理结果,跑动次数,申请人身份号码,申请人姓名"
    path = town.layout.inbox(VISIT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    row = ("V21", "2026-02-01", 9, 1, 1, person_id(1), "人1")
    path.write_text(csv_text(columns, row), encoding="utf-8", newline="")
