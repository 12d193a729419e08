"""Runs of the town in processes that can be lost: forked off one that is ready for them.

Belongs here: that process, and calling it. Keep out: what makes it ready (`readiness`), what a
fault is (`points`), assertions. Importing Great Expectations and compiling the town's rules takes
seconds, and a run of the town less than two; so one process makes ready, never works itself, and
forks another for every run.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from storage.engines.spark.address import Address
from tests.city import MASTER_KEY
from tests.faults.disks import Filled, on_small_disk
from tests.faults.points import Ended, Fault, alone, watched
from tests.faults.readiness import ready
from tests.processes import Helper, helper

__all__ = ["Forks", "forking"]

ROOT = Path(__file__).parents[2]
ALONE = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "POLARS_MAX_THREADS": "2",
    "_RJEM_MALLOC_CONF": "background_thread:false",
}
"""Keeps libraries from starting threads when they are imported."""


@dataclass(frozen=True)
class Forks:
    """The process that forks, seen from the tests."""

    server: Helper

    def run(
        self,
        home: Path,
        fault: Fault | None = None,
        *,
        command: bool = False,
        counted: bool = False,
    ) -> Ended:
        """Take everything that waits in a home the whole way, or as far as the fault lets it.

        As `quanshu run` if `command`: then what it `said` is what it printed on standard error.
        Points are counted where there is a fault, or if they are asked for.
        """
        said = self._asked(home, fault=fault and asdict(fault), command=command, counted=counted)
        points = Counter({(kind, place): number for kind, place, number in said.pop("points")})
        return Ended(points=points, **said)

    def run_on_small_disk(self, home: Path, room: int) -> Filled:
        """Run in a copy of a home on a disk with so many bytes of room; see `disks`."""
        return Filled(**self._asked(home, room=room))

    def _asked(self, home: Path, **more: Any) -> dict[str, Any]:
        request = {"home": str(home), "fault": None, "command": False, "counted": False}
        request |= {"room": None} | more
        self.server.tell(json.dumps(request))
        answered: dict[str, Any] = json.loads(self.server.line())
        return answered


@contextmanager
def forking(catalogue: Path, spark: Address | None = None) -> Iterator[Forks]:
    """Yield a process that has every library ready for the town's catalogue.

    `spark` is where a second engine answers to its runs.
    """
    command = [sys.executable, "-m", "tests.faults.forks", str(catalogue)]
    command += [spark.url] if spark else []
    with helper("the process that forks runs", command, cwd=ROOT, env=os.environ | ALONE) as server:
        yield Forks(server)


def _quanshu(catalogue: Path, home: Path) -> str:
    """Call the command as a shell would; return its exit code and what it printed as an error."""
    from cli.main import main

    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        os.dup2(printed.fileno(), 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.environ["QUANSHU_MASTER_KEY"] = MASTER_KEY
        sys.argv = ["quanshu", "run", "--home", str(home), "--catalog", str(catalogue)]
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        printed.seek(0)
        return f"exit {code}\n{printed.read()}"


def _serve(catalogue: Path, spark: Address | None) -> None:
    """Answer requests, one a line, until there are no more."""
    catalog = ready(catalogue, spark)
    from flow.run import run
    from tests.city.homes import city_of

    gc.freeze()  # what is there is never garbage: forks need not look through it, nor copy it
    for line in sys.stdin:
        request = json.loads(line)
        home = Path(request["home"])
        fault = Fault(**request["fault"]) if request["fault"] else None
        if fault and fault.kind:
            fault = Fault(**asdict(fault) | {"kind": tuple(fault.kind)})

        room = request["room"] is None  # enough to decide grants in

        def work(home: Path = home, command: bool = request["command"], room: bool = room) -> str:
            gc.disable()
            if command:
                return _quanshu(catalogue, home)
            result = run(replace(city_of(catalog, home, decide=room), spark=spark))
            if result.failures:
                raise RuntimeError("\n".join(map(str, result.failures)))
            return json.dumps([outcome.as_dict() for outcome in result.outcomes])

        said: dict[str, Any]
        if request["room"] is None:
            looked_at = fault is not None or request["counted"]
            ended = watched(work, home, fault) if looked_at else alone(work)
            said = asdict(ended) | {"points": [[*kind, n] for kind, n in ended.points.items()]}
        else:
            city_of(catalog, home)  # grants are decided while there is room: the run is at stake
            said = asdict(on_small_disk(work, home, request["room"]))
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), Address(sys.argv[2]) if sys.argv[2:] else None)
