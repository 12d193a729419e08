"""Matching extracts: own rows, own keys, masked, and no list left anywhere."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from audit.acts import Operation
from audit.lake import unexplained
from audit.log import AuditLog
from audit.sealing import seal
from catalog_specs.errors import AccessError, AnswerError
from outlets.answers.ledger import ANSWERS, Service
from outlets.answers.matching import match
from register.copies import COPIES, Form
from tests.city import GRANT, PERSON
from tests.city.lake import bytes_under
from tests.city.records import person_id
from tests.unit.outlets.answers.asked import answering, lake, listed, request_of

STRANGER = "350502199912319999"
LIST = ("学号,公民身份号码", f"0007,{person_id(5)}", f"0003,{STRANGER}", f"0009,{person_id(2)}")


def test_own_rows_come_back_keyed_as_they_were_asked_for(tmp_path: Path) -> None:
    """Row number and own id come first, unknown ids are said to be, the rest is masked."""
    layout, place = lake(tmp_path), tmp_path / "answer.parquet"
    done = match(request_of(layout, Service.MATCH), listed(tmp_path, *LIST), place)

    rows = pl.read_parquet(place)
    assert rows.columns[:3] == ["_row", "公民身份号码", "_result"]
    assert rows.columns[3:] == ["name", "sex", "birth_date", "residence"]
    assert rows["_row"].to_list() == [1, 2, 3]
    assert rows["公民身份号码"].to_list() == [person_id(5), STRANGER, person_id(2)]
    assert rows["_result"].to_list() == ["found", "not_found", "found"]
    assert rows["birth_date"].to_list() == ["1955", None, "1952"]
    assert rows["name"].to_list()[0] == "张*******"
    assert done.as_dict() == {
        "grant": GRANT, "resource": PERSON, "asked": 3, "found": 2, "not_found": 1, "rows": 3,
    }  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_answer_is_written_in_the_format_asked_for(tmp_path: Path, suffix: str) -> None:
    """Ids are texts in every format, as they were in the list."""
    place = tmp_path / f"answer{suffix}"
    match(request_of(lake(tmp_path), Service.MATCH), listed(tmp_path, *LIST), place)
    read = pl.read_csv if suffix == ".csv" else pl.read_excel
    rows = read(place, infer_schema_length=0)
    assert rows["公民身份号码"].to_list() == [person_id(5), STRANGER, person_id(2)]


def test_the_list_is_kept_nowhere(tmp_path: Path) -> None:
    """No byte of the home holds an id that was only in the list, in whatever folder."""
    layout, place = lake(tmp_path), tmp_path / "answer.csv"
    match(request_of(layout, Service.MATCH), listed(tmp_path, *LIST), place)
    for path, content in bytes_under(layout.home):
        assert STRANGER.encode() not in content, path
    assert [one.name for one in layout.work.iterdir()] == ["locks"]


def test_every_further_answer_is_explained_by_an_act(tmp_path: Path) -> None:
    """The ledgers of answers and copies name it, before and after they were sealed."""
    layout = lake(tmp_path)
    log = AuditLog(layout)
    for number in range(3):
        place = tmp_path / f"answer-{number}.csv"
        match(request_of(layout, Service.MATCH), listed(tmp_path, *LIST), place)
        assert seal(log, next(log.read()).act) == ()
    assert list(unexplained(log)) == []


def test_an_answer_is_on_record_with_counts_alone(tmp_path: Path) -> None:
    """One act, one copy, one line of the ledger say how much was asked and by whom."""
    layout, place = lake(tmp_path), tmp_path / "answer.csv"
    match(request_of(layout, Service.MATCH), listed(tmp_path, *LIST), place)
    (entry,) = AuditLog(layout).read()
    (copy,) = COPIES.read(layout)
    (answer,) = ANSWERS.read(layout)
    assert (entry.act.operation, entry.act.grant) == (Operation.QUERY, GRANT)
    assert "数共享2024-01" in entry.act.approver
    assert (copy.form, copy.rows, copy.by) == (Form.ANSWER, 3, "窗口岗")
    assert (answer.asked, answer.found, answer.day) == (3, 2, "2026-03-02")


def test_pseudonyms_of_answers_are_not_those_of_the_share(tmp_path: Path) -> None:
    """An answer beside its list is no dictionary of the share's pseudonyms."""
    catalog = answering(Service.MATCH, resources__0__masks={"name": {"mask": "pseudonym"}})
    request = request_of(lake(tmp_path), Service.MATCH, catalog)
    place = tmp_path / "answer.parquet"
    match(request, listed(tmp_path, *LIST), place)
    with_share_key = request.keys.derive(f"grant:{GRANT}")
    share = pl.DataFrame({"name": ["张某000005"]}).select(
        catalog.grants[GRANT]
        .resources[0]
        .masks["name"]
        .lay("name", catalog.elements["person_name"].type, with_share_key)
    )
    assert pl.read_parquet(place)["name"][0] not in share["name"].to_list()


def test_nothing_leaves_over_another_file_or_without_the_log(tmp_path: Path) -> None:
    """What lies at the place stays, and where the log cannot be written nothing appears."""
    layout, place = lake(tmp_path), tmp_path / "answer.csv"
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(AccessError):
        match(request_of(layout, Service.MATCH), listed(tmp_path, *LIST), place)
    assert place.read_text(encoding="utf-8") == "mine"
    (layout.audit / "checkpoint").write_bytes(b"forged")
    with pytest.raises(Exception, match="AUD-"):
        match(request_of(layout, Service.MATCH), listed(tmp_path, *LIST), tmp_path / "b.csv")
    assert not (tmp_path / "b.csv").exists()


def test_other_formats_and_names_that_collide_are_refused(tmp_path: Path) -> None:
    """An answer has three formats, and its columns are told apart."""
    request = request_of(lake(tmp_path), Service.MATCH)
    with pytest.raises(AnswerError, match="--out"):
        match(request, listed(tmp_path, *LIST), tmp_path / "answer.txt")
    with pytest.raises(AnswerError, match="同名"):
        match(request, listed(tmp_path, "name", person_id(1)), tmp_path / "answer.csv")
