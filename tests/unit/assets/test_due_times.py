"""Due times in Dagster: each authoritative table has a check, and one look answers them all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dagster import AssetCheckEvaluation, DagsterInstance

from assets.due_times import DUE, due_check_keys
from flow.city import City
from pipelines.definitions import build_definitions
from quality.timeliness.ledger import DUE as LEDGER
from tests.city import REFS, REGION
from tests.city.declared import change
from tests.city.regions import FILE, drop, go, made


def _looked(city: City, said: str) -> dict[str, AssetCheckEvaluation]:
    """Run the job of the clock at a moment; return resource → what its check shows."""
    moment = datetime.fromisoformat(said).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    job = build_definitions(replace(city, clock=lambda: moment)).resolve_job_def("clock")
    with DagsterInstance.ephemeral() as instance:
        done = job.execute_in_process(instance=instance)
    assert done.success
    found = done.get_asset_check_evaluations()
    return {"/".join(one.asset_key.path[1:]): one for one in found if one.check_name == DUE}


def test_a_silent_department_fails_its_check_without_a_delivery(tmp_path: Path) -> None:
    """It passes while all is in time; one who never delivered owes nothing yet."""
    city = made(tmp_path, **{FILE: change(update_cycle="daily")})
    drop(city, [1], "regions.csv")
    friday = datetime(2026, 3, 6, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    go(replace(city, clock=lambda: friday))

    before = _looked(city, "2026-03-09 20:00")
    assert set(before) == set(REFS)
    assert {ref for ref, one in before.items() if not one.passed} == set()

    after = _looked(city, "2026-03-10 00:00")
    assert {ref for ref, one in after.items() if not one.passed} == {REGION}
    told = {name: value.value for name, value in after[REGION].metadata.items()}
    assert (told["due"], told["missed"], told["days_late"]) == ("2026-03-09 23:59", 1, 1)
    assert told["stale"]
    assert [one.state.value for one in LEDGER.read(city.layout)] == ["met", "missing"]


def test_what_is_not_aggregated_has_no_check(tmp_path: Path) -> None:
    """不予汇聚: nothing is owed, so nothing is checked."""
    exempt = {"mode": "exempt", "evidence": ["某法第一条"], "interface_spec": "接口规范 1.0"}
    city = made(tmp_path, **{FILE: change(aggregation=exempt)})
    named = {"/".join(one.asset_key.path[1:]) for one in due_check_keys(city.catalog)}
    assert named == {*REFS} - {REGION}
