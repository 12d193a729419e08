"""The page of laws is what the code says."""

from __future__ import annotations

from pathlib import Path

from catalog_specs.laws import LAWS, laws_page
from docs.generate import asked_by_check

PAGE = Path(__file__).parents[2] / "docs" / "laws.md"


def test_the_page_of_laws_is_up_to_date() -> None:
    """`docs/laws.md` is the generated text; `make docs` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == laws_page(asked_by_check())


def test_every_law_has_a_row() -> None:
    """No law is left out of the page, and no cell breaks its table."""
    laws = laws_page(asked_by_check()).split("## Form")[0]
    rows = [line for line in laws.splitlines() if line.startswith("| CAT-")]
    assert len(rows) == len((*LAWS, *asked_by_check()))
    assert all(row.count(" | ") == 4 for row in rows)
