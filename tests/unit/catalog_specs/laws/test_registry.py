"""The registry of laws: every law is judged, is broken by a test, and has a code of its own."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from catalog_specs import laws
from catalog_specs.laws import LAWS, Law
from catalog_specs.reading.form import FORMS
from tests.unit.catalog_specs.laws.breach import DATED, assert_lawful

PACKAGE = Path(laws.__file__).parent
MODULES = sorted(
    f"{path.parent.name}.{path.stem}"
    for path in PACKAGE.glob("*/*.py")
    if "\nLAWS = (" in path.read_text(encoding="utf-8")
)


def _laws_of(module: str) -> tuple[Law, ...]:
    found: tuple[Law, ...] = import_module(f"catalog_specs.laws.{module}").LAWS
    return found


def _broken_beside(module: str) -> set[str]:
    folder, _, name = module.rpartition(".")
    tests = import_module(f"tests.unit.catalog_specs.laws.{folder}.test_{name}")
    return {breach.law for breach in tests.BREACHES}


@pytest.mark.parametrize("module", MODULES)
def test_every_law_is_broken_in_the_tests_of_its_module(module: str) -> None:
    """No law goes untested, and each is broken where its own tests stand."""
    assert {law.code for law in _laws_of(module)} == _broken_beside(module)


def test_laws_of_today_are_broken_beside_theirs() -> None:
    """The laws that need a day are tested like all others."""
    assert {law.code for law in DATED} == _broken_beside("wording.terms")


def test_the_registry_holds_the_laws_of_every_module() -> None:
    """A module of laws that nobody registered would never be asked."""
    declared = sorted(law.code for module in MODULES for law in _laws_of(module))
    assert [law.code for law in LAWS] == declared


def test_codes_are_unique() -> None:
    """No two laws, and no law and form, share a code."""
    codes = [law.code for law in (*LAWS, *DATED)] + [form.code for form in FORMS]
    assert len(codes) == len(set(codes))


def test_the_small_city_breaks_no_law(tmp_path: Path) -> None:
    """What every test changes in one place is lawful before."""
    assert_lawful({}, tmp_path)
