"""Purging of Dagster's storage: old runs and events go, the newest of everything stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import (
    AssetCheckEvaluation,
    AssetCheckKey,
    AssetKey,
    AssetMaterialization,
    DagsterInstance,
    DagsterRunStatus,
    job,
    op,
)

from pipelines.instance import dagster_home
from pipelines.purging import keep_newest, purge


@op
def nothing() -> None:
    """Do nothing."""


@job
def idle() -> None:
    """Do nothing, as a run."""
    nothing()


def tell(instance: DagsterInstance, asset: str, partition: str | None = None) -> None:
    """Show an asset and a check of it, as a run outside Dagster does."""
    instance.report_runless_asset_event(AssetMaterialization(asset, partition=partition))
    check = AssetCheckEvaluation(check_name="rule", passed=True, asset_key=AssetKey(asset))
    instance.report_runless_asset_event(check)


def test_the_newest_of_everything_stays(tmp_path: Path) -> None:
    """After a quarter; a page still says when each thing was made last."""
    with DagsterInstance.from_config(str(dagster_home(tmp_path))) as instance:
        runs = [idle.execute_in_process(instance=instance).run_id for _ in range(3)]
        for _ in range(3):
            tell(instance, "a")
            tell(instance, "b", "p")
        going = instance.create_run_for_job(idle, status=DagsterRunStatus.STARTED).run_id
        now = datetime.now(tz=UTC)
        files = tmp_path / "dagster" / "history" / "runs"
        assert purge(instance, now) == purge(instance, now + timedelta(days=89))
        assert (files / f"{runs[0]}.db").exists()

        done = purge(instance, now + timedelta(days=91))

        # the newest run of the job is under way, so that all that ended may go
        assert {one.run_id for one in instance.get_runs()} == {going}
        assert (done.runs, done.events) == (3, 8)
        assert str(done) == "3 runs and 8 events"
        assert not (files / f"{runs[0]}.db").exists()
        for asset in ("a", "b"):
            assert instance.get_latest_materialization_event(AssetKey(asset)) is not None
        assert instance.get_materialized_partitions(AssetKey("b")) == {"p"}
        checks = instance.event_log_storage.get_asset_check_execution_history
        assert len(checks(AssetCheckKey(AssetKey("a"), "rule"), limit=9)) == 1
        assert purge(instance, now + timedelta(days=91)).events == 0


def test_the_newest_run_of_a_job_stays(tmp_path: Path) -> None:
    """However old it is: by it a sensor knows what was tried last."""
    with DagsterInstance.from_config(str(dagster_home(tmp_path))) as instance:
        runs = [idle.execute_in_process(instance=instance).run_id for _ in range(2)]
        assert purge(instance, datetime.now(tz=UTC) + timedelta(days=400)).runs == 1
        assert [one.run_id for one in instance.get_runs()] == runs[1:]


def test_results_of_checks_do_not_pile_up(tmp_path: Path) -> None:
    """Of those shown outside runs the newest stays; materialisations and runs stay as they are."""
    with DagsterInstance.from_config(str(dagster_home(tmp_path))) as instance:
        run = idle.execute_in_process(instance=instance).run_id
        tell(instance, "a")
        keep_newest(instance)
        files = [*(tmp_path / "dagster").rglob("*.db")]
        before = sum(file.stat().st_size for file in files)
        for _ in range(9):
            tell(instance, "a")
            keep_newest(instance)
        assert sum(file.stat().st_size for file in files) <= before + 9 * 8192
        check = AssetCheckKey(AssetKey("a"), "rule")
        history = instance.event_log_storage.get_asset_check_execution_history(check, limit=9)
        assert [one.status.value for one in history] == ["SUCCEEDED"]
        events = instance.fetch_materializations(AssetKey("a"), limit=99).records
        assert len(events) == 10
        assert instance.get_run_by_id(run) is not None
        assert instance.all_logs(run) != []
