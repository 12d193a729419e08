"""A real Spark cluster for tests: a master, two workers and a Connect server, each a process.

Belongs here: starting them on loopback, their deaths, ending them. Keep out: assertions.
Spark lies in an environment of its own, which `SPARK_HOME` names: its package and that of the
client are called the same. Heaps are small, and only the quick compiler works: no test runs long
enough for the other one to pay.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, MappingProxyType

import pytest

from storage.engines.spark.address import Address
from tests.processes import HelperDiedError, Watched

__all__ = ["Cluster", "cluster"]

PATIENCE = 240.0
"""Seconds until the server must answer: 23 on a quiet machine."""
WORKERS = 2
_HOST = "127.0.0.1"
_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
_DAEMON = {"SPARK_DAEMON_MEMORY": "128m", "SPARK_DAEMON_JAVA_OPTS": _JVM}
_SETTINGS = {
    "spark.connect.grpc.binding.address": _HOST,
    "spark.driver.host": _HOST,
    "spark.driver.extraJavaOptions": _JVM,
    "spark.executor.memory": "1g",
    "spark.executor.cores": "1",
    "spark.executor.extraJavaOptions": _JVM,
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


@dataclass(frozen=True)
class Cluster:
    """Where its server answers, its workers, which may be killed, and each of its processes."""

    address: Address
    workers: tuple[subprocess.Popen[bytes], ...]
    watched: tuple[Watched, ...]

    def executors(self) -> list[int]:
        """Return the processes that run tasks."""
        alive = (one.pid for one in self.workers if one.poll() is None)
        return [pid for worker in alive for pid in _children(worker)]


@contextmanager
def cluster(settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Cluster]:
    """Start a cluster, wait until its server answers, and end it all.

    `settings` of Spark are set beside ours, or instead of them.
    HelperDiedError, with its last words, as soon as one of its processes has died.
    """
    home = os.environ.get("SPARK_HOME")
    if not home:
        pytest.skip("SPARK_HOME names no Spark (see docs/scaling.md)")
    with ExitStack() as stack:
        stack.callback(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, _ending(stack)))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="quanshu-spark-")))
        started = _Started(Path(home), folder, stack)
        port, served = _free(), _free()
        master = f"spark://{_HOST}:{port}"
        options = ["--host", _HOST, "--port", str(port), "--webui-port", "0"]
        started.daemon("master", "org.apache.spark.deploy.master.Master", options)
        started.wait(port)
        at = ["--host", _HOST, "-c", "1", "-m", "1200m", "--webui-port", "0"]
        workers = tuple(
            started.daemon(
                f"worker-{number}",
                "org.apache.spark.deploy.worker.Worker",
                [*at, "-d", str(folder / f"worker-{number}"), master],
            )
            for number in range(WORKERS)
        )
        started.server(master, served, settings)
        started.wait(served)
        address = Address(f"sc://{_HOST}:{served}", rows=1_000_000, seconds=300)
        yield Cluster(address, workers, started.watched)


class _Started:
    """Processes of one cluster; each prints into a file of its own."""

    def __init__(self, home: Path, folder: Path, stack: ExitStack) -> None:
        self._home = home
        self._folder = folder
        self._stack = stack
        self._last: subprocess.Popen[bytes] | None = None
        self.watched: tuple[Watched, ...] = ()

    def daemon(self, name: str, main: str, options: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a master or a worker."""
        return self._run(name, ["bin/spark-class", main, *options], _DAEMON)

    def server(self, master: str, port: int, more: Mapping[str, str]) -> None:
        """Start the Connect server, which is the driver."""
        settings = {
            **_SETTINGS,
            **more,
            "spark.connect.grpc.binding.port": str(port),
            "spark.sql.warehouse.dir": str(self._folder / "warehouse"),
        }
        told = [part for one in settings.items() for part in ("--conf", "=".join(one))]
        main = "org.apache.spark.sql.connect.service.SparkConnectServer"
        at = ["--master", master, "--class", main, "--driver-memory", "700m", *told]
        self._run("server", ["bin/spark-submit", *at, "spark-internal"], {})

    def wait(self, port: int) -> None:
        """Wait until somebody listens at a port, and not a moment longer than all of them live."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for one in self.watched:
                one.require()
            with socket.socket() as there:
                there.settimeout(1)
                if there.connect_ex((_HOST, port)) == 0:
                    return
            self._pause()
        raise HelperDiedError(f"nobody listens at {port} after {PATIENCE:.0f} seconds")

    def _pause(self) -> None:
        """Wait a moment, or until the process that was started last has ended."""
        assert self._last
        try:
            self._last.wait(0.2)
        except subprocess.TimeoutExpired:
            return

    def _run(
        self, name: str, command: Sequence[str], more: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        printed = self._stack.enter_context((self._folder / name).with_suffix(".log").open("wb"))
        environment = {
            **os.environ,
            **more,
            "SPARK_HOME": str(self._home),
            "SPARK_LOCAL_IP": _HOST,
            "SPARK_LOCAL_DIRS": str(self._folder / "spill"),
        }
        process = subprocess.Popen(
            [self._home / command[0], *command[1:]],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._stack.callback(_ended, process)
        self._last = process
        self.watched += (Watched(f"Spark's {name}", process.pid, printed.name),)
        return process


def _ending(stack: ExitStack) -> Callable[[int, FrameType | None], None]:
    """Return what ends all that was started, and then this process as it would have ended."""

    def end(number: int, _: FrameType | None) -> None:
        stack.close()
        signal.raise_signal(number)

    return end


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for one in tasks for child in one.read_text().split()]


def _ended(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, which share its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free() -> int:
    with socket.socket() as free:
        free.bind((_HOST, 0))
        return int(free.getsockname()[1])
