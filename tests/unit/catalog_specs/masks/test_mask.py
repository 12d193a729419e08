"""The mask of a catalogue: what every kind says of itself."""

from __future__ import annotations

import pytest

from tests.unit.catalog_specs.masks.laying import mask


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"mask": "keep"}, "as it is"),
        ({"mask": "pseudonym"}, "pseudonym (length 32)"),
        ({"mask": "generalise_date", "to": "year"}, "generalise date (to year)"),
        ({"mask": "drop"}, "drop"),
    ],
)
def test_each_kind_says_in_english_what_it_does_with_its_figures(
    said: dict[str, str], told: str
) -> None:
    """The kind, and what was chosen of it."""
    assert mask(**said).note_en == told
