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
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

LONGEST = (
    "tests/faults/",
    "tests/torture/test_fuzz.py",
    "tests/flow/test_whole_way.py",
    "tests/flow/test_canary.py",
    "tests/flow/test_dagster.py",
    "tests/unit/quality/gate/test_runner.py",
    "tests/docs/test_contributing_page.py",
    "tests/flow/",
    "tests/contract/",
    "tests/unit/cli/",
    "tests/torture/",
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
    ("tests/unit/cli/",),
    ("tests/unit/demo_city/",),
    ("tests/unit/governance/",),
    ("tests/unit/outlets/reports/",),
)
"""Files and folders that are one core's work: processes and homes are made ready once for them."""
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108 - pytest makes its own folder in it
"""Where homes are made if it has so many bytes free: no test waits for a disk to write through."""
RARELY = (20_000, 20, 20)
"""How often garbage is looked for: there is little of it, and much to look through."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Make homes in memory, unless whoever runs the tests has named a place."""
    gc.set_threshold(*RARELY)
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_collection_finish() -> None:
    """Never look through what was there before the first test: none of it becomes garbage."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin first; within one, the order stays."""
    items.sort(key=lambda item: _rank(item.nodeid))


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


def _rank(nodeid: str) -> int:
    """Return the place in `LONGEST` of the first that a test lies in."""
    return next((n for n, name in enumerate(LONGEST) if nodeid.startswith(name)), len(LONGEST))


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]
