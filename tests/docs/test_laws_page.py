"""The page of laws is what the code says."""

from __future__ import annotations

from pathlib import Path

from catalog_specs.laws import LAWS, laws_page

PAGE = Path(__file__).parents[2] / "docs" / "laws.md"


def test_the_page_of_laws_is_up_to_date() -> None:
    """`docs/laws.md` is the generated text; `make docs` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == laws_page()


def test_every_law_has_a_row() -> None:
    """No law is left out of the page, and no cell breaks its table."""
    rows = [line for line in laws_page().splitlines() if line.startswith("| CAT-0")]
    assert len(rows) == len(LAWS)
    assert all(row.count(" | ") == 4 for row in rows)
