"""A home made by an earlier version keeps working under today's code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from authoritative.lineage import key_of, row_lineage
from flow.replays import replay
from flow.run import RunResult, run
from register.approvals import APPROVALS, Answer, Approval
from register.outcomes import OUTCOMES
from register.records import VerdictKind
from register.verdicts import verdicts
from tests.city import NOW, PERMIT, PERSON, VISIT
from tests.city.records import csv_text, people, person_id
from tests.city.registers import awaiting_approval
from tests.flow.old_town import OldTown
from tests.harness.placing import opened

PERMITS = "操作,序号,区划代码,许可编号,许可名称"


@pytest.fixture
def town(tmp_path: Path) -> OldTown:
    """A copy of the old home."""
    return OldTown(tmp_path)


def put(town: OldTown, ref: str, name: str, text: str) -> None:
    """Leave a file in an inbox."""
    path = town.layout.inbox(ref) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    os.utime(path, (NOW.timestamp() - 60,) * 2)


def taken(town: OldTown) -> RunResult:
    """Run, and expect that nothing failed."""
    result = run(town.city)
    assert result.pull_failures == ()
    return result


def test_a_run_without_deliveries_judges_and_applies_nothing_again(town: OldTown) -> None:
    """Rows, verdicts and outcomes stay as they are; shares and views stand on this home."""
    before = (town.rows(PERSON, "resident_id", "name"), verdicts(town.layout))

    result = taken(town)

    assert (town.rows(PERSON, "resident_id", "name"), verdicts(town.layout)) == before
    assert {one.verdict for one in result.outcomes} <= {VerdictKind.HELD}
    assert len(awaiting_approval(town.city)) == 1
    with opened(town.layout.city_views) as con:
        counted = con.execute("SELECT count(*) FROM civil_affairs.person").fetchall()
        judged = con.execute("SELECT count(*) FROM quality.verdicts").fetchall()
    assert counted == [(39,)]
    assert judged == [(len(before[1]),)]


def test_new_deliveries_go_through(town: OldTown) -> None:
    """Every kind of feed takes its next delivery, quarantined rows among them."""
    decided = awaiting_approval(town.city)[0]
    refusal = Approval(PERSON, decided.delivery, "批1", "岗", Answer.REFUSE, NOW.isoformat())
    assert APPROVALS.record(town.layout, (refusal,))
    bad = ("人5", 9, "1990-01-01", 350500, "1.00")
    put(town, PERSON, "people_4.csv", people(range(1, 42), p5=bad))
    changes = (
        ("U", 7, 350500, "P1", "新"),
        ("D", 8, 350500, "P2", ""),
        ("I", 9, 350500, "P9", "九"),
    )
    put(town, PERMIT, "permits_2.csv", csv_text(PERMITS, *changes))
    visit = ("V20", "2026-02-01", 9, 1, 1, person_id(1), "人1")
    columns = "办件编号,办件日期,办件时刻,办理结果,跑动次数,申请人身份号码,申请人姓名"
    put(town, VISIT, "visits_2.csv", csv_text(columns, visit))

    taken(town)

    # the third person never came in by herself, and now has a sex that is known
    assert len(town.rows(PERSON, "resident_id")) == 41
    assert town.rows(PERMIT, "permit_no", "permit_name") == [
        ("P1", "新"), ("P3", "许可3"), ("P4", "许可4"), ("P5", "许可5"), ("P9", "九"),
    ]  # fmt: skip
    assert ("V20", 1) in town.rows(VISIT, "visit_no", "trips")
    assert OUTCOMES.read(town.layout, VISIT)[-1].outcome.inserted == 1
    assert "open" in town.states(PERSON)


def test_what_the_old_version_quarantined_can_be_listed_and_replayed(town: OldTown) -> None:
    """Its states are known, and a replay under a wider rule settles it."""
    assert town.states(VISIT) == ["settled"]
    assert town.states(PERMIT) == ["open"]
    town.declare(
        **{"resources/data_office/permit.yaml": _with_longer_names(town)},
    )

    done = replay(town.city, PERMIT)

    assert [one.accepted for one in done.outcomes] == [1]
    assert town.states(PERMIT) == ["settled"]
    assert ("P6", "名称太长了") in town.rows(PERMIT, "permit_no", "permit_name")


def _with_longer_names(town: OldTown) -> object:
    import yaml

    path = town.folder / "catalogue" / "resources" / "data_office" / "permit.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["items"][2]["length"]["max"] = 9
    return document


def test_lineage_of_an_old_row_leads_to_its_record(town: OldTown) -> None:
    """Through the replay to the file of the first delivery."""
    wanted = key_of(
        town.city.catalog.resource(VISIT), (f"resident_id={person_id(5)}", "visit_no=V5")
    )

    found = row_lineage(town.layout, town.city.catalog, VISIT, wanted, record=True)

    assert found
    assert "visits_1.csv" in str(found.as_dict())


def test_a_share_of_an_earlier_home_stays_by_its_former_approvals(town: OldTown) -> None:
    """The first run takes the approvals of the catalogue into the store, and withdraws nothing."""
    town.layout.governance_db.unlink()
    result = taken(town)
    assert [type(one).__name__ for one in result.shares] == ["Projection"]
    [standing] = town.city.rights.standings.values()
    assert {one.document for one in standing.decisions} == {"数共享2024-01", "民数据2024-01"}
    assert all(one.imported for one in standing.decisions)
