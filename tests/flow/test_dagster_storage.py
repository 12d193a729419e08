"""What Dagster stores: what every run did, and no word of a vendor or value of a record."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance

from catalog_specs.loader import load
from flow.city import City
from flow.results import RunResult
from flow.run import run
from pipelines.definitions import build_definitions
from pipelines.instance import dagster_home
from pipelines.reporting import report
from tests.city import PERMIT, PERSON, REFS
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver, deliver_first
from tests.city.homes import city_of
from tests.city.lake import bytes_under

CANARY = "鸑鷟0001"
GRANT = "residents_for_office"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[City, RunResult]:
    """Run a town twice outside Dagster, as a demo does, and show both runs at once."""
    root = tmp_path_factory.mktemp("town")
    city = city_of(load(write_catalog(root)), root / "home")
    deliver_first(root / "home")
    first = run(city)
    deliver(root / "home")
    second = run(city)
    assert report(city, [first, second]) == ()
    return city, second


def _instance(city: City) -> DagsterInstance:
    return DagsterInstance.from_config(str(dagster_home(city.layout.home)))


def test_every_asset_reads_materialised(shown: tuple[City, RunResult]) -> None:
    """Landing, authoritative, the grant's extract, the release and the views have their events."""
    city, _ = shown
    wanted = {AssetKey(["landing", *ref.split("/")]) for ref in REFS}
    wanted |= {AssetKey(["authoritative", *ref.split("/")]) for ref in REFS}
    wanted |= {AssetKey(["open_data", code]) for code in city.catalog.open_sets}
    wanted |= {AssetKey(["views", "city"]), AssetKey(["shares", "extract"])}

    with _instance(city) as instance:
        found = {key for key in wanted if instance.get_latest_materialization_event(key)}
        partitions = instance.get_materialized_partitions(AssetKey(["shares", "extract"]))

    assert found == wanted == {*build_definitions(city).resolve_asset_graph().get_all_asset_keys()}
    assert partitions == {GRANT}


def test_every_check_shows_its_result(shown: tuple[City, RunResult]) -> None:
    """Each rule of each resource that was judged has a result, and a failing one says so."""
    city, _ = shown
    keys = build_definitions(city).resolve_asset_graph().asset_check_keys
    with _instance(city) as instance:
        storage = instance.event_log_storage
        found = storage.get_latest_asset_check_execution_by_key([*keys])

    assert {*found} == {*keys}
    said = {one.status.value for one in found.values()}
    assert "SUCCEEDED" in said
    assert "FAILED" in said


def test_it_is_bounded_and_holds_no_value(shown: tuple[City, RunResult]) -> None:
    """One event an asset and check, whatever was delivered; names and numbers of nobody."""
    city, result = shown
    assert len(result.outcomes) > len(REFS)
    with _instance(city) as instance:
        records = instance.fetch_materializations(
            AssetKey(["landing", *PERSON.split("/")]), limit=10
        ).records
    assert len(records) == 1
    for path, data in bytes_under(city.layout.home / "dagster"):
        assert b"35050019900101" not in data, path
        assert "许可1".encode() not in data, path


def test_nothing_changed_is_nothing_shown(shown: tuple[City, RunResult]) -> None:
    """A run without work does not so much as open the instance."""
    city, _ = shown
    run(city)  # what the last run committed is looked at once more
    before = {path: path.stat().st_mtime_ns for path in (city.layout.home / "dagster").rglob("*")}

    again = run(city)
    assert report(city, [again]) == ()

    after = {path: path.stat().st_mtime_ns for path in (city.layout.home / "dagster").rglob("*")}
    assert after == before, again


def test_a_storage_that_fails_is_told(tmp_path: Path) -> None:
    """Without an instance to show it in, the run is done and says what could not be shown."""
    city = city_of(load(write_catalog(tmp_path)), tmp_path / "home")
    deliver_first(tmp_path / "home")
    result = run(city)
    shutil.rmtree(tmp_path / "home/dagster", ignore_errors=True)
    (tmp_path / "home/dagster").write_text("in the way", encoding="utf-8")

    (failure,) = report(city, [result])

    assert (failure.stop, failure.code) == ("events", "RUN-001")


@pytest.mark.parametrize("stop", ["authoritative", "quarantine"])
def test_a_fault_in_an_asset_is_stored_by_code(
    shown: tuple[City, RunResult], tmp_path: Path, stop: str
) -> None:
    """A vendor's message that quotes a value reaches no event, no step failure, no log line."""
    root = tmp_path / "home"
    shutil.copytree(shown[0].layout.home, root, symlinks=True)
    city = city_of(shown[0].catalog, root)
    deliver(root)
    log = root / "lake" / stop / PERMIT / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    last = max(log.glob("*.json"), default=log / "00000000000000000000.json")
    last.write_text(f'{{"add": "{CANARY}"', encoding="utf-8")
    job = build_definitions(city).resolve_job_def("everything")

    with DagsterInstance.ephemeral() as instance:
        done = job.execute_in_process(instance=instance, raise_on_error=False)
        stored = [str(entry) for entry in instance.all_logs(done.run_id)]
        taken = instance.get_latest_materialization_event(
            AssetKey(["authoritative", *PERSON.split("/")])
        )

    assert not done.success
    assert any("HOME-001" in entry for entry in stored)
    assert not [entry for entry in stored if CANARY in entry]
    assert taken is not None
