"""Lists: three formats, one column of ids, and no cell in any message."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from catalog_specs.errors import AnswerError
from catalog_specs.rules.answers import AnswerRefusal
from outlets.answers.lists import ID, PLACE, claims, read_list

KNOWN = ("resident_id", "公民身份号码")
ONE_ID = "350502199001011234"


@pytest.mark.parametrize("form", ["csv", "bom", "gb18030", "parquet", "xlsx"])
def test_a_list_is_read_in_three_formats(tmp_path: Path, form: str) -> None:
    """Ids are texts, stripped and upper-cased; row numbers count from one; empty cells are null."""
    frame = pl.DataFrame(
        {"n": ["0001", "0002", "0003"], "公民身份号码": [f" {ONE_ID}x", ONE_ID, ""]}
    )
    file = tmp_path / "list"
    match form:
        case "parquet":
            frame.write_parquet(file)
        case "xlsx":
            frame.write_excel(file.with_suffix(".xlsx"))
            file.with_suffix(".xlsx").rename(file)
        case "gb18030":
            file.write_bytes(frame.write_csv().encode("gb18030"))
        case _:
            frame.write_csv(file, include_bom=form == "bom")
    given = read_list(file, "", KNOWN, folded=True)
    assert given.rows[ID].to_list() == [f"{ONE_ID}X", ONE_ID, None]
    assert given.rows["n"].to_list() == ["0001", "0002", "0003"]
    assert given.rows[PLACE].to_list() == [1, 2, 3]
    assert (given.column, given.asked) == ("公民身份号码", 2)


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (b"", ""),
        (b"a,b\n1,2\n", ""),
        (b"a,b\n1,2\n", "c"),
        (f"{ONE_ID},x\n{ONE_ID},y\n".encode(), ""),
        (f"id\n{ONE_ID},{ONE_ID}\n".encode(), ""),
        (b"PK\x03\x04" + ONE_ID.encode(), ""),
        (b"PAR1" + ONE_ID.encode(), ""),
        (b"id\n\xff\xff\n", ""),
        (b"_id,_row\n1,2\n", "_id"),
    ],
)
def test_what_cannot_be_read_is_refused_without_a_word_of_it(
    tmp_path: Path, content: bytes, column: str
) -> None:
    """A broken list, or one whose column of ids is unclear, is refused; no cell is quoted."""
    file = tmp_path / "list"
    file.write_bytes(content)
    with pytest.raises(AnswerError) as refused:
        read_list(file, column, KNOWN, folded=False)
    assert refused.value.reason is AnswerRefusal.LIST
    assert ONE_ID not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """So is a folder."""
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(AnswerError):
            read_list(place, "", KNOWN, folded=False)


def test_claims_are_granted_items_by_code_or_name(tmp_path: Path) -> None:
    """A further column claims an item; an unknown one, or an item twice, is refused."""
    file = tmp_path / "list.csv"
    file.write_text("id,sex,性别\n1,2,3\n", encoding="utf-8")
    given = read_list(file, "id", KNOWN, folded=False)
    assert claims(given, {"sex": "sex", "性别": "gender"}) == {"sex": "sex", "性别": "gender"}
    for items in ({"sex": "sex"}, {"sex": "sex", "性别": "sex"}):
        with pytest.raises(AnswerError):
            claims(given, items)
