"""Codes stand in one place: what the code says of them, read from its syntax."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from catalog_specs.errors import IntakeError, QuanshuError
from catalog_specs.laws.registry import LAWS
from catalog_specs.reading.form import FORMS
from catalog_specs.rules.defects import DefectCode
from catalog_specs.rules.families import FAMILIES
from docs.generate import asked_by_check

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]

CODE = re.compile(r"\b[A-Z]{2,4}-\d{3}\b")
FOREIGN = {"SHA-256", "HMAC-256"}
"""Written like a code, and none."""
SETS = {family.codes.__name__: family for family in FAMILIES}
KNOWN = {code.stored for family in FAMILIES for code in family.codes} | {
    law.code for law in (*LAWS, *asked_by_check(), *FORMS)
}


@cache
def _modules() -> dict[Path, ast.Module]:
    """Return the syntax of every module of the packages."""
    files = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}


@cache
def _asked_of() -> dict[str, set[tuple[Path, str]]]:
    """Return name → which file asks it for which attribute."""
    found: dict[str, set[tuple[Path, str]]] = defaultdict(set)
    for file, tree in _modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found[node.value.id].add((file, node.attr))
    return found


def _texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module by line; a text that is a statement is words about the code."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def _declared(file: Path) -> bool:
    """Say whether codes are declared in a file: a family's module, a law's, or the forms."""
    place = file.relative_to(ROOT).as_posix()
    homes = {f"{family.codes.__module__.replace('.', '/')}.py" for family in FAMILIES}
    return place in homes | {"catalog_specs/reading/form.py"} or "laws" in file.parts


def test_no_code_is_written_out_of_its_place() -> None:
    """What is raised, stored or printed names a member of a family, never a text of its own."""
    laws = {law.code for law in asked_by_check()}
    written = [
        f"{file.relative_to(ROOT)}:{line}: {code}"
        for file, tree in _modules().items()
        if not _declared(file)
        for line, text in _texts(tree)
        for code in CODE.findall(text)
        if code not in FOREIGN | laws
    ]
    assert written == []


@pytest.mark.parametrize("name", SETS)
def test_every_code_is_raised_by_somebody(name: str) -> None:
    """A code that nobody names any more is no code; it leaves the set and the page with it."""
    home = ROOT / f"{SETS[name].codes.__module__.replace('.', '/')}.py"
    named = {attribute for file, attribute in _asked_of()[name] if file != home}
    assert named == {member.name for member in SETS[name].codes}


def test_every_error_is_raised_by_somebody() -> None:
    """The tree of errors has no branch that nobody uses, and every error has a code of a family."""
    made = {
        node.func.id
        for tree in _modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    kinds = [QuanshuError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert {kind.__name__ for kind in kinds[1:]} <= made
    kinds.remove(IntakeError)  # it carries the code of its refusal
    assert {str(kind.code) for kind in kinds[1:]} <= KNOWN


def test_no_defect_is_written_out_of_its_place() -> None:
    """A rule's name (`record:<defect>`) is put together from the set, never written out."""
    told = {defect.stored for defect in DefectCode}
    assert not [f for f, tree in _modules().items() for _, text in _texts(tree) if text in told]


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda one: one.stem)
def test_the_pages_speak_of_codes_that_exist(page: Path) -> None:
    """A page names no code that the code does not have."""
    assert set(CODE.findall(page.read_text(encoding="utf-8"))) - FOREIGN <= KNOWN


def test_the_code_speaks_of_codes_that_exist() -> None:
    """No docstring or comment names a code that is none."""
    for file in _modules():
        found = set(CODE.findall(file.read_text(encoding="utf-8"))) - FOREIGN
        assert found <= KNOWN, file
