"""Partitions in Dagster: which there are, which are missing, and asking one by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from dagster import DagsterInstance

from assets.naming import key
from assets.partitions import partition_events
from flow.run import run
from pipelines.definitions import build_definitions
from pipelines.instance import dagster_home
from pipelines.reporting import report
from tests.city.one_feed import NOW, REF, deliver, take
from tests.city.taps import BY_MONTH, HEADER, Taps


@pytest.fixture
def taps(tmp_path: Path) -> Taps:
    """Taps of three months, added to."""
    made = Taps(tmp_path, "upsert", BY_MONTH)
    made.take("a,2026-01-05,东", "b,2026-01-06,西", "a,2026-02-05,东", "a,2026-03-05,东")
    return made


def shown(instance: DagsterInstance) -> set[str]:
    """Return the partitions that Dagster has."""
    return {*instance.get_materialized_partitions(key("partitions", REF))}


def told(instance: DagsterInstance) -> object:
    """Return what the table's own asset says of the partitions that were changed last."""
    event = instance.get_latest_materialization_event(key("authoritative", REF))
    assert event is not None
    assert event.asset_materialization is not None
    return event.asset_materialization.metadata["changed_partitions"].value


def test_dagster_shows_the_partitions_that_deliveries_changed(taps: Taps) -> None:
    """A run tells of those that it touched; the page has the others too, and shows them missing."""
    with taps.opened() as (city, _), DagsterInstance.ephemeral() as instance:
        graph, one = build_definitions(city), key("partitions", REF)
        deliver(city, {"9.csv": f"{HEADER}b,2026-01-06,南\nd,2026-03-01,东\n".encode()})

        done = graph.resolve_job_def("ingest_data_office").execute_in_process(instance=instance)

        assert done.success
        assert one not in graph.resolve_job_def("everything").asset_layer.selected_asset_keys
        assert shown(instance) == {"2026-01", "2026-03"}
        assert told(instance) == {"2026-01": 2, "2026-03": 2}
        job = graph.resolve_implicit_global_asset_job_def()
        window = job.asset_layer.asset_graph.get(one).partitions_def
        assert window is not None
        expected = set(window.get_partition_keys(current_time=NOW))
        assert {"2024-01", "2026-02", "2026-03"} <= expected
        asked = {"instance": instance, "asset_selection": [one], "raise_on_error": False}
        kept = job.execute_in_process(partition_key="2026-02", **asked)
        assert kept.success
        assert shown(instance) == {"2026-01", "2026-02", "2026-03"}
        [lost] = map(Path, taps.found.within(["2026-02"]).files)
        lost.unlink()
        assert not job.execute_in_process(partition_key="2026-02", **asked).success
        wanted = {"ops": {"__".join(one.path): {"config": {"rebuild": True}}}}
        assert job.execute_in_process(partition_key="2026-02", run_config=wanted, **asked).success
        assert ("a", "2026-02-05", "东") in taps.rows
        absent = job.execute_in_process(partition_key="2024-05", **asked)
        assert not absent.success
        [failed] = absent.get_step_failure_events()
        assert "nothing of partition 2024-05 is stored" in str(failed.event_specific_data)
        assert "2024-05" not in shown(instance)


def test_a_run_outside_dagster_shows_its_partitions_there(taps: Taps) -> None:
    """Nobody has to run Dagster for the page to be right when it is opened."""
    with taps.opened() as (city, _):
        deliver(city, {"9.csv": f"{HEADER}b,2026-01-06,南\nd,2026-04-01,东\n".encode()})
        result = run(city)
        assert report(city, [result]) == ()
        folder = dagster_home(city.layout.home, city.governance_db)
    with DagsterInstance.from_config(str(folder)) as instance:
        assert shown(instance) == {"2026-01", "2026-04"}
        assert told(instance) == {"2026-01": 2, "2026-04": 1}


@pytest.mark.parametrize(
    ("by", "names"),
    [("day", ["2026-01-05", "2026-01-06"]), ("month", ["2026-01"]), ("year", ["2026"])],
)
def test_a_partition_is_called_as_its_folder_is(by: str, names: list[str], tmp_path: Path) -> None:
    """Each grain has its names in Dagster; what is before the first one expected is not shown."""
    taps = Taps(tmp_path, "upsert", {"by": by, "of": "tapped_on"})
    with taps.opened() as (city, gate):
        text = f"{HEADER}a,2026-01-05,东\nb,2026-01-06,西\nc,1999-01-01,东\n"
        deliver(city, {"1.csv": text.encode()})
        done = [one.delivery for one in take(city, gate)]
        events = [*partition_events(city, city.catalog.resource(REF), done)]
    assert [one.partition for one in events] == names
    assert sum(int(one.metadata["dagster/row_count"].value or 0) for one in events) == 2
