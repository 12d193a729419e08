"""The nursery: one process a file, ended with its reader, with no setting and no secret."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feeds.nursery import reading_process
from tests.unit.feeds.nurseries import ended, family, nurseries


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """Return a Parquet file."""
    pq.write_table(pa.table({"A": ["x"]}), tmp_path / "f.parquet")
    return tmp_path / "f.parquet"


def test_a_process_has_ended_when_its_context_ends() -> None:
    """Whether it was asked for anything or not; each file has one of its own."""
    with reading_process() as one, reading_process() as other:
        assert one.number != other.number
        assert family() >= {one.number, other.number}
    assert family().isdisjoint({one.number, other.number})
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.write(one.requests, b"x")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_signal_that_ended_a_process_is_told(number: int) -> None:
    """As a negative number, and again when asked again, though the process is reaped by then."""
    with reading_process() as reading:
        ended(reading.number, number)
        assert [reading.fate(), reading.fate()] == [-number, -number]


def test_a_process_without_a_request_ends_by_itself() -> None:
    """With a code that is no success: nobody asked it for anything."""
    with reading_process() as reading:
        os.write(reading.requests, b"\n")
        assert reading.fate() == 1


def test_an_error_of_the_reader_leaves_no_process() -> None:
    """Whatever goes wrong on this side."""
    with pytest.raises(RuntimeError), reading_process() as reading:  # noqa: PT012
        number = reading.number
        raise RuntimeError
    assert number not in family()


def test_a_nursery_that_died_is_replaced() -> None:
    """The next file gets a new one."""
    with reading_process() as reading:
        first = nurseries()
        assert reading.number in family()
    for nursery in first:
        nursery.kill()
        nursery.wait()
    with reading_process() as reading:
        assert reading.number in family()
        assert {one.pid for one in nurseries()}.isdisjoint(one.pid for one in first)


_ASKING = """
import sys
from pathlib import Path
from feeds.readers import Source, reader_for
from tests.unit.feeds.feeds import make_feed
source = Source(Path(sys.argv[1]), make_feed("a", format="parquet"))
with reader_for(source.format).open(source):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_no_process_outlives_the_one_that_asked(parquet: Path) -> None:
    """Killed without warning, it leaves neither nursery nor reading process behind."""
    with subprocess.Popen(
        [sys.executable, "-c", _ASKING, str(parquet)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as asking:
        assert asking.stdout is not None
        assert asking.stdout.readline() == b"open\n"
        left = psutil.Process(asking.pid).children(recursive=True)
        assert len(left) == 2
        asking.kill()
    _, alive = psutil.wait_procs(left, timeout=10)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


_DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_reading_process_hears_what_its_parent_does_not(parquet: Path, number: int) -> None:
    """Ignored and blocked signals are handed down to new processes; here they are not."""
    with subprocess.Popen(
        [sys.executable, "-c", _DEAF + _ASKING, str(parquet)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as asking:
        assert asking.stdout is not None
        assert asking.stdout.readline() == b"open\n"
        (nursery,) = psutil.Process(asking.pid).children()
        (child,) = nursery.children()
        ended(child.pid, number)
        asking.kill()


def test_no_setting_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the nursery nor a reading process knows a setting or a secret of this one."""
    monkeypatch.setenv("QUANSHU_MASTER_KEY", "00" * 32)
    with reading_process() as reading:
        child = psutil.Process(reading.number)
        for process in (child, child.parent()):
            assert process is not None
            assert not [name for name in process.environ() if name.startswith("QUANSHU")]
