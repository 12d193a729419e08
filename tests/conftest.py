"""In which order tests run on several cores, and which of them stay on one.

Belongs here: scheduling. Keep out: fixtures, which live beside their tests.
A file is one core's work, so that its fixtures are made once; so is a folder whose files share what
takes long to make. The longest go first: one that began last would keep the other cores waiting.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

LONGEST = (
    "tests/faults/test_kill.py",
    "tests/torture/test_fuzz.py",
    "tests/flow/test_whole_way.py",
    "tests/flow/test_canary.py",
    "tests/flow/test_dagster.py",
    "tests/flow/test_replay.py",
)
"""Files that take half a minute and more, in the order in which they begin."""
APART = "tests/torture/test_fuzz.py"
"""The file whose tests are a core's work each."""
TOGETHER = "tests/faults"
"""The folder that is one core's work: processes and homes are made ready for all of it."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin first; within one, the order stays."""
    ranks = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(_file(item.nodeid), len(ranks)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Give every core one file after another."""
    return _ByFile(config, log)


class _ByFile(LoadScopeScheduling):
    """Gives the tests of a file to one core."""

    def _split_scope(self, nodeid: str) -> str:
        file = _file(nodeid)
        if file.startswith(f"{TOGETHER}/"):
            return TOGETHER
        return nodeid if file == APART else file

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


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]
