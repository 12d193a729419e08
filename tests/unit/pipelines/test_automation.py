"""The sensors against a real instance: work starts once, is tried again, and comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from dagster import DagsterInstance, Definitions, RunRequest

from catalog_specs.vocabulary import GrantStatus
from flow.city import City
from flow.stops import land_waiting
from pipelines.definitions import build_definitions
from tests.city import GRANT, GRANT_FILE, REGION, VISIT
from tests.city.declared import documents
from tests.unit.pipelines.sensing import in_seconds, living, look, put_share, revoke, said


@pytest.fixture
def graph(city: City) -> Definitions:
    """Return the city's graph."""
    return build_definitions(city)


def _drop(city: City, name: str = "1.csv", ref: str = REGION) -> None:
    file = city.layout.inbox(ref) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("无\n1\n", encoding="utf-8")


def _asked(
    graph: Definitions, city: City, instance: DagsterInstance, sensor: str = "inbox"
) -> list[RunRequest]:
    return list(look(graph, city, instance, sensor).run_requests or ())


def _launched(graph: Definitions, instance: DagsterInstance, request: RunRequest, job: str) -> None:
    """Queue the run that was asked for, as the daemon would."""
    tags = dict(request.tags)
    if request.partition_key:
        tags["dagster/partition"] = request.partition_key
    instance.create_run_for_job(graph.resolve_job_def(job), tags=tags)


def _ended(instance: DagsterInstance) -> None:
    """Let the newest run fail."""
    instance.report_run_failed(instance.get_runs(limit=1)[0])


def test_a_delivery_starts_its_department_only(
    graph: Definitions, city: City, instance: DagsterInstance
) -> None:
    """A file in an inbox asks for one run, of the job of the department that delivered it."""
    assert _asked(graph, city, instance) == []

    _drop(city)

    assert [one.job_name for one in _asked(graph, city, instance)] == ["ingest_civil_affairs"]


def test_several_departments_at_once_go_in_the_order_of_reference(
    graph: Definitions, city: City, instance: DagsterInstance
) -> None:
    """What several departments deliver together is one run of everything, and only one."""
    _drop(city)
    _drop(city, ref=VISIT)

    (request,) = _asked(graph, city, instance)
    assert request.job_name == "everything"
    _launched(graph, instance, request, "everything")
    assert _asked(graph, city, instance) == []


def test_no_second_run_while_one_is_under_way(
    graph: Definitions, city: City, instance: DagsterInstance
) -> None:
    """For further files of its department; another department does not wait for it."""
    _drop(city)
    _launched(graph, instance, _asked(graph, city, instance)[0], "ingest_civil_affairs")

    _drop(city, "more.csv")
    assert _asked(graph, city, instance) == []

    _drop(city, ref=VISIT)
    assert [one.job_name for one in _asked(graph, city, instance)] == ["ingest_data_office"]


def test_a_failed_run_is_tried_again_after_a_pause(
    graph: Definitions, city: City, instance: DagsterInstance
) -> None:
    """The same files start no run at once, and one after the pause; a new file does not wait."""
    _drop(city)
    _launched(graph, instance, _asked(graph, city, instance)[0], "ingest_civil_affairs")
    _ended(instance)

    assert _asked(graph, replace(city, clock=in_seconds(15)), instance) == []
    assert len(_asked(graph, replace(city, clock=in_seconds(35)), instance)) == 1
    _drop(city, "more.csv")
    assert len(_asked(graph, city, instance)) == 1


def test_what_a_failed_run_landed_is_taken_up_again(
    graph: Definitions, city: City, instance: DagsterInstance
) -> None:
    """A delivery that left the inbox but has no outcome asks for a run as a file does."""
    _drop(city)
    land_waiting(city, REGION)
    assert not list(city.layout.inbox(REGION).iterdir())

    assert [one.job_name for one in _asked(graph, city, instance)] == ["ingest_civil_affairs"]


def test_deliveries_go_before_extracts(
    graph: Definitions, city: City, instance: DagsterInstance
) -> None:
    """In the queue of runs, by their priority."""
    _drop(city)
    (delivery,) = _asked(graph, city, instance)
    (extract,) = _asked(graph, city, instance, "grants")

    assert int(delivery.tags["dagster/priority"]) > int(extract.tags["dagster/priority"])


def _with_status(city: City, status: GrantStatus) -> City:
    grant = city.catalog.grants[GRANT].model_copy(update={"status": status})
    return replace(city, catalog=replace(city.catalog, grants={GRANT: grant}))


def test_a_grant_may_be_suspended_and_restored_twice(
    graph: Definitions, city: City, instance: DagsterInstance
) -> None:
    """Each suspension takes the extract away at the tick itself; each return makes it anew."""
    suspended = _with_status(city, GrantStatus.SUSPENDED)
    file = city.layout.share_file(GRANT)
    job = graph.resolve_job_def("shares")
    for hours in range(2):
        later = replace(city, clock=in_seconds(hours * 3600))
        (request,) = _asked(graph, later, instance, "grants")
        done = job.execute_in_process(
            instance=instance, partition_key=request.partition_key, tags=dict(request.tags)
        )
        assert done.success
        assert file.is_file()
        assert _asked(graph, later, instance, "grants") == []

        assert _asked(graph, suspended, instance, "grants") == []
        assert not file.exists()


def test_every_grant_with_an_extract_has_a_partition(
    tmp_path: Path, instance: DagsterInstance
) -> None:
    """Grants that hand out rows become partitions, once; those that answer questions do not."""
    answers = documents()[GRANT_FILE] | {"code": "check", "method": "verify"}
    city = living(tmp_path, **{"grants/check.yaml": answers})
    graph = build_definitions(city)

    first = look(graph, city, instance, "grants")
    again = look(graph, city, instance, "grants")

    assert instance.get_dynamic_partitions("grants") == [GRANT]
    assert [len(one.dynamic_partitions_requests or ()) for one in (first, again)] == [1, 0]


def test_a_catalogue_that_does_not_compile_grants_nothing(
    graph: Definitions, city: City, instance: DagsterInstance
) -> None:
    """What it revokes goes, no extract is asked for meanwhile, and the tick says why."""
    file = put_share(city)
    revoke(city)
    (city.catalog.root / "stray.yaml").write_text("a: 1\n", encoding="utf-8")

    result = look(graph, city, instance, "grants")

    assert not file.exists()
    assert not result.run_requests
    assert "CAT-000" in said(result)


@pytest.mark.parametrize("sensor", ["inbox", "grants"])
def test_a_tick_that_meets_a_fault_says_no_word_of_a_vendor(
    graph: Definitions, city: City, instance: DagsterInstance, sensor: str
) -> None:
    """A ledger that cannot be read is told by code; the tick itself does not fail."""
    log = city.layout.ledger("deliveries") / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_text('{"add": "鸑鷟0001"', encoding="utf-8")

    told = said(look(graph, city, instance, sensor))

    assert "鸑鷟" not in told
    assert sensor == "grants" or "HOME-001" in told
