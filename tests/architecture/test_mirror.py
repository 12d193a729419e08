"""Every module with logic has a test file of its own, in the place that mirrors its own."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]
LOGIC = 15
"""Statements within functions from which on a module has something to be tested for itself."""


def _statements(module: Path) -> int:
    """Count the statements within functions, documentation aside."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    nested = {id(inner) for one in functions for inner in ast.walk(one) if inner is not one}
    return sum(
        isinstance(node, ast.stmt)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for function in functions
        if id(function) not in nested
        for node in ast.walk(function)
        if node is not function
    )


def _mirror(module: Path) -> Path:
    return ROOT / "tests/unit" / module.parent / f"test_{module.name}"


def _without_tests() -> set[str]:
    return {
        str(module)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if not path.stem.startswith("__")
        for module in [path.relative_to(ROOT)]
        if _statements(path) >= LOGIC and not _mirror(module).is_file()
    }


def test_no_module_is_without_tests() -> None:
    """A new module with logic brings its tests."""
    assert _without_tests() == set(), "write tests/unit/<package>/test_<module>.py"
