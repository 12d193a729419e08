"""The page of masks is what the code says."""

from __future__ import annotations

from pathlib import Path

from catalog_specs.masks.page import masks_page
from catalog_specs.masks.registry import mask_kinds

PAGE = Path(__file__).parents[2] / "docs" / "masks.md"


def test_the_page_of_masks_is_up_to_date() -> None:
    """`docs/masks.md` is the generated text; `python -m docs.generate` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == masks_page()


def test_every_mask_has_a_row() -> None:
    """No kind is left out of the page, and no cell breaks its table."""
    rows = [line for line in masks_page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(mask_kinds())
    assert all(row.count(" | ") == 4 for row in rows)
