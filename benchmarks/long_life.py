"""A city of many resources over many days: what its life costs, and how quickly it answers.

    python -m benchmarks.long_life --resources 100 --days 5
    python -m benchmarks.long_life --resources 1000 --days 30     # the whole life, some hours

Two deliveries a day of every resource, taken the whole way and shown in Dagster, with the nightly
upkeep in between. Then: bytes that Dagster's storage has gained with each delivery, beside what a
default Dagster project gains with a run for each feed (three assets, nothing else); seconds of a
tick of the inbox sensor, of a run with nothing waiting, of the doctor; and seconds of the questions
that the pages of Dagster ask, answered by its own web server's schema over this home.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from dagster import DagsterInstance, Definitions, asset, build_sensor_context, materialize

from benchmarks.governed_ingest import CATALOG
from benchmarks.harness import measured, publish
from benchmarks.many_deliveries import cut_files
from flow.city import City
from flow.run import run
from flow.upkeep.doctor.registry import examine
from flow.upkeep.upkeep import keep_up
from pipelines.definitions import build_definitions
from pipelines.instance import dagster_home
from pipelines.reporting import report
from pipelines.settings import Settings, open_city

__all__ = ["catalogue_of"]

DEPARTMENT = 50
"""Resources of one department."""
PAGES = {
    "overview": """{ repositoriesOrError { ... on RepositoryConnection { nodes {
        name sensors { name sensorState { status } } schedules { name }
        assetGroups { groupName assetKeys { path } } } } } }""",
    "assets": """{ assetNodes { assetKey { path } groupName description hasMaterializePermission
        assetMaterializations(limit: 1) { timestamp runId } } }""",
    "asset": """query ($path: [String!]!) { assetNodeOrError(assetKey: {path: $path}) {
        ... on AssetNode { assetKey { path } description jobNames
        assetMaterializations(limit: 25) { timestamp metadataEntries { label } }
        assetChecksOrError { ... on AssetChecks { checks { name
        executionForLatestMaterialization { status timestamp } } } } } } }""",
    "runs": """{ runsOrError(limit: 25) { ... on Runs {
        results { runId status jobName startTime } } } }""",
}
"""The questions of Dagster's pages, shortened to what each needs of the storage."""


def main() -> None:
    """Live through the days, measure at their end, print and store the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=100)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--home", type=Path, help="where; scratch by default")
    options = parser.parse_args()
    folder = Path(options.home or tempfile.mkdtemp(prefix="quanshu-life-"))
    city = open_city(
        Settings.from_environment(
            {"QUANSHU_MEMORY": "1GB"},
            home=folder / "home",
            catalog=catalogue_of(folder / "catalogue", options.resources),
        )
    )
    figures: dict[str, Any] = _life(city, options.days)
    deliveries = options.resources * options.days * 2
    figures["default_bytes"] = _default_bytes(folder)
    figures["ratio"] = round(figures["bytes"] / figures["default_bytes"], 3)
    figures |= _answers(city)
    facts = {"benchmark": "long_life", "resources": options.resources, "days": options.days}
    publish("long_life", "\n".join(_lines(deliveries, facts, figures)), facts | figures)
    if options.home is None:
        shutil.rmtree(folder)


def catalogue_of(folder: Path, count: int) -> Path:
    """Write a catalogue of so many resources: each one the benchmark's, with its own elements."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CATALOG, folder)
    elements = yaml.safe_load((folder / "elements" / "record.yaml").read_text("utf-8"))
    one = yaml.safe_load((folder / "resources" / "registry" / "record.yaml").read_text("utf-8"))
    office = yaml.safe_load((folder / "departments" / "registry.yaml").read_text("utf-8"))
    shutil.rmtree(folder / "resources")
    (folder / "elements" / "record.yaml").unlink()
    for number in range(count):
        department = f"office_{number // DEPARTMENT:02}"
        mark = f"_{number:04}"
        _write(
            folder / "elements" / f"record{mark}.yaml",
            [e | {"code": e["code"] + mark, "subject": f"record{mark}"} for e in elements],
        )
        _write(
            folder / "departments" / f"{department}.yaml",
            office
            | {"code": department, "roles": ["producer"], "unit_code": department[-2:] + "0"},
        )
        items = [i | {"element": i["element"] + mark} for i in one["items"]]
        made = one | {"code": f"9{department[-2:]}-350500-{number + 1:04}", "items": items}
        made |= {"resource": f"record{mark}", "provider": department, "subject": f"record{mark}"}
        _write(folder / "resources" / department / f"record{mark}.yaml", made)
    subjects = [
        {"code": f"record_{n:04}", "name": f"登记记录 {n}", "key": [f"record_id_{n:04}"]}
        for n in range(count)
    ]
    _write(folder / "subjects.yaml", subjects)
    return folder


def _write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")


