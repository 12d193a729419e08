"""The page of ledgers is what the code says, and the one list of them is whole."""

from __future__ import annotations

import importlib
import pkgutil

from outlets.views.ledgers import LEDGERS, ledgers_page
from storage.ledger import Ledger
from tests.docs.pages import ROOT, packages

PAGE = ROOT / "docs" / "ledgers.md"


def test_the_page_of_ledgers_is_up_to_date() -> None:
    """`docs/ledgers.md` is the generated text; `make docs` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == ledgers_page()


def test_every_ledger_of_the_code_is_in_the_list() -> None:
    """Whoever declares a ledger lists it, once, so that analysts and readers find it."""
    declared = {
        value.name: value
        for package in packages()
        for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")
        for value in vars(importlib.import_module(found.name)).values()
        if isinstance(value, Ledger)
    }
    assert {one.name for one in LEDGERS} == set(declared)
    assert len({one.name for one in LEDGERS}) == len(LEDGERS)


def test_every_column_says_what_it_means() -> None:
    """Each ledger and each of its columns has a comment for those who read it in a view."""
    shapes = [one.shape for one in LEDGERS]
    assert all(shape.name and shape.description for shape in shapes)
    assert [c.name for shape in shapes for c in shape.columns if not c.comment] == []
