"""The tests' own processes: one that dies fails its test within seconds, named, with its words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from tests.faults.conftest import Reference
from tests.faults.forks import Forks
from tests.faults.test_two_runners import Reader
from tests.flow.postgres import postgres
from tests.processes import Helper, HelperDiedError, helper
from tests.unit.landing.interface import Answer, Asked, serving

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(300)
"""Half of the suite's own limit: seconds on an idle machine are minutes on one that is not."""

ECHO = """
import os, sys
print("ready", flush=True)
for line in sys.stdin:
    if line == "leave a child behind\\n" and os.fork():
        sys.exit("no more of this")
    if line == "close\\n":
        os.close(1)
    if line == "die\\n":
        sys.exit("had enough")
"""


@pytest.fixture
def echo() -> Iterator[Helper]:
    """Start a process that says when it is ready, and dies when it is told to."""
    with helper("the echo", [sys.executable, "-c", ECHO], cwd=ROOT, env=os.environ) as made:
        assert made.line() == "ready"
        yield made


def test_a_death_is_told_with_name_code_and_last_words(echo: Helper) -> None:
    """Whoever waits for a line learns who died, how, and what it printed."""
    echo.tell("die")

    with pytest.raises(HelperDiedError, match=r"the echo .* ended with code 1\nhad enough"):
        echo.line()
    with pytest.raises(HelperDiedError, match="the echo"):
        echo.line()
    with pytest.raises(HelperDiedError, match="the echo"):
        echo.alive_for(30)


def test_a_killed_process_is_told_by_the_signal(echo: Helper) -> None:
    """A kill while somebody waits in another thread ends the wait."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(echo.line)
        echo.process.kill()
        with pytest.raises(HelperDiedError, match=r"the echo .* was killed by SIGKILL"):
            waiting.result()
    with pytest.raises(HelperDiedError, match="SIGKILL"):
        echo.tell("anything")


def test_what_a_dead_process_left_behind_holds_nobody(echo: Helper) -> None:
    """A child that still holds the pipe does not hide the death; it is ended with the rest."""
    echo.tell("leave a child behind")

    with pytest.raises(HelperDiedError, match="no more of this"):
        echo.line()


def test_a_process_that_closed_its_output_is_told(
    echo: Helper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lives, but nobody will ever hear of it."""
    monkeypatch.setattr("tests.processes.GRACE", 0.1)
    echo.tell("close")

    with pytest.raises(HelperDiedError, match=r"the echo .* lives but has closed its output"):
        echo.line()


def test_a_dead_fork_server_fails_every_run_at_once(echo: Helper, tmp_path: Path) -> None:
    """The run that was asked for, and every later one, name it."""
    forks = Forks(echo)
    os.kill(echo.process.pid, signal.SIGKILL)

    for _ in range(3):
        with pytest.raises(HelperDiedError, match=r"the echo .* SIGKILL"):
            forks.run(tmp_path)


def test_who_looks_stops_when_a_runner_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader of two runners is told to stop, however the work beside it ended."""
    looked = threading.Event()
    monkeypatch.setattr("tests.faults.test_two_runners.half_applied", lambda *_: [])
    monkeypatch.setattr("tests.faults.test_two_runners.half_landed", lambda *_: looked.set() or [])
    reader = Reader(tmp_path, cast("Reference", SimpleNamespace(history=None)))

    def lost() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(reader.look)
            with reader:
                looked.wait()
                raise HelperDiedError

    with pytest.raises(HelperDiedError):
        lost()


def test_an_interface_that_cannot_answer_says_why() -> None:
    """What went wrong in its thread is raised where it was started."""

    def failing(_: Asked) -> Answer:
        raise KeyError("nobody foresaw this")

    def asked() -> None:
        with serving(failing) as interface, suppress(httpx.HTTPError):
            httpx.get(interface.address, trust_env=False)

    with pytest.raises(HelperDiedError) as raised:
        asked()

    assert isinstance(raised.value.__cause__, KeyError)


def test_a_database_server_that_does_not_start_says_why() -> None:
    """PostgreSQL's own words are in the failure."""
    with (
        pytest.raises(HelperDiedError, match="no_such_setting"),
        postgres("-c no_such_setting=1"),
    ):
        pytest.fail("it started")


DYING = """
import os

def test_it_dies():
    os._exit(9)

def test_it_lives():
    pass
"""

DYING_LATER = """
import os

def test_it():
    pass

def test_end():
    os._exit(9)
"""


def test_a_worker_that_dies_fails_its_test_and_no_other(tmp_path: Path) -> None:
    """A worker of the suite that is lost is named with the test that it ran; the rest goes on."""
    (tmp_path / "test_dying.py").write_text(DYING, encoding="utf-8")

    done = _run_by_workers(tmp_path, 1)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "crashed while running 'test_dying.py::test_it_dies'" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_what_a_dead_worker_had_done_keeps_nobody_waiting(tmp_path: Path) -> None:
    """It had done other files, of which there is nothing to hand on, and of its own the first."""
    for name in "abcdefgh":
        (tmp_path / f"test_{name}.py").write_text("def test_it():\n    pass\n", encoding="utf-8")
    (tmp_path / "test_i.py").write_text(DYING_LATER, encoding="utf-8")
    (tmp_path / "test_j.py").write_text("def test_it():\n    pass\n", encoding="utf-8")

    done = _run_by_workers(tmp_path, 1)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "crashed while running 'test_i.py::test_end'" in done.stdout
    assert "1 failed, 10 passed" in done.stdout


def _run_by_workers(folder: Path, workers: int) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    words = ["-p", "xdist", "-p", "tests.conftest", "-n", str(workers), "--dist", "loadfile", "-q"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words, str(folder)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
