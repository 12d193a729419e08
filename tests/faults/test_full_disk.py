"""On a full disk a run fails and says so; with space again, the next run ends as if never full."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.faults.conftest import Reference
from tests.faults.disks import after, half
from tests.faults.forks import Forks
from tests.faults.invariants import half_way
from tests.faults.points import Fault, Kind
from tests.faults.state import state
from tests.tiers import then_thorough

POINTS: tuple[Kind, ...] = (
    ("link", "authoritative log"),
    ("write", "views"),
)
"""Points of delta-rs and of DuckDB; that of Python is the one of a single call."""
MORE_POINTS: tuple[Kind, ...] = (
    ("write", "landing"),
    ("write", "quarantine"),
    ("rename", "landing"),
    ("write", "bench"),
    ("link", "quarantine log"),
    ("write", "authoritative"),
    ("write", "ledgers log"),
    ("write", "shares"),
)


@pytest.mark.parametrize("kind", then_thorough(POINTS, MORE_POINTS), ids=" ".join)
def test_no_space_at_a_point(
    runners: tuple[Forks, ...], reference: Reference, tmp_path: Path, kind: Kind
) -> None:
    """From this call on the kernel answers ENOSPC: a clear error, no half state, then the end."""
    home = reference.home(tmp_path / "home")
    fault = Fault(1 + reference.points[kind] // 2, kind, full=True)

    said = runners[0].run(home, fault)

    assert said.struck
    assert said.code != 0, "a full disk went unnoticed"
    assert "DISK-001" in said.said
    assert half_way(home, reference.history) == []
    again = runners[0].run(home)
    assert again.code == 0, again.said
    assert state(home).differences(reference.end) == []


@pytest.mark.parametrize("quarter", then_thorough([1], [3]))
def test_no_space_for_one_call_only(
    runners: tuple[Forks, ...], reference: Reference, tmp_path: Path, quarter: int
) -> None:
    """A single failed write, of bytes that could be read well, never counts against a delivery."""
    home = reference.home(tmp_path / "home")
    at = reference.points[("write", "landing")] * quarter // 4
    fault = Fault(at, ("write", "landing"), full=True, lasting=False)

    said = runners[0].run(home, fault)

    assert said.struck
    assert half_way(home, reference.history) == []
    again = runners[0].run(home)
    assert again.code == 0, again.said
    assert state(home).differences(reference.end) == []


def test_the_command_says_that_the_disk_is_full(
    runners: tuple[Forks, ...], reference: Reference, tmp_path: Path
) -> None:
    """`quanshu run` exits with 3 and one line: no traceback, no value, what to do."""
    for kind in (("write", "quarantine"), ("write", "bench")):
        home = reference.home(tmp_path / kind[1])

        said = runners[0].run(home, Fault(2, kind, full=True), command=True).said

        code, _, printed = said.partition("\n")
        assert code == "exit 3"
        lines = [line for line in printed.splitlines() if "DISK-001" in line]
        assert len(lines) == 1, printed
        assert "free space and run again" in printed
        assert "Traceback" not in printed
        assert "File " not in printed


@pytest.mark.parametrize("room", then_thorough([256], [16, 96, 480, 704]), ids="{} KiB".format)
def test_a_disk_that_fills_up(
    runners: tuple[Forks, ...], reference: Reference, tmp_path: Path, room: int
) -> None:
    """A real file system runs out of space at different moments; the next run makes it good."""
    home = reference.home(tmp_path / "home")

    filled = runners[0].run_on_small_disk(home, room * 1024)

    if filled.missing and os.environ.get("CI") == "true":
        pytest.fail(f"a disk of its own cannot be had: {filled.missing}")
    if filled.missing:
        pytest.skip(f"a disk of its own cannot be had: {filled.missing}")
    assert "DISK-001" in filled.first, filled.first
    assert half_way(half(home), reference.history) == []
    assert filled.second == ""
    shutil.rmtree(home)
    after(home).rename(home)  # views name their files by absolute paths
    assert state(home).differences(reference.end) == []
