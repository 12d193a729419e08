"""The composition root: a whole graph, or one that only withdraws."""

from __future__ import annotations

from pathlib import Path

import pytest
from dagster import (
    DagsterInstance,
    DefaultSensorStatus,
    Definitions,
    SkipReason,
    build_sensor_context,
)

from flow.city import City
from pipelines.definitions import build_definitions, defs, uncompiled_definitions
from pipelines.settings import Settings
from tests.city import OPEN_SET, REFS
from tests.unit.pipelines.sensing import put_share, revoke


def opened(monkeypatch: pytest.MonkeyPatch, city: City, **more: str) -> Definitions:
    """Return the graph as Dagster loads it, of an installation that the environment names."""
    places = {"QUANSHU_HOME": str(city.layout.home), "QUANSHU_CATALOG": str(city.catalog.root)}
    for name, value in (places | more).items():
        monkeypatch.setenv(name, value)
    return defs.load_fn()  # type: ignore[attr-defined, no-any-return]


def test_everything_that_is_declared_is_there(city: City) -> None:
    """Two assets and the checks of a resource, one of a set, the extracts, the views, the clock."""
    graph = build_definitions(city).resolve_asset_graph()
    names = {key.to_user_string() for key in graph.get_all_asset_keys()}

    assert names == {
        *(f"{stop}/{ref}" for stop in ("landing", "authoritative") for ref in REFS),
        f"open_data/{OPEN_SET}", "shares/extract", "views/city",
    }  # fmt: skip
    judged = {key.asset_key.to_user_string() for key in graph.asset_check_keys}
    assert judged == {f"{stop}/{ref}" for stop in ("landing", "authoritative") for ref in REFS}


def test_what_runs_by_itself_runs_from_the_start(city: City) -> None:
    """Nobody has to turn a sensor or a schedule on."""
    graph = build_definitions(city)

    assert {one.name for one in graph.sensors or ()} == {"inbox", "grants"}
    assert {one.name for one in graph.schedules or ()} == {
        "daily_publish", "daily_upkeep", "weekly_recheck", "hourly_clock",
    }  # fmt: skip
    for one in (*(graph.sensors or ()), *(graph.schedules or ())):
        assert one.default_status.value == "RUNNING"  # type: ignore[union-attr]


def test_an_installation_is_named_by_its_environment(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home, catalogue and actor are those of the code server's own process."""
    graph = opened(monkeypatch, city, QUANSHU_ACTOR="夜间任务")
    known = (graph.resources or {})["city"]

    assert isinstance(known, City)
    assert (known.layout.home, known.actor) == (city.layout.home, "夜间任务")
    assert known.catalog.digest == city.catalog.digest


def test_over_a_broken_catalogue_there_is_a_graph_that_withdraws(
    city: City, monkeypatch: pytest.MonkeyPatch, instance: DagsterInstance
) -> None:
    """It has one sensor and nothing else; what the catalogue revokes goes at its first look."""
    file = put_share(city)
    revoke(city)
    (city.catalog.root / "stray.yaml").write_text("a: 1\n", encoding="utf-8")

    graph = opened(monkeypatch, city)
    told = graph.resolve_sensor_def("withdrawals")(build_sensor_context(instance=instance))

    assert [*(graph.assets or ()), *(graph.jobs or ()), *(graph.schedules or ())] == []
    [sensor] = graph.sensors or ()
    assert sensor.default_status is DefaultSensorStatus.RUNNING  # type: ignore[union-attr]
    assert isinstance(told, SkipReason)
    assert "quanshu check" in (told.skip_message or "")
    assert not file.exists()


def test_a_folder_that_is_no_catalogue_withdraws_nothing(
    city: City, tmp_path: Path, instance: DagsterInstance
) -> None:
    """It may be the wrong one."""
    file = put_share(city)
    graph = uncompiled_definitions(Settings(city.layout.home, tmp_path / "nothing"))

    graph.resolve_sensor_def("withdrawals")(build_sensor_context(instance=instance))

    assert file.exists()
