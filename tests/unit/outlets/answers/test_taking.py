"""Taking a list: its ids, their column and their coverage."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.errors import AnswerError
from catalog_specs.rules.answers import AnswerRefusal
from outlets.answers.asking import admitted
from outlets.answers.ledger import Service
from outlets.answers.taking import chosen, hold_found, take_list
from storage.delta.extracts import scan
from tests.city.records import person_id
from tests.unit.outlets.answers.asked import lake, listed, request_of


def test_the_rows_of_a_list_are_chosen(tmp_path: Path) -> None:
    """Small letters count as large where ids have a check digit, and empty cells choose nothing."""
    request = request_of(lake(tmp_path), Service.MATCH)
    file = listed(tmp_path, "resident_id,n", f"{person_id(1).lower()},1", ",2", f"{person_id(4)},3")
    with admitted(request) as asked:
        given = take_list(asked, file, "", once=True)
        part = asked.part()
        assert part.found
        rows = scan(part.found, part.source).filter(chosen(asked, given)).collect()
    assert sorted(rows["resident_id"]) == sorted([person_id(1), person_id(4)])


def test_a_list_that_finds_nearly_everybody_is_refused(tmp_path: Path) -> None:
    """Sixty persons are granted: finding fifty of them is a batch exchange."""
    request = request_of(lake(tmp_path), Service.MATCH)
    with admitted(request) as asked:
        part = asked.part()
        hold_found(asked, part, 49)
        with pytest.raises(AnswerError) as refused:
            hold_found(asked, part, 50)
    assert refused.value.reason is AnswerRefusal.COVERAGE
