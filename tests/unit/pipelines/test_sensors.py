"""The sensors against a real instance: work starts once, is tried again, and comes back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from dagster import (
    AssetKey,
    DagsterInstance,
    Definitions,
    RunRequest,
    SensorResult,
    SkipReason,
    build_sensor_context,
)

from catalog_specs.loader import bundled, load
from catalog_specs.vocabulary import GrantStatus
from flow.city import City
from flow.derived import refresh_share
from flow.stops import land_waiting
from governance.keys import KeyRing
from outlets.shares.project import Projection
from pipelines.attempts import pause
from pipelines.definitions import build_definitions, uncompiled_definitions
from pipelines.settings import Settings
from storage.layout import Layout
from tests.city import MASTER_KEY

REF = "transport/bus_stop"
GRANT = "air_health_warning"


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return the city over an empty home, living now."""
    known: City = (_graph().resources or {})["city"]
    return replace(known, layout=Layout(tmp_path / "home"))


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """Yield an instance that forgets everything."""
    with DagsterInstance.ephemeral() as made:
        yield made


def _later(seconds: float) -> datetime:
    return datetime.now(tz=UTC) + timedelta(seconds=seconds)


@cache
def _graph() -> Definitions:
    """Return the graph, made once: whatever it runs or looks at is given its city."""
    keys = KeyRing.load(MASTER_KEY, where="tests")
    nowhere = Layout(Path("nowhere"))
    return build_definitions(City(load(bundled("quanzhou")), nowhere, keys, lambda: _later(0)))


def _asked(city: City, instance: DagsterInstance, sensor: str) -> list[RunRequest]:
    """Let a sensor look once; return the runs it asks for."""
    context = build_sensor_context(instance=instance, resources={"city": city})
    result = _graph().resolve_sensor_def(sensor)(context)
    assert isinstance(result, SensorResult)
    for request in result.dynamic_partitions_requests or ():
        instance.add_dynamic_partitions(request.partitions_def_name, list(request.partition_keys))
    return list(result.run_requests or ())


def _launched(instance: DagsterInstance, request: RunRequest, job: str) -> None:
    """Queue the run that was asked for, as the daemon would."""
    definition = _graph().resolve_job_def(job)
    tags = dict(request.tags)
    if request.partition_key:
        tags["dagster/partition"] = request.partition_key
    instance.create_run_for_job(definition, tags=tags)


def _ended(instance: DagsterInstance) -> None:
    """Let the newest run fail."""
    instance.report_run_failed(instance.get_runs(limit=1)[0])


def _drop(city: City, name: str = "stops.csv") -> Path:
    file = city.layout.inbox(REF) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("站点编码\nQZ00001\n", encoding="utf-8")
    return file


def test_a_delivery_starts_its_department_only(city: City, instance: DagsterInstance) -> None:
    """A file in an inbox asks for one run, of the job of the department that delivered it."""
    assert _asked(city, instance, "inbox") == []

    _drop(city)

    assert [request.job_name for request in _asked(city, instance, "inbox")] == ["ingest_transport"]


def test_several_departments_at_once_go_in_the_order_of_reference(
    city: City, instance: DagsterInstance
) -> None:
    """What several departments deliver together is one run of everything, and only one."""
    _drop(city)
    other = city.layout.inbox("education/school") / "schools.csv"
    other.parent.mkdir(parents=True)
    other.write_text("学校\n", encoding="utf-8")

    (request,) = _asked(city, instance, "inbox")
    assert request.job_name == "everything"
    _launched(instance, request, "everything")
    assert _asked(city, instance, "inbox") == []


def test_no_second_run_while_one_is_under_way(city: City, instance: DagsterInstance) -> None:
    """While a department's run is queued no other is asked for, even for further files."""
    _drop(city)
    _launched(instance, _asked(city, instance, "inbox")[0], "ingest_transport")

    _drop(city, "more.csv")

    assert _asked(city, instance, "inbox") == []


def test_a_failed_run_is_tried_again_after_a_pause(city: City, instance: DagsterInstance) -> None:
    """The same files start no run at once after a failure, and one when the pause is over."""
    _drop(city)
    _launched(instance, _asked(city, instance, "inbox")[0], "ingest_transport")
    _ended(instance)

    assert _asked(replace(city, clock=lambda: _later(15)), instance, "inbox") == []
    assert len(_asked(replace(city, clock=lambda: _later(35)), instance, "inbox")) == 1


def test_a_new_file_does_not_wait_for_a_failing_one(city: City, instance: DagsterInstance) -> None:
    """A further delivery starts a run at once, whatever happened to the one before."""
    _drop(city)
    _launched(instance, _asked(city, instance, "inbox")[0], "ingest_transport")
    _ended(instance)

    _drop(city, "more.csv")

    assert len(_asked(city, instance, "inbox")) == 1


def test_what_a_failed_run_landed_is_taken_up_again(city: City, instance: DagsterInstance) -> None:
    """A delivery that left the inbox but has no outcome asks for a run as a file does."""
    _drop(city)
    land_waiting(city, REF)
    assert not list(city.layout.inbox(REF).iterdir())

    assert [request.job_name for request in _asked(city, instance, "inbox")] == ["ingest_transport"]


def test_pauses_grow_and_are_bounded() -> None:
    """Attempts at the same work are half a minute apart, then ever longer, at most 15 minutes."""
    assert [pause(n).total_seconds() for n in range(1, 9)] == [
        30, 60, 120, 240, 480, 900, 900, 900,
    ]  # fmt: skip


def _with_status(city: City, status: GrantStatus) -> City:
    grant = city.catalog.grants[GRANT].model_copy(update={"status": status})
    grants = {**city.catalog.grants, GRANT: grant}
    return replace(city, catalog=replace(city.catalog, grants=grants))


