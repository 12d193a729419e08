"""Dagster's storage on a server: beside the governance store, and without the address in a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance

from catalog_specs.errors import SettingsError
from governance.store.database import exists, open_store, stands_at
from governance.store.revisions import newest
from pipelines.attempts import may_start
from pipelines.clockwork import clockwork
from pipelines.instance import dagster_home
from pipelines.postgresql import SCHEMA, ServerStorage
from pipelines.purging import purge
from storage.layout import Layout
from tests.flow.postgres import postgres, scalar, script
from tests.unit.pipelines.test_purging import idle, tell

VARIABLE = "QUANSHU_GOVERNANCE_DB"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a PostgreSQL server; yield its address."""
    with postgres() as address:
        yield address


@pytest.fixture
def home(tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home whose one setting names the server, which is empty as at first."""
    own = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"
    script(server, own, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    monkeypatch.setenv(VARIABLE, server)
    return tmp_path


def test_store_and_dagster_share_a_database(home: Path, server: str) -> None:
    """Each has its own schema and revision, whichever comes first; the file has no address."""
    layout = Layout(home)
    folder = dagster_home(home, server)
    with DagsterInstance.from_config(str(folder)) as instance:
        assert instance.get_runs_count() == 0
    with open_store(layout, server):
        assert exists(layout, server)
    with DagsterInstance.from_config(str(folder)) as instance:
        assert instance.get_runs_count() == 0

    assert stands_at(layout, server) == newest()
    own = f"SELECT count(*) FROM {SCHEMA}.alembic_version"
    assert scalar(server, own) == 1
    assert scalar(server, f"SELECT count(*) FROM {SCHEMA}.runs") == 0
    assert server not in (folder / "dagster.yaml").read_text(encoding="utf-8")
    assert [one.name for one in folder.iterdir()] == ["dagster.yaml"]


def test_runs_events_and_their_purge_are_the_same_there(home: Path, server: str) -> None:
    """What sensors ask, what pages show, and what goes after a quarter."""
    folder, now = dagster_home(home, server), datetime.now(tz=UTC)
    with DagsterInstance.from_config(str(folder)) as instance:
        assert may_start(instance, "idle", "work", now)
        for _ in range(2):
            assert idle.execute_in_process(instance=instance).success
            tell(instance, "a")
        assert instance.get_latest_materialization_event(AssetKey("a")) is not None
        told = clockwork(Layout(home))
        assert told is not None
        assert told.timers == ()
        assert purge(instance, now).runs == 0
        done = purge(instance, now + timedelta(days=91))
        assert (done.runs, done.events) == (1, 2)
        assert instance.get_latest_materialization_event(AssetKey("a")) is not None
        assert instance.get_runs_count() == 1


def test_a_server_that_is_not_there_is_told_without_its_address() -> None:
    """The driver's words may quote the password."""
    address = "postgresql://quanshu:secret@/nothing?host=/nowhere"
    with pytest.raises(SettingsError, match="does not answer") as told:
        ServerStorage.from_config_value(None, {"address": address})
    assert "secret" not in f"{told.value}{told.value.__cause__}"


def test_without_the_setting_storage_is_in_files(tmp_path: Path) -> None:
    """Nothing of the server is named, even where it was before."""
    dagster_home(tmp_path, "postgresql://somewhere")
    text = (dagster_home(tmp_path) / "dagster.yaml").read_text(encoding="utf-8")
    assert "postgresql:" not in text
    assert "ServerStorage" not in text
