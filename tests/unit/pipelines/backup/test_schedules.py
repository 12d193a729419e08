"""Scheduled backups: none unless settings name a folder, and runs that say how they ended."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest
from dagster import DagsterInstance

from catalog_specs.errors import SettingsError
from flow.backup.plans import BackupPlan
from pipelines.backup.schedules import backup_jobs, backup_schedules
from pipelines.definitions import build_definitions
from pipelines.settings import Settings
from storage.backup.ledger import BACKUPS
from tests.city.homes import Town


def test_nothing_is_backed_up_unless_somebody_says_where() -> None:
    """Neither a job nor a schedule is there; a folder alone is refused, for want of a key."""
    assert backup_jobs(None) == ()
    assert Settings.from_environment({}).backups is None
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"QUANSHU_BACKUP_TO": "/mnt"})
    assert caught.value.where == "QUANSHU_BACKUP_RECIPIENT"
    said = {"TO": "/mnt", "RECIPIENT": "public", "IDENTITY": "secret"}
    settings = Settings.from_environment({f"QUANSHU_BACKUP_{k}": v for k, v in said.items()})
    assert settings.backups == BackupPlan(Path("/mnt"), Path("public"), Path("secret"))


def test_scheduled_runs_make_and_check(tmp_path: Path) -> None:
    """Both jobs run as they are; one that fails says why in the words of the error."""
    town = Town(tmp_path)
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "public").write_text(f"{key.to_public()}\n", encoding="utf-8")
    plan = BackupPlan(tmp_path / "backup", tmp_path / "public")
    graph = build_definitions(town.city, backups=plan)
    assert [one.name for one in backup_schedules(town.city.catalog, plan)] == [
        "daily_backup",
        "weekly_backup_check",
    ]
    with DagsterInstance.ephemeral() as instance:
        for name in ("backup", "backup_check"):
            job = graph.resolve_job_def(name)
            assert job.execute_in_process(instance=instance).success
        assert [one.faults for one in BACKUPS.read(town.layout)] == [0, 0]
        next((plan.to / "objects").glob("??/*")).unlink()
        job = graph.resolve_job_def("backup_check")
        failed = job.execute_in_process(instance=instance, raise_on_error=False)
    assert not failed.success
    (event,) = (one for one in failed.all_events if one.is_step_failure)
    assert "BAK-203" in str(event.step_failure_data.error)
