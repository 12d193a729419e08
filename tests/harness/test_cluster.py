"""A cluster of a test ends with it, however that ends."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.processes import helper

ROOT = Path(__file__).parents[2]
HOLDING = """
import signal
from tests.harness.cluster import cluster
with cluster() as made:
    print(*(one.pid for one in made.watched), flush=True)
    signal.pause()
"""


@pytest.mark.cluster
def test_a_cluster_ends_with_a_process_that_is_told_to_end() -> None:
    """Its four processes are nobody's children then, and would live for ever."""
    if not os.environ.get("SPARK_HOME"):
        pytest.skip("SPARK_HOME names no Spark (see docs/scaling.md)")
    command = [sys.executable, "-c", HOLDING]
    with helper("who holds a cluster", command, cwd=ROOT, env=os.environ) as holder:
        pids = holder.line().split()
        assert len(pids) == 4
        assert all(Path("/proc", pid).exists() for pid in pids)
        holder.process.send_signal(signal.SIGTERM)
        assert holder.process.wait() == -signal.SIGTERM
    assert not [pid for pid in pids if Path("/proc", pid).exists()]
