"""The page of codes is what the code says."""

from __future__ import annotations

from pathlib import Path

from catalog_specs.rules.families import FAMILIES
from catalog_specs.rules.page import codes_page

PAGE = Path(__file__).parents[2] / "docs" / "codes.md"


def test_the_page_of_codes_is_up_to_date() -> None:
    """`docs/codes.md` is the generated text; `make docs` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == codes_page()


def test_every_code_has_a_row() -> None:
    """No code is left out of the page, and no cell breaks its table."""
    rows = [line for line in codes_page().splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(family.codes) for family in FAMILIES)
    assert all(row.count(" | ") == 5 for row in rows)