def _life(city: City, days: int) -> dict[str, Any]:
    """Live through the days; return the bytes that Dagster's storage gained a delivery."""
    files = cut_files(2 * days)
    begun = datetime.now(tz=UTC) - timedelta(days=days)
    before, taken, seconds = 0, 0, []
    for number, file in enumerate(files):
        now = begun + timedelta(hours=12 * number)
        today = replace(city, clock=lambda now=now: now)  # type: ignore[misc]
        for ref in city.catalog.resources:
            inbox = city.layout.inbox(ref)
            inbox.mkdir(parents=True, exist_ok=True)
            # no two resources get the same bytes
            text = file.read_text(encoding="utf-8")
            (inbox / file.name).write_text(text, encoding="utf-8")
        started = time.process_time()
        result = run(today)
        if result.faults or any(not one.accepted for one in result.outcomes):
            raise SystemExit(f"not taken: {result.faults} {result.outcomes[:1]}")
        failed = report(today, [result])
        if failed:
            raise SystemExit(f"not shown: {failed}")
        seconds.append((time.process_time() - started) / len(result.outcomes))
        if number == 0:
            before = _bytes(city.layout.dagster)  # the tables themselves, made once
        else:
            taken += len(result.outcomes)
        if number % 2:
            keep_up(today)
    gained = _bytes(city.layout.dagster) - before
    return {
        "bytes": max(1, gained // max(1, taken)),
        "cpu_first": round(seconds[0], 3),
        "cpu_last": round(seconds[-1], 3),
        "home_bytes": _bytes(city.layout.home) // (len(files) * len(city.catalog.resources)),
    }


def _default_bytes(folder: Path) -> int:
    """Return what a default Dagster project gains with one run for a feed of three assets."""

    @asset
    def landing() -> None:
        """Land."""

    @asset(deps=[landing])
    def checked() -> None:
        """Check."""

    @asset(deps=[checked])
    def table() -> None:
        """Apply."""

    home = folder / "default"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    with DagsterInstance.from_config(str(home)) as instance:
        materialize([landing, checked, table], instance=instance)
        before, runs = _bytes(home), 20
        for _ in range(runs):
            materialize([landing, checked, table], instance=instance)
    return (_bytes(home) - before) // runs


def _answers(city: City) -> dict[str, float]:
    """Return the seconds that each question takes, the median of three."""
    graph = build_definitions(city)
    folder = dagster_home(city.layout.home)
    arguments = ["--home", str(city.layout.home), "--catalog", str(city.catalog.root)]
    with DagsterInstance.from_config(str(folder)) as instance:
        figures = {
            "tick": _seconds(lambda: _tick(graph, city, instance)),
            "run, new process": statistics.median(
                measured(["cli.process", "run", *arguments]).seconds for _ in range(3)
            ),
            "doctor": _seconds(lambda: examine(city)),
        }
    os.environ |= {
        "DAGSTER_HOME": str(folder),
        "QUANSHU_HOME": str(city.layout.home),
        "QUANSHU_CATALOG": str(city.catalog.root),
    }
    return figures | _pages(city)


def _tick(graph: Definitions, city: City, instance: DagsterInstance) -> None:
    context = build_sensor_context(instance=instance, resources={"city": city})
    graph.resolve_sensor_def("inbox")(context)


def _pages(city: City) -> dict[str, float]:
    """Ask what pages ask, of the web server that `quanshu ui` builds, without a port."""
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import ModuleTarget
    from dagster_webserver.app import create_app_from_workspace_process_context
    from starlette.testclient import TestClient

    path = ["authoritative", *next(iter(city.catalog.resources)).split("/")]
    target = ModuleTarget("pipelines.definitions", None, working_directory=None, location_name="q")
    with (
        DagsterInstance.get() as instance,
        WorkspaceProcessContext(instance, workspace_load_target=target) as context,
    ):
        client = TestClient(create_app_from_workspace_process_context(context))

        def ask(question: str) -> None:
            said = client.post(
                "/graphql", json={"query": question, "variables": {"path": path}}
            ).json()
            if "errors" in said:
                raise SystemExit(str(said["errors"])[:500])

        return {f"page {name}": _seconds(lambda q=q: ask(q)) for name, q in PAGES.items()}  # type: ignore[misc]


def _seconds(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return round(statistics.median(taken), 3)


def _bytes(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def _lines(deliveries: int, facts: dict[str, Any], figures: dict[str, Any]) -> list[str]:
    said = f"{facts['resources']:,} resources × {facts['days']} days × 2 deliveries"
    named = {"bytes", "default_bytes", "ratio", "cpu_first", "cpu_last", "home_bytes"}
    return [
        f"{said} = {deliveries:,} deliveries",
        f"{'Dagster, bytes a delivery':34}{figures['bytes']:>12,}",
        f"{'default run per feed, bytes':34}{figures['default_bytes']:>12,}",
        f"{'ours of that':34}{figures['ratio']:>12.2f}",
        f"{'the whole home, bytes a delivery':34}{figures['home_bytes']:>12,}",
        f"{'cpu s a delivery, first half-day':34}{figures['cpu_first']:>12.3f}",
        f"{'cpu s a delivery, last half-day':34}{figures['cpu_last']:>12.3f}",
        *(
            f"{name + ', s':34}{value:>12.2f}"
            for name, value in figures.items()
            if name not in named
        ),
    ]


if __name__ == "__main__":
    main()
