"""The same city taken the whole way by Dagster: what it makes, and what a rejection stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest
from dagster import (
    AssetCheckEvaluation,
    AssetCheckSeverity,
    DagsterInstance,
    Definitions,
    ExecuteInProcessResult,
    RunRequest,
    SensorResult,
    build_sensor_context,
)

from catalog_specs.loader import bundled, load
from cli.commands.demo import DAY, SEED
from demo_city.rounds import REFUSED, rounds
from flow.city import City
from flow.run import run
from pipelines.definitions import build_definitions
from tests.city.lake import contents, releases
from tests.flow.conftest import PEOPLE, emptied_but, made_city, narrowed

REJECTED = REFUSED[0]
RESOURCES = (
    "civil_affairs/division",
    "public_security/resident",
    "public_security/vehicle",
    "market_supervision/enterprise",
    "market_supervision/food_licence",
    "health/medical_institution",
    "social_security/payment",
    REJECTED,
)
GRANTS = ("licheng_enterprises", "transport_vehicles")
SETS = ("bus_stops", "enterprise_register", "population_sample")


@dataclass
class DagsterHome:
    """A home after three rounds by Dagster, and what was seen on the way."""

    city: City
    graph: Definitions
    instance: DagsterInstance
    whole: list[ExecuteInProcessResult] = field(default_factory=list)
    """The run of `everything` after each round."""
    follow_ups: list[list[str]] = field(default_factory=list)
    """The jobs the inbox sensor asked for after each of them."""

    def asked(self, sensor: str) -> list[RunRequest]:
        """Let a sensor look once and add the partitions it wants."""
        context = build_sensor_context(instance=self.instance, resources={"city": self.city})
        result = self.graph.resolve_sensor_def(sensor)(context)
        assert isinstance(result, SensorResult)
        for request in result.dynamic_partitions_requests or ():
            name, keys = request.partitions_def_name, list(request.partition_keys)
            self.instance.add_dynamic_partitions(name, keys)
        return list(result.run_requests or ())

    def run(self, job: str, request: RunRequest | None = None) -> ExecuteInProcessResult:
        """Run a job here and now; a step that fails does not raise."""
        return self.graph.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            partition_key=request.partition_key if request else None,
            tags=dict(request.tags) if request else None,
            raise_on_error=False,
        )

    def after_a_round(self) -> None:
        """Run everything that waits, then whatever the sensors ask for."""
        self.whole.append(self.run("everything"))
        asked = self.asked("inbox")
        self.follow_ups.append([request.job_name or "" for request in asked])
        for request in asked:
            assert self.run(request.job_name or "", request).success
        for request in self.asked("grants"):
            assert self.run("shares", request).success


def _deliveries(city: City) -> Iterator[None]:
    """Deliver round after round what the narrowed city takes."""
    whole = load(bundled("quanzhou"))
    for _ in rounds(whole, city.layout.home, PEOPLE, SEED, DAY.date()):
        emptied_but(city.layout.home / "inbox", RESOURCES)
        yield


@pytest.fixture(scope="module")
def plain_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the city after each of its three rounds without Dagster; return its home."""
    home = tmp_path_factory.mktemp("plain") / "home"
    city = narrowed(made_city(home), RESOURCES, GRANTS, SETS)
    for _ in _deliveries(city):
        run(city)
    return home


@pytest.fixture(scope="module")
def dagster_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DagsterHome]:
    """Make the same city as `plain_home` and run its jobs after each of the three rounds."""
    home = tmp_path_factory.mktemp("dagster") / "home"
    city = narrowed(made_city(home), RESOURCES, GRANTS, SETS)
    graph = build_definitions(city)
    with DagsterInstance.ephemeral() as instance:
        made = DagsterHome(city, graph, instance)
        for _ in _deliveries(city):
            made.after_a_round()
        yield made


def _latest(home: Path) -> Mapping[str, pl.DataFrame]:
    """Return the data of the newest release of every open-data set."""
    newest = {release.partition("/")[0]: release for release in releases(home)}
    return {
        code: pl.read_parquet(home / "open_data" / release / "data.parquet")
        for code, release in newest.items()
    }


def test_every_kind_and_format_of_feed_is_there(dagster_home: DagsterHome) -> None:
    """The narrowed city leaves out no kind of feed that the whole one has, nor any format."""
    narrow, whole = dagster_home.city.catalog, load(bundled("quanzhou"))

    for said in ("kind", "format"):
        ours, all_there_are = (
            {getattr(one.feed, said) for one in catalog.resources.values()}
            for catalog in (narrow, whole)
        )
        assert ours == all_there_are


@pytest.mark.parametrize("below", ["authoritative", "quarantine", "shares"])
def test_dagster_makes_the_same_tables(
    plain_home: Path, dagster_home: DagsterHome, below: str
) -> None:
    """Plain runs and Dagster's jobs leave the same tables with the same rows."""
    plain = contents(plain_home, below)
    other = contents(dagster_home.city.layout.home, below)

    assert plain
    assert plain.keys() == other.keys()
    assert [name for name in plain if not plain[name].equals(other[name])] == []


@pytest.mark.thorough  # another home by plain runs, to compare with
def test_dagster_makes_the_same_releases(plain_home: Path, dagster_home: DagsterHome) -> None:
    """The newest release of every open-data set holds the same data."""
    plain, other = _latest(plain_home), _latest(dagster_home.city.layout.home)

    assert plain
    assert plain.keys() == other.keys()
    assert [name for name in plain if not plain[name].equals(other[name])] == []


def _failed(run: ExecuteInProcessResult) -> list[AssetCheckEvaluation]:
    return [
        check
        for check in run.get_asset_check_evaluations()
        if not check.passed and check.severity is AssetCheckSeverity.ERROR
    ]


def test_a_rejected_delivery_is_a_failed_blocking_check(dagster_home: DagsterHome) -> None:
    """Only the second round has a rejection; one check says so, with severity ERROR."""
    first, second, third = dagster_home.whole

    (check,) = _failed(second)
    assert check.asset_key.to_user_string() == f"landing/{REJECTED}"
    assert check.blocking
    assert not second.success
    assert first.success
    assert third.success
    assert not [*_failed(first), *_failed(third)]


def test_a_rejection_stops_its_own_resource_only(dagster_home: DagsterHome) -> None:
    """In that run all other authoritative tables are made; only what needs the rejected waits."""
    second = dagster_home.whole[1]
    made = {
        event.asset_key.to_user_string()
        for event in second.get_asset_materialization_events()
        if event.asset_key
    }
    wanted = {f"authoritative/{ref}" for ref in dagster_home.city.catalog.resources}

    assert wanted - made == {f"authoritative/{REJECTED}"}


def test_what_a_rejection_stopped_is_taken_up_at_once(dagster_home: DagsterHome) -> None:
    """After the rejection the inbox sensor finishes that department's run; otherwise it rests."""
    assert dagster_home.follow_ups == [[], [f"ingest_{REJECTED.partition('/')[0]}"], []]


def test_nothing_is_left_to_do(dagster_home: DagsterHome) -> None:
    """At the end no sensor asks for a run."""
    assert dagster_home.asked("inbox") == []
    assert dagster_home.asked("grants") == []
