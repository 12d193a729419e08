"""The jobs: which assets each runs, and the one that removes dead files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance, Definitions

from flow.city import City
from pipelines.definitions import build_definitions
from pipelines.jobs import jobs
from register.rule_results import RULE_RESULTS
from tests.city import OPEN_SET, PERMIT, PERSON, REFS, REGION, VISIT
from tests.city.declared import change
from tests.city.tables import fill, persons
from tests.unit.pipelines.sensing import living

PULL = {"type": "http", "url_variable": "REGIONS"}
PULLED = {"kind": "snapshot", "format": "jsonl", "columns": {"code": "code", "name": "name"}}
VIEWS = "views/city"


def stops(*refs: str) -> set[str]:
    """Return what a department's run makes of its resources."""
    return {f"{stop}/{ref}" for stop in ("landing", "authoritative") for ref in refs}


@pytest.fixture
def graph(city: City) -> Definitions:
    """Return the city's graph."""
    return build_definitions(city)


def assets(graph: Definitions, job: str) -> set[str]:
    """Return the assets that a job makes."""
    found = graph.resolve_job_def(job).asset_layer.selected_asset_keys
    return {key.to_user_string() for key in found}


@pytest.mark.parametrize(
    ("job", "made"),
    [
        ("everything", {*stops(*REFS), f"open_data/{OPEN_SET}", VIEWS}),
        ("publish", {f"open_data/{OPEN_SET}", VIEWS}),
        ("shares", {"shares/extract"}),
        ("ingest_civil_affairs", {*stops(REGION, PERSON), VIEWS}),
        ("ingest_data_office", {*stops(VISIT, PERMIT), VIEWS}),
    ],
)
def test_a_job_makes_its_assets(graph: Definitions, job: str, made: set[str]) -> None:
    """A department's run its own tables and the views; extracts are partitions and run apart."""
    assert assets(graph, job) == made


def test_a_job_judges_what_it_lands(graph: Definitions) -> None:
    """The checks of the gate stand between landing and authoritative in every run."""
    for job, refs in (("everything", REFS), ("ingest_civil_affairs", (REGION, PERSON))):
        names = {node.name for node in graph.resolve_job_def(job).nodes}
        assert {f"quality_gate__{ref.replace('/', '__')}" for ref in refs} <= names


def test_pulls_are_a_job_where_there_is_a_source(tmp_path: Path, city: City) -> None:
    """It lands what it fetches, and no more: the rest is work that the sensor sees."""
    assert "pull" not in jobs(city.catalog)
    pulled = change(feed=PULLED | {"pull": PULL})
    other = living(tmp_path / "other", **{f"resources/{REGION}.yaml": pulled})

    assert assets(build_definitions(other), "pull") == {f"landing/{REGION}"}


def test_a_job_is_made_for_departments_with_a_resource(tmp_path: Path) -> None:
    """One that provides nothing has nothing to run."""
    without = {f"resources/{ref}.yaml": None for ref in (VISIT, PERMIT)}
    made = jobs(living(tmp_path, **without).catalog)

    assert {*made} == {"everything", "publish", "shares", "clock", "ingest_civil_affairs"}


@pytest.mark.parametrize(("config", "left"), [({}, False), ({"days": 7}, True)])
def test_the_upkeep_keeps_what_it_is_asked_to(
    graph: Definitions, city: City, instance: DagsterInstance, config: dict[str, Any], left: bool
) -> None:
    """A dead file of three days ago goes by default, and stays for whoever keeps a week."""
    fill(city.layout, city.catalog, PERSON, persons(2))
    dead = city.layout.authoritative(PERSON) / "part-orphan.parquet"
    dead.write_bytes(b"x")
    then = city.clock().timestamp() - 3 * 86_400
    os.utime(dead, (then, then))

    done = graph.resolve_job_def("upkeep").execute_in_process(
        instance=instance, run_config={"ops": {"keep_home": {"config": config}}}
    )

    assert done.success
    assert dead.exists() == left


def test_the_recheck_asks_every_stored_table(
    graph: Definitions, city: City, instance: DagsterInstance
) -> None:
    """What it finds is in the ledger; one table that cannot be asked fails the run, after all."""
    fill(city.layout, city.catalog, PERSON, persons(2))

    assert graph.resolve_job_def("recheck").execute_in_process(instance=instance).success
    assert {one.resource for one in RULE_RESULTS.read(city.layout)} == {PERSON}

    log = city.layout.authoritative(PERSON) / "_delta_log"
    (log / f"{0:020}.json").write_text("no JSON", encoding="utf-8")
    failed = graph.resolve_job_def("recheck").execute_in_process(
        instance=instance, raise_on_error=False
    )
    assert not failed.success
