"""The engine of homes: DuckDB alone, or a second one for all that it can be told, by one switch.

Belongs here: the switch, the server of a whole run of tests, the count of what went there. Keep
out: starting servers (`sail`, `cluster`), cities over homes (`tests.city.homes`).
`pytest --engine=sail` and `--engine=spark` repeat tests that were written for DuckDB. One server is
started for all their processes, and every bundle goes there whose resource leaves the choice open.
A second engine that dies fails the test that is running, and all after it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, replace
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch

import pytest
from xdist.workermanage import WorkerController

from storage.engines.spark.address import Address
from tests.harness.cluster import cluster
from tests.harness.sail import serving
from tests.processes import Watched

__all__ = ["ENGINES", "OnSecondEngine", "engines", "only_on_duckdb"]

_TYPED, _ASKED = "a bundle was typed", "a query was answered"


def only_on_duckdb(why: str) -> pytest.MarkDecorator:
    """Return the mark of a test that is not repeated on a second engine, which says why."""
    return pytest.mark.only_on_duckdb(why)


class Engines:
    """Where the second engine of new homes answers, if they have one."""

    address: Address | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings by which Quanshu finds it."""
        if self.address is None:
            return {}
        return {
            "QUANSHU_SPARK": self.address.url,
            "QUANSHU_SPARK_ROWS": str(self.address.rows),
            "QUANSHU_SPARK_SECONDS": str(self.address.seconds),
            "QUANSHU_SPARK_READS_STORE": str(self.address.reads_store).lower(),
        }

    @contextmanager
    def beside(self, address: Address) -> Iterator[None]:
        """Let everything go there that may: of cities of this process, and of its children."""
        with ExitStack() as stack:
            stack.enter_context(patch.object(self, "address", replace(address, rows=1)))
            stack.enter_context(patch.dict(os.environ, self.environment))
            yield


engines = Engines()


@contextmanager
def _sail() -> Iterator[tuple[Address, tuple[Watched, ...]]]:
    if find_spec("pysail") is None:
        raise pytest.UsageError("--engine=sail needs the extra quanshu[sail]")
    with serving() as (address, helper):
        yield address, (helper.watched,)


@contextmanager
def _spark() -> Iterator[tuple[Address, tuple[Watched, ...]]]:
    if "SPARK_HOME" not in os.environ:
        raise pytest.UsageError("--engine=spark needs SPARK_HOME (see docs/scaling.md)")
    with cluster() as one:
        yield one.address, one.watched


ENGINES: Mapping[str, Any] = {"sail": _sail, "spark": _spark}
"""How each engine that homes may have beside DuckDB is started."""


class OnSecondEngine:
    """What a run of tests does where its homes have a second engine: a plugin of pytest."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stack = ExitStack()
        self._watched: tuple[Watched, ...] = ()
        self._done: Counter[str] = Counter()
        self._silent: dict[str, bool] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Start the server, or learn from who has started this process where it is."""
        given = getattr(session.config, "workerinput", {}).get("second_engine")
        if given is None:
            address, self._watched = self._stack.enter_context(ENGINES[self._name]())
        else:
            address = Address(*given[0])
            self._watched = tuple(Watched(*one) for one in given[1])
        self._stack.enter_context(engines.beside(address))
        self._stack.enter_context(_counted(self._done))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        """Tell a process of its own where the server is."""
        assert engines.address
        watched = [list(astuple(one)) for one in self._watched]
        node.workerinput["second_engine"] = (list(astuple(engines.address)), watched)

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out what is only on DuckDB: there is nothing of it that could be missed."""
        left_out = [item for item in items if item.get_closest_marker("only_on_duckdb")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        """Begin with a server that lives, and end with one."""
        yield from self._alive(item)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Whatever came of a test whose server died: that it died is what is told."""
        yield from self._alive(item)

    def _alive(self, item: pytest.Item) -> Iterator[None]:
        self._require()
        before = self._done.total()
        try:
            yield
        finally:
            self._require()
            self._silent[item.path.name] = (
                self._silent.get(item.path.name, True) and before == self._done.total()
            )

    def _require(self) -> None:
        for one in self._watched:
            one.require()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController) -> None:
        """Add what went there from a process of its own."""
        done, silent = getattr(node, "workeroutput", {}).get("second_engine", ({}, {}))
        self._done.update(done)
        for file, nothing in silent.items():
            self._silent[file] = self._silent.get(file, True) and nothing

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand on the count, or fail a run of tests in which nothing went there."""
        self._stack.close()
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["second_engine"] = (dict(self._done), self._silent)
        elif session.testscollected and not self._done[_TYPED]:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell how much went there, and of which files nothing did."""
        told = [f"{what} {self._done[what]:,} times" for what in (_TYPED, _ASKED)]
        terminalreporter.section(f"second engine: {self._name}")
        terminalreporter.line(f"{', '.join(told)} (what other processes ask is not counted)")
        silent = sorted(file for file, nothing in self._silent.items() if nothing)
        if silent:
            terminalreporter.line(f"nothing went there of {', '.join(silent)}")


@contextmanager
def _counted(done: Counter[str]) -> Iterator[None]:
    """Count what goes to the second engine while a block lasts."""
    from quality.gate.second_engine import SecondEngine
    from storage.engines.spark.session import Session

    def counting(act: Callable[..., Any], what: str) -> Callable[..., Any]:
        def counted(*args: Any, **named: Any) -> Any:
            answer = act(*args, **named)
            done[what] += answer is not None
            return answer

        return counted

    with (
        patch.object(SecondEngine, "typed", counting(SecondEngine.typed, _TYPED)),
        patch.object(Session, "write", counting(Session.write, _ASKED)),
    ):
        yield
