"""The house itself: layers, public names, words said once, nothing that calls out."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]

_CHARTERED = re.compile(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`")
"""A dotted name in a charter."""
OFFLINE = """
import socket, sys
def refuse(*a, **k): raise OSError("a test without network was asked to connect")
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
sys.argv = ["quanshu", *sys.argv[1:]]
from cli.main import main
main()
"""


def _modules() -> list[str]:
    return [
        module.name
        for package in PACKAGES
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")
    ]


def test_imports_only_go_down() -> None:
    """The layers and the one door per vendor hold (import-linter's contracts)."""
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


BREAKING = {
    "imports only go down": ("storage", "import cli.main"),
    "dagster stands behind assets and pipelines": ("flow", "import dagster"),
    "delta-rs stands behind storage": ("outlets", "import deltalake"),
    "the object store's client stands behind storage.places": ("storage.delta", "import obstore"),
    "DuckDB stands behind storage.engines": ("values", "import duckdb"),
    "the second engine and its words stand behind storage.engines.spark": (
        "quality",
        "import sqlglot",
    ),
    "Great Expectations stands behind quality": ("landing", "import great_expectations"),
    "SQLAlchemy stands behind governance": ("flow", "import alembic"),
    "no circles among siblings": ("quality.rules", "import quality.gate.gate"),
}
"""For every contract, an import that breaks it: the package it is put into, and its line."""


def test_every_contract_fails_when_broken(tmp_path: Path) -> None:
    """A contract that nothing can break would say nothing: each is broken once, in a copy."""
    contracts = {contract["name"] for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
    assert contracts == set(BREAKING)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.yaml"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for number, (package, line) in enumerate(BREAKING.values()):
        module = tmp_path / package.replace(".", "/") / f"breaking_{number}.py"
        module.write_text(f"{line}\n", encoding="utf-8")

    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [tool, "--no-cache"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    told = dict(re.findall(r"^(.+) (KEPT|BROKEN)$", done.stdout, re.MULTILINE))
    assert told == dict.fromkeys(BREAKING, "BROKEN")


def test_no_room_is_crowded() -> None:
    """At most fifteen modules lie flat in one folder, so that a newcomer sees them all at once."""
    flat: Counter[Path] = Counter(
        path.parent.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if not path.stem.startswith("__")
    )
    assert {str(place): count for place, count in flat.items() if count > 15} == {}


def test_no_package_outgrows_the_house() -> None:
    """The largest package holds at most a fifth of the code."""
    lines = {
        package: sum(
            len(path.read_text(encoding="utf-8").splitlines())
            for path in (ROOT / package).rglob("*.py")
        )
        for package in PACKAGES
    }
    largest = max(lines, key=lambda package: lines[package])
    assert lines[largest] <= sum(lines.values()) / 5, largest


def test_no_module_is_long() -> None:
    """A module is at most three hundred lines, so that it can be about one thing.

    The verifier of the audit log is one file on purpose: others take it away without the rest.
    """
    long = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > 300
        and path != ROOT / "audit" / "verifier.py"
    ]
    assert long == []


@pytest.mark.parametrize("name", _modules())
def test_public_names_exist(name: str) -> None:
    """Every module says what it is and names what it offers, and each of those names exists."""
    module = importlib.import_module(name)
    assert module.__doc__
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public)


def test_a_charter_names_what_is_there() -> None:
    """A module that says where else something belongs names a module, or a name in one.

    Views of the analysts' file are written alike, and are named where these are made.
    """
    wrong = [
        f"{name}: {said}"
        for name in _modules()
        if not name.startswith("outlets.views.")
        for said in _CHARTERED.findall(_charter(name))
        if said.partition(".")[0] in PACKAGES and not _is_there(said)
    ]
    assert wrong == []


def _charter(name: str) -> str:
    place = ROOT / name.replace(".", "/")
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""


def _is_there(said: str) -> bool:
    module, _, name = said.rpartition(".")
    place = ROOT / said.replace(".", "/")
    if place.is_dir() or place.with_suffix(".py").is_file():
        return True
    return name in vars(importlib.import_module(module))


def test_it_works_without_network(tmp_path: Path) -> None:
    """A run over the shipped station file connects to nothing and succeeds."""
    example = ROOT / "examples" / "beijing_air"
    inbox = tmp_path / "home" / "inbox" / "monitoring_centre" / "hourly_reading"
    inbox.mkdir(parents=True)
    file = next((example / "data").glob("*.csv"))
    shutil.copyfile(file, inbox / file.name)
    arguments = ["run", "--catalog", str(example), "--home", str(tmp_path / "home"), "--json"]
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, *arguments],
        cwd=ROOT,
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"accepted": 35064' in done.stdout


def test_telemetry_is_off() -> None:
    """The instance that ships says so."""
    assert "telemetry:\n  enabled: false" in (ROOT / "dagster.yaml").read_text(encoding="utf-8")
