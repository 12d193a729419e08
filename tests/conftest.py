"""In which order tests run on several cores, which of them stay on one, and where they write.

Belongs here: scheduling, what the machine is spared, and the one fixture of all tests. Keep out:
other fixtures, which live beside their tests.
A file is one core's work, so that its fixtures are made once; so is a folder whose files share what
takes long to make. The longest go first: one that began last would keep the other cores waiting.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.harness.engines import ENGINES, OnSecondEngine
from tests.harness.object_store import reaching, server
from tests.harness.placing import placing

LONGEST = (
    "tests/faults/",
    "tests/flow/test_whole_way.py",
    "tests/flow/year/",
    "tests/flow/test_canary.py",
    "tests/flow/test_dagster.py",
    "tests/unit/quality/gate/test_runner.py",
    "tests/flow/",
    "tests/contract/",
    "tests/torture/",
    "tests/unit/cli/",
    "tests/architecture/",
)
"""Files and folders in the order in which they begin; all others take a few seconds a file."""
APART = ("tests/docs/test_contributing_page.py",)
"""Files whose tests share nothing that takes long, and are a core's work each."""
TOGETHER = (
    ("tests/faults/",),
    (
        "tests/flow/test_whole_way.py",
        "tests/flow/test_grants_carried_out.py",
        "tests/flow/test_report_site.py",
    ),
    (
        "tests/flow/test_store_kills.py",
        "tests/flow/test_object_store.py",
        "tests/flow/test_store_city.py",
        "tests/flow/test_store_move.py",
        "tests/flow/test_partitions_elsewhere.py",
        "tests/unit/storage/delta/test_partitions_on_a_store.py",
        "tests/unit/storage/delta/test_tables_on_a_store.py",
        "tests/unit/storage/engines/test_object_reading.py",
        "tests/unit/flow/upkeep/test_clearing.py",
        "tests/unit/outlets/open_data/test_publication.py",
        "tests/unit/register/test_receipts.py",
        "tests/unit/flow/upkeep/test_moving.py",
        "tests/unit/storage/places/",
        "tests/unit/storage/test_locks.py",
    ),
    ("tests/unit/cli/",),
    ("tests/unit/demo_city/",),
    ("tests/unit/governance/",),
    ("tests/unit/outlets/reports/",),
)
"""Files and folders that are one core's work: processes, servers and homes are made ready once."""
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108 - pytest makes its own folder in it
"""Where homes are made if it has so many bytes free: no test waits for a disk to write through."""
DRAWN = "_hypothesis_internal_use_settings"
"""Where Hypothesis keeps the settings of a property: it has no public way to change them."""
FEWEST = 10
"""Examples of a property that are always drawn, if it asks for so many."""
ENOUGH = 2
"""Tests that a core must have waiting for it to begin the first."""
ALONE = (
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
    "TOKIO_WORKER_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
)
"""Settings of libraries that start a thread for every core, unless told how many."""
if "PYTEST_XDIST_WORKER" in os.environ:
    # the cores are the tests' own already: more threads only wait for each other
    os.environ.update({name: "1" for name in ALONE if name not in os.environ})
# tests start hundreds of processes: only the first compiles what all of them import
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
RARELY = (20_000, 20, 20)
"""How often garbage is looked for: there is little of it, and much to look through."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever runs the tests say where their homes have their tables, and which engine."""
    said = "where homes have their tables: on their disk, or on an object store started for it"
    parser.addoption("--homes", choices=("disk", "store"), default="disk", help=said)
    said = "what homes have beside DuckDB: nothing, or a second engine started for it"
    parser.addoption("--engine", choices=("duckdb", *ENGINES), default="duckdb", help=said)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make homes in memory, unless whoever runs the tests has named a place."""
    gc.set_threshold(*RARELY)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # of a process begun in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)  # some tests press Ctrl-C
    placing.on_store = config.option.homes == "store"
    if config.option.engine != "duckdb":
        config.pluginmanager.register(OnSecondEngine(config.option.engine))
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_collection_finish() -> None:
    """Never look through what was there before the first test: none of it becomes garbage."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the longest files begin first; within one, the order stays.

    On a store, what is only on a disk is left out: there is nothing of it that could be missed. Of
    a property all examples are drawn with the marker `thorough`, and without it every fourth.
    """
    if placing.on_store:
        left_out = [item for item in items if item.get_closest_marker("only_on_disk")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: _rank(item.nodeid))
    functions = [item for item in items if isinstance(item, pytest.Function)]
    properties = [(item, held) for item in functions if (held := _settings_of(item))]
    if config.option.markexpr == "thorough":
        for item, _ in properties:
            if not {"slow", "large"} & {mark.name for mark in item.iter_markers()}:
                item.add_marker(pytest.mark.thorough)
    else:
        for holder, name in {held for _, held in properties}:
            _draw_fewer(holder, name)


@pytest.fixture(scope="session", autouse=True)
def _placed() -> Iterator[None]:
    """Start the object store where homes are to have their tables there."""
    with reaching(server()) if placing.on_store else nullcontext():
        yield


@pytest.fixture(autouse=True)
def _umask_as_it_was() -> Iterator[None]:
    """Take back the umask that commands and Dagster's definitions set for their process."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Give every core one file after another."""
    return _ByFile(config, log)


class _ByFile(LoadScopeScheduling):
    """Gives the tests of a file to one core."""

    def _split_scope(self, nodeid: str) -> str:
        file = _file(nodeid)
        if file in APART:
            return nodeid
        return next((group[0] for group in TOGETHER if file.startswith(group)), file)

    def remove_node(self, node: WorkerController) -> str | None:
        """Return the test that a worker died of, and hand on all but that one.

        xdist would hand it on as well, so that it kills one worker after another.
        """
        units = self.assigned_work[node].values()
        pending = ((unit, test) for unit in units for test, done in unit.items() if not done)
        unit, lost = next(pending, (None, None))
        if unit is not None:
            unit[lost] = True
        super().remove_node(node)
        return lost

    def _reschedule(self, node: WorkerController) -> None:
        """Give a core work until it has two tests, or is told that there will be no more.

        It begins a test when it knows the next one, and asks for work when one is done. After a
        worker has died, xdist hands on what that one had done as well, of which there is nothing to
        do: whoever is given only that would wait for ever.
        """
        super()._reschedule(node)
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < ENOUGH:
            super()._reschedule(node)


def _settings_of(item: pytest.Function) -> tuple[Any, str] | None:
    """Return what holds the settings of a property or state machine, and their name there."""
    if hasattr(item.obj, DRAWN):
        return item.obj, DRAWN
    return (item.cls, "settings") if hasattr(item.cls, "settings") else None


def _draw_fewer(holder: Any, name: str) -> None:
    """Leave a property as many examples as a run of the suite has time for."""
    said = getattr(holder, name)
    count = max(min(said.max_examples, FEWEST), said.max_examples // 4)
    setattr(holder, name, settings(said, max_examples=count))


def _rank(nodeid: str) -> int:
    """Return the place in `LONGEST` of the first that a test lies in."""
    return next((n for n, name in enumerate(LONGEST) if nodeid.startswith(name)), len(LONGEST))


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]
