"""Ticks: what an edited catalogue ends goes first, and what could not be done is said by code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dagster import AssetKey, DagsterInstance, RunRequest, build_sensor_context

from catalog_specs.rules.error_codes import ErrorCode
from flow.city import City
from flow.failures import Failure, Faults
from outlets.open_data.packages import commit_package
from outlets.shares.withdrawals import Withdrawal
from pipelines.definitions import build_definitions
from pipelines.ticks import OUTGROWN, Tick, begin, report_withdrawals
from pipelines.watching import Watched
from tests.city import GRANT, OPEN_FILE, OPEN_SET
from tests.unit.pipelines.sensing import living, look, put_share, revoke

FAILED = Failure("shares", GRANT, ErrorCode.SETTINGS, "no key", "keys", "make one")
EXTRACT = AssetKey(["shares", "extract"])


def begun(city: City, instance: DagsterInstance) -> Tick:
    """Begin a tick after the catalogue was edited."""
    return begin(Watched(city.catalog), city, build_sensor_context(instance=instance))


def edited(city: City, instance: DagsterInstance, **files: str | None) -> Tick:
    """Edit files of the catalogue, and begin a tick of a graph that was made before."""
    watched = Watched(city.catalog)
    for name, text in files.items():
        file = city.catalog.root / name
        if text is None:
            file.unlink()
        else:
            file.write_text(text, encoding="utf-8")
    return begin(watched, city, build_sensor_context(instance=instance))


def put_release(city: City) -> None:
    """Publish a package that holds nothing."""
    built = city.layout.home / "built"
    built.mkdir(parents=True)
    commit_package(built, city.layout.release(OPEN_SET, "20260302-01"))


def withdrawn(city: City) -> bool:
    """Say whether the release was taken back."""
    return (city.layout.release(OPEN_SET, "20260302-01") / "withdrawn.json").exists()


@pytest.mark.parametrize("sensor", ["inbox", "grants"])
def test_an_edited_catalogue_counts_at_the_next_tick(
    city: City, instance: DagsterInstance, sensor: str
) -> None:
    """A grant revoked in its file loses its extract at either sensor's tick, without a reload."""
    graph = build_definitions(city)
    file = put_share(city)
    revoke(city)

    result = look(graph, city, instance, sensor)

    assert not file.exists()
    assert GRANT not in {one.partition_key for one in result.run_requests or ()}
    event = instance.get_latest_materialization_event(EXTRACT)
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.partition == GRANT
    assert event.asset_materialization.metadata["withdrawn"].value == "revoked"


def test_nothing_to_say_is_nothing_said(city: City, instance: DagsterInstance) -> None:
    """An unchanged catalogue is the one that the graph was made for; the extract stays."""
    file = put_share(city)
    tick = begun(city, instance)

    assert tick.city is city
    assert (tick.notes, tick.faults.found) == ([], [])
    assert tick.result([]).skip_reason is None
    assert file.exists()


def test_a_set_that_left_the_catalogue_is_taken_back(city: City, instance: DagsterInstance) -> None:
    """And the graph, which still has it, is told to be made again."""
    put_release(city)
    tick = edited(city, instance, **{OPEN_FILE: None})

    assert withdrawn(city)
    assert tick.notes == [OUTGROWN]
    assert "reload the code location" in OUTGROWN


def test_a_catalogue_that_cannot_be_read_closes_no_set(
    city: City, instance: DagsterInstance
) -> None:
    """It withdraws what its own files of grants end; the last one that compiled stays in use."""
    put_release(city)
    file = put_share(city)
    revoke_text = (city.catalog.root / f"grants/{GRANT}.yaml").read_text(encoding="utf-8")
    tick = edited(
        city,
        instance,
        **{OPEN_FILE: None, "stray.yaml": "a: 1\n"},
        **{f"grants/{GRANT}.yaml": f"{revoke_text}status: revoked\n"},
    )

    assert not withdrawn(city)
    assert not file.exists()
    assert OPEN_SET in tick.city.catalog.open_sets
    assert len(tick.notes) == 1
    assert "problem(s)" in tick.notes[0]


def test_a_set_is_closed_once_the_catalogue_can_be_read(
    tmp_path: Path, instance: DagsterInstance
) -> None:
    """Whatever the last readable one said of it: the new one may open it again."""
    city = living(tmp_path, **{OPEN_FILE: None})
    put_release(city)

    edited(city, instance, **{"stray.yaml": "a: 1\n"})
    assert not withdrawn(city)
    edited(city, instance, **{"stray.yaml": None})
    assert withdrawn(city)


@pytest.mark.parametrize(
    ("notes", "faults", "requests", "told"),
    [
        ([], [], 0, None),
        (["甲"], [], 0, "甲"),
        (["甲"], [FAILED], 0, f"甲 | {FAILED}"),
        (["甲"], [FAILED], 1, None),
    ],
)
def test_a_tick_says_why_it_asks_for_nothing(
    city: City,
    instance: DagsterInstance,
    notes: list[str],
    faults: list[Failure],
    requests: int,
    told: str | None,
) -> None:
    """What is asked for is asked for all the same: one fault keeps nothing else."""
    context = build_sensor_context(instance=instance)
    tick = Tick(city, Faults(city.layout, list(faults)), context, notes)

    result = tick.result([RunRequest()] * requests)

    assert len(result.run_requests or ()) == requests
    assert (result.skip_reason.skip_message if result.skip_reason else None) == told


def test_only_what_was_taken_away_is_shown(instance: DagsterInstance) -> None:
    """A grant that had nothing on disk makes no event, however often it is looked at."""
    context: Any = build_sensor_context(instance=instance)
    gone = Withdrawal(GRANT, "expired", "已到期", existed=False)

    report_withdrawals(context, [gone])
    assert instance.get_latest_materialization_event(EXTRACT) is None
    report_withdrawals(context, [replace(gone, existed=True)])
    assert instance.get_latest_materialization_event(EXTRACT) is not None
