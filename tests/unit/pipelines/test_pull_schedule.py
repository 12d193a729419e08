"""Pulls in Dagster: a schedule fetches, a failing source is said and stops nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dagster import DagsterInstance, RunRequest, ScheduleDefinition, build_schedule_context

from catalog_specs.errors import SettingsError
from catalog_specs.loader import bundled, load
from flow.city import City
from flow.waiting import waiting_work
from governance.keys import KeyRing
from pipelines.definitions import build_definitions
from pipelines.settings import Settings
from storage.layout import Layout
from tests.city import MASTER_KEY
from tests.city.declared import change, write_catalog
from tests.city.registers import deliveries
from tests.unit.landing.interface import Answer, serving

REF = "civil_affairs/region"
FEED = {
    "kind": "snapshot",
    "format": "jsonl",
    "columns": {"code": "code", "name": "name"},
    "pull": {"type": "http", "url_variable": "REGIONS"},
}


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return the small city, whose regions are pulled."""
    catalogue = write_catalog(
        tmp_path, **{"resources/civil_affairs/region.yaml": change(feed=FEED)}
    )
    keys = KeyRing.load(MASTER_KEY, where="tests")
    return City(load(catalogue), Layout(tmp_path / "home"), keys, lambda: datetime.now(tz=UTC))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    """Yield an instance with a folder of its own, as a schedule asks for."""
    with DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


def test_the_schedule_fetches_what_the_sensor_then_sees(
    city: City, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its job lands what is new, and that is work for the department's run."""
    definitions = build_definitions(city, pull_minutes=7)
    (timed,) = [one for one in definitions.schedules or () if one.name == "pulls"]
    assert isinstance(timed, ScheduleDefinition)
    assert timed.cron_schedule == "*/7 * * * *"
    asked = timed(build_schedule_context(instance))
    assert isinstance(asked, RunRequest)

    line = json.dumps({"code": "350500", "name": "泉州市"}, ensure_ascii=False)
    monkeypatch.setenv("NO_PROXY", "*")
    with serving(lambda _: Answer(line.encode())) as interface:
        monkeypatch.setenv("REGIONS", interface.address)
        done = definitions.resolve_job_def("pull").execute_in_process(instance=instance)

    assert done.success
    assert [one.rows for one in deliveries(city.layout, REF)] == [1]
    assert set(waiting_work(city)) == {"civil_affairs"}


def test_a_failing_source_is_said_and_stops_nothing(
    city: City, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The landing asset is materialised, and its metadata names the variable that is missing."""
    monkeypatch.delenv("REGIONS", raising=False)
    job = build_definitions(city).resolve_job_def("pull")

    done = job.execute_in_process(instance=instance)

    assert done.success
    (event,) = done.get_asset_materialization_events()
    assert "REGIONS" in str(event.materialization.metadata["pull_failed"].value)


def test_a_city_that_waits_for_files_has_no_schedule_of_pulls(tmp_path: Path) -> None:
    """Where nothing is pulled, the graph says nothing of it."""
    keys = KeyRing.load(MASTER_KEY, where="tests")
    still = City(load(bundled("quanzhou")), Layout(tmp_path), keys, lambda: datetime.now(tz=UTC))
    definitions = build_definitions(still)

    assert all(one.feed.pull is None for one in still.catalog.resources.values())
    assert [one.name for one in definitions.schedules or ()] == [
        "hourly_clock", "daily_publish", "daily_upkeep", "weekly_recheck",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["0", "60", "-1", "often", ""])
def test_nonsense_minutes_are_refused(text: str) -> None:
    """What cron cannot count is refused with the variable's name."""
    with pytest.raises(SettingsError, match="QUANSHU_PULL_MINUTES"):
        Settings.from_environment({"QUANSHU_PULL_MINUTES": text})
    assert Settings.from_environment({"QUANSHU_PULL_MINUTES": "5"}).pull_minutes == 5