def _asked_for(city: City, instance: DagsterInstance, grant: str) -> list[RunRequest]:
    return [one for one in _asked(city, instance, "grants") if one.partition_key == grant]


def _run(city: City, instance: DagsterInstance, request: RunRequest) -> None:
    definition = build_definitions(city).resolve_job_def("shares")
    done = definition.execute_in_process(
        instance=instance, partition_key=request.partition_key, tags=dict(request.tags)
    )
    assert done.success


def test_a_grant_may_be_suspended_and_restored_twice(city: City, instance: DagsterInstance) -> None:
    """Each suspension takes the extract away at the tick itself; each return makes it anew."""
    suspended = _with_status(city, GrantStatus.SUSPENDED)
    file = city.layout.share_file(GRANT)
    for hours in range(2):
        later = replace(city, clock=partial(_later, hours * 3600))
        (request,) = _asked_for(later, instance, GRANT)
        _run(later, instance, request)
        assert file.is_file()
        assert _asked_for(later, instance, GRANT) == []

        assert _asked_for(suspended, instance, GRANT) == []
        assert not file.exists()


def test_every_grant_with_an_extract_has_a_partition(city: City, instance: DagsterInstance) -> None:
    """Grants that hand out rows become partitions; those that answer questions only do not."""
    _asked(city, instance, "grants")

    assert GRANT in instance.get_dynamic_partitions("grants")
    assert "enrolment_check" not in instance.get_dynamic_partitions("grants")


def _edited(city: City, tmp_path: Path) -> tuple[Path, Definitions, City]:
    """Copy the catalogue to where it can be edited; return it, its graph and its city."""
    root = tmp_path / "catalogue"
    shutil.copytree(city.catalog.root, root)
    standing = replace(city, catalog=load(root))
    return root, build_definitions(standing), standing


def _look(
    graph: Definitions, city: City, instance: DagsterInstance, sensor: str = "grants"
) -> SensorResult:
    context = build_sensor_context(instance=instance, resources={"city": city})
    result = graph.resolve_sensor_def(sensor)(context)
    assert isinstance(result, SensorResult)
    return result


def test_an_edited_catalogue_counts_at_the_next_tick(
    city: City, instance: DagsterInstance, tmp_path: Path
) -> None:
    """A grant revoked in its file loses its extract at either sensor's tick, without a reload."""
    root, graph, city = _edited(city, tmp_path)
    file = city.layout.share_file(GRANT)
    for sensor in ("inbox", "grants"):
        assert isinstance(refresh_share(city, GRANT), Projection)
        assert file.is_file()
        _revoke(root)
        result = _look(graph, city, instance, sensor)
        assert not file.exists()
        assert GRANT not in {one.partition_key for one in result.run_requests or ()}
        (root / f"grants/{GRANT}.yaml").write_bytes(
            (bundled("quanzhou") / f"grants/{GRANT}.yaml").read_bytes()
        )
    event = instance.get_latest_materialization_event(AssetKey(["shares", "extract"]))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["withdrawn"].value == "revoked"


def _revoke(root: Path) -> None:
    file = root / f"grants/{GRANT}.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}status: revoked\n", encoding="utf-8")


def test_a_catalogue_that_does_not_compile_withdraws_and_grants_nothing(
    city: City, instance: DagsterInstance, tmp_path: Path
) -> None:
    """What it revokes goes, no extract is made meanwhile, and the tick says why."""
    root, graph, city = _edited(city, tmp_path)
    refresh_share(city, GRANT)
    _revoke(root)
    (root / "stray.yaml").write_text("a: 1\n", encoding="utf-8")

    result = _look(graph, city, instance)

    assert not city.layout.share_file(GRANT).exists()
    assert not result.run_requests
    assert "CAT-000" in (result.skip_reason.skip_message if result.skip_reason else "")


def test_a_graph_that_the_catalogue_outgrew_is_told(
    city: City, instance: DagsterInstance, tmp_path: Path
) -> None:
    """An open set that was taken out, or a new one, needs the code location reloaded."""
    root, graph, city = _edited(city, tmp_path)
    next((root / "open_data").glob("*.yaml")).unlink()

    result = _look(graph, city, instance, "inbox")

    assert "reload the code location" in (
        result.skip_reason.skip_message if result.skip_reason else ""
    )


def test_without_a_catalogue_that_compiles_there_is_a_graph_that_withdraws(
    city: City, instance: DagsterInstance, tmp_path: Path
) -> None:
    """Started over a broken catalogue, Dagster still takes away what it revokes."""
    root, _, city = _edited(city, tmp_path)
    refresh_share(city, GRANT)
    _revoke(root)
    (root / "stray.yaml").write_text("a: 1\n", encoding="utf-8")
    graph = uncompiled_definitions(Settings(city.layout.home, root))

    said = graph.resolve_sensor_def("withdrawals")(build_sensor_context(instance=instance))

    assert isinstance(said, SkipReason)
    assert not city.layout.share_file(GRANT).exists()


@pytest.mark.parametrize("sensor", ["inbox", "grants"])
def test_a_tick_that_meets_a_fault_says_no_word_of_a_vendor(
    city: City, instance: DagsterInstance, sensor: str
) -> None:
    """A ledger that cannot be read is told by code; the tick itself does not fail."""
    log = city.layout.ledger("deliveries") / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_text('{"add": "鸑鷟0001"', encoding="utf-8")

    result = _look(_graph(), city, instance, sensor)

    said = result.skip_reason.skip_message if result.skip_reason else ""
    assert "鸑鷟" not in said
    assert sensor == "grants" or "HOME-001" in said
