"""Reports to Dagster: what every run did, and no word of a vendor or value of a record."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance

from catalog_specs.loader import load
from catalog_specs.rules.disclosure import RefusalCode
from flow.city import City
from flow.results import RunResult
from flow.run import run
from outlets.open_data.release import Refusal, Release
from outlets.shares.project import Projection, Withdrawal
from pipelines.definitions import build_definitions
from pipelines.instance import dagster_home
from pipelines.reporting import report
from register.records import Outcome, VerdictKind
from tests.city import GRANT, PERMIT, PERSON, REFS
from tests.city.declared import compiled, write_catalog
from tests.city.deliveries import deliver, deliver_first
from tests.city.homes import city_of
from tests.city.lake import bytes_under
from tests.city.tables import fill, persons
from tests.tiers import then_thorough

CANARY = "鸑鷟0001"
EXTRACT = AssetKey(["shares", "extract"])
NOTHING = RunResult((), (), (), views_rebuilt=False)
TAKEN = Outcome("civil_affairs", "person", "000001-aa", ("a.csv",), 5, 4, 1, 4)
MADE = Projection(GRANT, (PERSON,), (), rows=5, refreshed=True)
GONE = Withdrawal(GRANT, "revoked", "已终止", existed=True)
RELEASED = Release("resident_profile", "20260302-01", rows=12, suppressed=0, created=True)


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


@pytest.mark.parametrize("stop", then_thorough(["authoritative"], ["quarantine"]))
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


@pytest.mark.parametrize(
    "result",
    [
        NOTHING,
        replace(NOTHING, outcomes=(replace(TAKEN, verdict=VerdictKind.RECOGNISED),)),
        replace(NOTHING, shares=(replace(MADE, refreshed=False), replace(GONE, existed=False))),
        replace(NOTHING, releases=(replace(RELEASED, created=False),)),
        replace(NOTHING, releases=(Refusal("x", RefusalCode.NOT_AGGREGATED, "尚未汇聚"),)),
    ],
)
def test_what_changed_nothing_opens_no_instance(tmp_path: Path, result: RunResult) -> None:
    """A delivery seen before, a share or release that stands, a refusal: nothing is to be shown."""
    city = city_of(compiled(), tmp_path)

    assert report(city, [result, result]) == ()
    assert not city.layout.dagster.exists()


def test_of_several_runs_the_newest_state_is_shown(tmp_path: Path) -> None:
    """One event an asset: figures of all deliveries, the last extract, release and withdrawal."""
    city = city_of(compiled(), tmp_path)
    fill(city.layout, city.catalog, PERSON, persons(7))
    rejected = replace(TAKEN, verdict=VerdictKind.REJECTED, accepted=0, inserted=0, quarantined=5)
    first = replace(NOTHING, outcomes=(TAKEN,), shares=(MADE,), releases=(RELEASED,))
    second = replace(
        NOTHING,
        outcomes=(replace(TAKEN, updated=2), rejected),
        shares=(replace(MADE, rows=9), replace(GONE, grant="second")),
        releases=(replace(RELEASED, release="20260303-01", rows=13),),
    )

    assert report(city, [first, second]) == ()

    with _instance(city) as instance:

        def told(*path: str, partition: str | None = None) -> dict[str, object]:
            found = instance.fetch_materializations(AssetKey([*path]), limit=10).records
            shown = [one.asset_materialization for one in found if one.asset_materialization]
            [event] = [one for one in shown if partition in (None, one.partition)]
            return {name: value.value for name, value in event.metadata.items()}

        assert told("landing", *PERSON.split("/")) == {"deliveries": 3, "dagster/row_count": 15}
        assert told("authoritative", *PERSON.split("/")) == {
            "dagster/row_count": 7, "accepted": 8, "quarantined": 2, "inserted": 8, "updated": 2,
            "deleted": 0,
        }  # fmt: skip
        assert told(*EXTRACT.path, partition=GRANT) == {"dagster/row_count": 9, "resources": 1}
        assert told(*EXTRACT.path, partition="second") == {"withdrawn": "revoked"}
        assert told("open_data", "resident_profile") == {
            "release": "20260303-01", "dagster/row_count": 13,
        }  # fmt: skip
        assert instance.get_latest_materialization_event(AssetKey(["views", "city"])) is None
        assert {*instance.get_dynamic_partitions("grants")} == {GRANT, "second"}
