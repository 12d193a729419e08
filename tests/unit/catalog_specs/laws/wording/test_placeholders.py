"""Placeholders: a drafted resource is filled in before it counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.laws.wording.placeholders import MARK
from tests.city.declared import change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

BREACHES = (
    at(
        "CAT-031",
        "a place of a draft that nobody filled in",
        (VISIT, "summary"),
        "still says `TODO`",
        change(summary="TODO"),
    ),
    *(
        at("CAT-031", path, (PERSON, path), "still says", change(**{path.replace(".", "__"): MARK}))
        for path in ("code", "name", "aggregation.filing_no", "share.condition")
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_place_that_a_draft_left_open_is_reported(breach: Breach, tmp_path: Path) -> None:
    """Every text that a draft cannot know is asked for by its place."""
    assert_reported_alone(breach, tmp_path)


def test_a_sentence_that_names_the_mark_is_lawful(tmp_path: Path) -> None:
    """Only the mark alone is a place left open."""
    assert_lawful({VISIT: change(summary=f"含 {MARK} 清单的办件。")}, tmp_path)
