"""Verification: yes, no or unknown, and never a value."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from audit.acts import Operation
from audit.log import AuditLog
from catalog_specs.errors import AnswerError
from catalog_specs.rules.answers import AnswerRefusal
from outlets.answers.ledger import Service
from outlets.answers.verifying import verify
from register.copies import COPIES
from tests.city.records import person_id
from tests.unit.outlets.answers.asked import answering, lake, listed, request_of

STRANGER = "350502199912319999"


def results(folder: Path, *lines: str) -> list[str]:
    """Return what is said of each row of a list."""
    asked = request_of(lake(folder), Service.VERIFY)
    return [one for _, one in verify(asked, listed(folder, *lines), "resident_id").results]


def test_claims_are_told_right_from_wrong(tmp_path: Path) -> None:
    """All claims of a row together match or not; an unknown id is not found."""
    assert results(
        tmp_path,
        "resident_id,性别,residence",
        f"{person_id(1)},2,350502",
        f"{person_id(2)},2,350502",
        f"{person_id(3)},2,",
        f"{STRANGER},1,350502",
        ",1,350502",
    ) == ["match", "mismatch", "match", "not_found", "not_found"]


def test_a_claim_finds_out_no_more_than_the_mask_shows(tmp_path: Path) -> None:
    """Of a date under a mask of years every day of the year matches, and so does the year."""
    assert results(
        tmp_path,
        "resident_id,birth_date",
        f"{person_id(1)},1951-12-31",
        f"{person_id(2)},1952",
        f"{person_id(3)},1952-04-04",
        f"{person_id(4)},没有日期",
    ) == ["match", "match", "mismatch", "mismatch"]


def test_without_claims_an_id_that_is_there_matches(tmp_path: Path) -> None:
    """Where the register itself is the fact, being in it is the answer."""
    assert results(tmp_path, "resident_id", person_id(1), STRANGER) == ["match", "not_found"]


def test_an_answer_holds_no_value_of_the_lake(tmp_path: Path) -> None:
    """Neither what is said nor the file has a name, sex or date; it is on record as compared."""
    layout = lake(tmp_path)
    asked = request_of(layout, Service.VERIFY)
    file = listed(tmp_path, "id,sex", f"{person_id(1)},1", f"{person_id(2)},1")
    place = tmp_path / "answer.csv"
    said = verify(asked, file, "id", place).as_dict()
    assert "350502" not in json.dumps(said)
    assert said["match"] == 1
    assert pl.read_csv(place).columns == ["_row", "id", "_result"]
    verify(asked, file, "id")
    operations = [one.act.operation for one in AuditLog(layout).read()]
    assert operations == [Operation.COMPARE, Operation.COMPARE]
    assert len(COPIES.read(layout)) == 1


def test_guessing_and_strange_columns_are_refused(tmp_path: Path) -> None:
    """One id may not be tried with several values, nor compared in items that are not granted."""
    asked = request_of(lake(tmp_path), Service.VERIFY)
    twice = listed(tmp_path, "id,sex", f"{person_id(1)},1", f"{person_id(1)},2")
    strange = listed(tmp_path, "id,income", f"{person_id(1)},1", name="strange.csv")
    for file, reason in ((twice, AnswerRefusal.REPEATED), (strange, AnswerRefusal.ITEM)):
        with pytest.raises(AnswerError) as refused:
            verify(asked, file, "id")
        assert refused.value.reason is reason
        assert person_id(1) not in str(refused.value)


def test_numbers_and_truths_are_compared_as_what_they_are(tmp_path: Path) -> None:
    """`1.50` is the number 1.5, and what is no number matches nothing."""
    income = {"items": ["resident_id", "income"], "masks": {"income": {"mask": "keep"}}}
    catalog = answering(
        Service.VERIFY, **{f"resources__0__{name}": value for name, value in income.items()}
    )
    asked = request_of(lake(tmp_path), Service.VERIFY, catalog)
    lines = ("id,income", f"{person_id(6)},1.50", f"{person_id(7)},much")
    said = verify(asked, listed(tmp_path, *lines), "id")
    assert [one for _, one in said.results] == ["match", "mismatch"]
