"""CONTRIBUTING.md stays true: what it names exists, and its recipes work as they are written.

A recipe is followed to the letter: its blocks are taken out of the page and applied to a copy of
the repository, then its commands are run there. A `python` block with a path is a new file, a
`diff` block changes a file, a `console` block is run.
Every run of the tests applies them; `make thorough` runs their commands, each in a copy of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PAGE = ROOT / "CONTRIBUTING.md"
RECIPES = (
    "Add a mask",
    "Add a file format",
    "Add a kind of rule",
    "Add a column to a ledger",
    "Add a violation detector",
)
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "quanshu_home*", "*.egg-info", "results", "old_home", "former_home"
)


def _recipe(heading: str) -> list[tuple[str, str, str]]:
    """Return the blocks of a recipe: language, path, text."""
    _, found, rest = PAGE.read_text(encoding="utf-8").partition(f"\n### {heading}\n")
    assert found, f"there is no recipe {heading!r}"
    blocks = BLOCK.findall(re.split(r"^##", rest, maxsplit=1, flags=re.MULTILINE)[0])
    assert blocks, f"the recipe {heading!r} has no block"
    return blocks


def _changed(text: str, hunk: str) -> str:
    """Return a text with one change: lines with a blank or `-` are there, those with `+` come."""
    lines = hunk.splitlines(keepends=True)
    before = "".join(line[1:] or line for line in lines if not line.startswith("+"))
    after = "".join(line[1:] or line for line in lines if not line.startswith("-"))
    assert text.count(before) == 1, f"not there, or there twice:\n{before}"
    return text.replace(before, after)


def _command(line: str) -> list[str]:
    """Return a command of the page with this environment's own programs."""
    words = shlex.split(line)
    if words == ["make", "docs"]:
        return [sys.executable, "-m", "docs.generate"]
    program = Path(words[0])
    assert program.parts[:2] == (".venv", "bin"), f"a recipe runs {line!r}"
    return [str(Path(sys.executable).with_name(program.name)), *words[1:]]


def _run(words: list[str], folder: Path) -> None:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        words,
        cwd=folder,
        env=kept | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"


def test_the_page_has_the_recipes() -> None:
    """Each thing that is added most often has a recipe, and there is no other."""
    found = re.findall(r"^### (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert tuple(found) == RECIPES


def test_the_suite_leaves_out_what_is_marked_and_ci_runs_both_tiers() -> None:
    """Every marker stands in the page, `make test` takes none, and CI takes what is thorough."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    markers = [line.partition(":")[0] for line in told["ini_options"]["markers"]]
    options = told["ini_options"]["addopts"]
    left_out = options[options.index("-m") + 1]
    where = [one for one in markers if one.startswith("only_on_")]  # which say where, and not when
    tiers = [one for one in markers if one not in where]
    assert {f"not {one}" for one in tiers} == {*left_out.split(" and ")}
    page = PAGE.read_text(encoding="utf-8")
    assert [one for one in tiers if f"the marker `{one}`" not in page] == []
    assert [one for one in where if f"`{one}`" not in page] == []
    steps = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert steps.index("make check") < steps.index("make thorough")
    assert "pytest -m thorough\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


def _applied(headings: Iterable[str], copy: Path) -> list[list[str]]:
    """Apply the blocks of recipes to a copy of the repository; return the commands they tell."""
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    commands = []
    for language, path, text in (block for one in headings for block in _recipe(one)):
        match language:
            case "console":
                commands += [_command(line) for line in text.splitlines()]
            case "diff":
                file = copy / path
                file.write_text(_changed(file.read_text("utf-8"), text), encoding="utf-8")
            case _:
                assert not (copy / path).exists(), f"{path} is there already"
                (copy / path).write_text(text, encoding="utf-8")
    return commands


def test_recipes_fit_what_is_there(tmp_path: Path) -> None:
    """One after another in one copy: what they change is there, and what they add is Python."""
    assert len(_applied(RECIPES, tmp_path / "copy")) > len(RECIPES)
    added = [
        path for one in RECIPES for kind, path, _ in _recipe(one) if kind in {"python", "diff"}
    ]
    for path in {path for path in added if path.endswith(".py")}:
        compile((tmp_path / "copy" / path).read_bytes(), path, "exec")


@pytest.mark.thorough
@pytest.mark.parametrize("heading", RECIPES)
def test_a_recipe_works_as_it_is_written(heading: str, tmp_path: Path) -> None:
    """Its files and changes, applied to a copy, pass the commands that it tells to run."""
    for words in _applied([heading], tmp_path / "copy"):
        _run(words, tmp_path / "copy")
