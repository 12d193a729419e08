"""The graph as a reviewer sees it: what there is, what it rests on, who answers for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from dagster import AssetsDefinition, AssetSpec, Definitions, ScheduleDefinition

from catalog_specs.loader import bundled, load
from pipelines.definitions import build_definitions
from pipelines.instance import dagster_home
from tests.flow.conftest import made_city
from tests.harness.engines import only_on_duckdb
from tests.harness.placing import only_on_disk

pytestmark = [only_on_disk("no home is run here"), only_on_duckdb("no home is run here")]
ROOT = Path(__file__).parents[2]
SNAPSHOT = Path(__file__).with_name("graph_snapshot.txt")
UPDATE = "QUANSHU_UPDATE_SNAPSHOT"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Definitions:
    """Return the bundled city's graph; nothing runs."""
    return build_definitions(made_city(tmp_path_factory.mktemp("graph")))


def _specs(graph: Definitions) -> list[AssetSpec]:
    made = [one for one in graph.assets or () if isinstance(one, AssetsDefinition)]
    return [spec for one in made for spec in one.specs]


def _drawn(graph: Definitions) -> str:
    """Return the graph as text: each asset with its checks counted and what it rests on."""
    nodes = graph.resolve_asset_graph()
    lines = []
    for spec in sorted(_specs(graph), key=lambda spec: spec.key.to_user_string()):
        checks = len(nodes.get_check_keys_for_assets({spec.key}))
        lines.append(f"{spec.key.to_user_string()}{f'  [{checks} checks]' if checks else ''}")
        lines += [
            f"    < {name}" for name in sorted(d.asset_key.to_user_string() for d in spec.deps)
        ]
    lines += sorted(f"job {job.name}" for job in graph.jobs or ())
    lines += sorted(f"sensor {sensor.name}" for sensor in graph.sensors or ())
    lines += sorted(f"schedule {schedule.name}" for schedule in graph.schedules or ())
    return "\n".join(lines) + "\n"


def test_the_graph_is_the_one_on_record(graph: Definitions) -> None:
    """A change of catalogue or code shows here what it adds to the graph and what it takes away.

    With QUANSHU_UPDATE_SNAPSHOT=1 the record is written anew, to be read before it is committed.
    """
    drawn = _drawn(graph)
    if os.environ.get(UPDATE):
        SNAPSHOT.write_text(drawn, encoding="utf-8")
    assert drawn.splitlines() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_every_asset_says_what_it_is(graph: Definitions) -> None:
    """Owner, group, kinds and a description stand on every asset."""
    departments = load(bundled("quanzhou")).departments
    for spec in _specs(graph):
        name = spec.key.to_user_string()
        assert spec.group_name == spec.key.path[0], name
        assert spec.description, name
        assert spec.kinds, name
        (owner,) = spec.owners
        assert owner.removeprefix("team:") in departments, name


def test_authoritative_assets_show_their_columns(graph: Definitions) -> None:
    """Every authoritative asset carries its stored items as a column schema, with Chinese names."""
    catalog = load(bundled("quanzhou"))
    schemas = {
        "/".join(spec.key.path[1:]): spec.metadata["dagster/column_schema"]
        for spec in _specs(graph)
        if spec.key.path[0] == "authoritative"
    }

    assert schemas.keys() == catalog.resources.keys()
    for ref, schema in schemas.items():
        stored = catalog.resource(ref).stored
        assert [column.name for column in schema.columns] == [item.code for item in stored]
        assert all(column.description for column in schema.columns)


def test_every_rule_is_a_blocking_check(graph: Definitions) -> None:
    """No check of the gate is advisory only, one of a due time always is; each is described."""
    nodes = graph.resolve_asset_graph()
    for key in nodes.asset_check_keys:
        spec = nodes.get_check_spec(key)
        assert spec.blocking == (key.asset_key.path[0] == "landing")
        assert spec.description


def test_schedules_keep_local_time(graph: Definitions) -> None:
    """Schedules tick by the city's own clock."""
    made = [one for one in graph.schedules or () if isinstance(one, ScheduleDefinition)]

    assert made
    assert {schedule.execution_timezone for schedule in made} == {"Asia/Shanghai"}


def test_dagster_finds_the_definitions_valid(tmp_path: Path) -> None:
    """`dagster definitions validate` accepts what ships, with the instance that ships."""
    home = tmp_path / "home"
    environment = os.environ | {
        "DAGSTER_HOME": str(dagster_home(home)),
        "QUANSHU_HOME": str(home),
    }
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-m", "pipelines.definitions"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
