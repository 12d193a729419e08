"""The switch of engines: homes go to a second engine however they are opened, and it is told."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_specs.loader import load
from catalog_specs.rules.error_codes import ErrorCode
from flow.run import run
from storage.engines.spark.address import Address
from tests.city import REGION
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver_first
from tests.city.homes import city_of
from tests.contract.command import KEY, in_own_process, quanshu
from tests.harness.engines import engines, only_on_duckdb

pytest.importorskip("pysail")
pytestmark = only_on_duckdb("throws the switch by itself")
ROOT = Path(__file__).parents[2]
GONE = """
import os, select, signal

from tests.city.homes import Town

def test_a_goes_there(tmp_path):
    Town(tmp_path)

def test_b_loses_it(tmp_path, request):
    ((_, server, _),) = request.config.workerinput["second_engine"][1]
    ended = os.pidfd_open(server)
    os.kill(server, signal.SIGKILL)
    select.select([ended], [], [])

def test_c_never_begins(tmp_path):
    (tmp_path / "begun").touch()
"""
NOWHERE = """
def test_it():
    pass
"""


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """Return a home in which deliveries wait, beside its catalogue."""
    write_catalog(tmp_path)
    deliver_first(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def nobody() -> Iterator[None]:
    """Throw the switch, to an address at which nobody answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with engines.beside(Address(f"sc://127.0.0.1:{free.getsockname()[1]}")):
            yield


@pytest.mark.usefixtures("nobody")
def test_a_city_asks_the_second_engine(waiting: Path) -> None:
    """Its deliveries are few records, and wait all the same when nobody answers there."""
    result = run(city_of(load(waiting.parent / "catalogue"), waiting))
    codes = {one.subject: one.code for one in result.failures if one.stop == "resource"}
    assert codes[REGION] == ErrorCode.SECOND_ENGINE


@pytest.mark.thorough
@pytest.mark.usefixtures("nobody")
def test_a_command_asks_it_in_its_own_process_too(waiting: Path) -> None:
    """Neither call names an engine; what a call names wins."""
    words = (
        "run",
        "--json",
        "--home",
        str(waiting),
        "--catalog",
        str(waiting.parent / "catalogue"),
    )
    for call in (quanshu, in_own_process):
        assert ErrorCode.SECOND_ENGINE.value in call(waiting.parent, *words, **KEY).out
    far = {"QUANSHU_SPARK_ROWS": "1000"}
    assert ErrorCode.SECOND_ENGINE.value not in quanshu(waiting.parent, *words, **KEY, **far).out


@pytest.mark.parametrize("folder", ["city", "flow"])
def test_no_city_of_the_flow_is_opened_beside_the_switch(folder: str) -> None:
    """Whoever makes a city by hand says which engine it has."""
    files = [*(ROOT / "tests" / folder).rglob("*.py")]
    calls = [
        (file.name, node)
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "City"
    ]
    assert calls, "a city is made somewhere"
    names = {file: {one.arg for one in call.keywords} for file, call in calls}
    assert [file for file, said in names.items() if "spark" not in said] == []


@pytest.mark.thorough
def test_a_server_that_dies_fails_its_test_and_all_after_it(tmp_path: Path) -> None:
    """Each names it, and the run tells how much had gone there."""
    done = ended(tmp_path, GONE)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 1 passed, 1 error" in done.stdout
    for test in ("test_b_loses_it", "test_c_never_begins"):
        (told,) = [
            line
            for line in done.stdout.splitlines()
            if line.startswith(("FAILED", "ERROR")) and test in line
        ]
        assert "HelperDiedError: Sail (process" in told
    assert "\na bundle was typed 2 times" in done.stdout


def test_a_run_of_which_nothing_went_there_has_failed(tmp_path: Path) -> None:
    """Though each of its tests has passed: they said nothing of a second engine."""
    done = ended(tmp_path, NOWHERE)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert "nothing went there of test_it.py" in done.stdout


def ended(folder: Path, tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests by one worker, with the switch thrown, as of a project of their own."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = only_on_disk\n", encoding="utf-8")
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    words = ["-p", "xdist", "-p", "tests.conftest", "-n", "1", "-q", "-rfE", "--engine=sail"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words, str(folder)],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "400"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
