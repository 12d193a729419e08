"""Texts of replayed records: as landing read them, or read again as the file is declared now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quality.quarantine.rereading import CHOSEN, make_chosen, take
from quality.quarantine.states import load_quarantined
from register.records import Delivery, VerdictKind
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import VISIT
from tests.city.by_hand import OF, ByHand
from tests.city.resources import catalog_of, visit

REF = VISIT
HEAD = "resident_id,visit_no,visit_day,outcome\n"
BAD = ("visit_no:required",)
Place = tuple[str, int]


@pytest.fixture
def home(tmp_path: Path) -> ByHand:
    """Return an empty home of visits."""
    return ByHand(Layout(tmp_path), catalog_of(), REF)


def redeclared(home: ByHand, **changes: Any) -> ByHand:
    """Declare the feed of visits otherwise."""
    feed = visit().feed.model_copy(update=changes)
    return home.declared(visit().model_copy(update={"feed": feed}))


def taken(home: ByHand, *deliveries: Delivery) -> tuple[str, list[dict[str, Any]]]:
    """Take the open records of deliveries: why the last is refused still, what is chosen."""
    reason = ""
    with open_workbench(home.layout.work) as con:
        load_quarantined(con, home.register())
        make_chosen(con, home.resource)
        for one in deliveries:
            reason = take(con, home.layout, home.catalog, one)
        found = con.sql(f"FROM {CHOSEN}")
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return reason, rows


def places(rows: list[dict[str, Any]]) -> list[tuple[Place, Place]]:
    """Return where each chosen record first came, and whose place it takes."""
    return [
        (
            (row["_origin_delivery"][:6], row["_origin_row"]),
            (row["_previous_delivery"][:6], row["_previous_row"]),
        )
        for row in rows
    ]


def refused(home: ByHand, one: Delivery) -> Delivery:
    """Record that landing's refusal stands for every record."""
    assert one.refusal
    kept = dict.fromkeys(range(1, one.rows + 1), (one.refusal,))
    return home.judge(one, kept, VerdictKind.REJECTED, one.refusal)


def test_what_landing_split_is_taken_as_it_was_read(home: ByHand) -> None:
    """Only the open records, letter for letter, in their order, even if headers changed since."""
    one = home.deliver(f"{HEAD}1,1,2024-01-01, 甲 \n2,1,,\n3,x,2024-01-01,丙\n")
    home.judge(one, {1: BAD, 3: BAD})
    renamed = {f"新{header}": part for header, part in visit().feed.columns.items()}

    reason, rows = taken(redeclared(home, columns=renamed), one)

    assert reason == ""
    assert [(row["visit_no"], row["outcome"]) for row in rows] == [("1", " 甲 "), ("x", "丙")]
    assert places(rows) == [(("000001", 1), ("000001", 1)), (("000001", 3), ("000001", 3))]
    assert [row["_origin_line"] for row in rows] == [2, 4]
    assert {row["_cells"] for row in rows} == {False}


def test_a_replayed_record_keeps_its_first_place(home: ByHand) -> None:
    """It takes the place of its last attempt, and says where it began; a replay is never re-read.

    Its own raw file is in the shape of replays: a part declared since stays null.
    """
    first = home.judge(home.deliver(f"{HEAD}1,1,2024-01-01,甲\n"), {1: BAD})
    again = home.replay({"resident_id": "1", "outcome": "乙", OF: (first.delivery, 1)})
    home.judge(again, {1: BAD})
    gained = visit().feed.columns | {"备注": "note"}

    reason, rows = taken(redeclared(home, columns=gained), first, again)

    assert (reason, places(rows)) == ("", [(("000001", 1), ("000002", 1))])
    assert (rows[0]["outcome"], rows[0]["note"]) == ("乙", None)


def test_a_part_that_is_declared_since_is_read_from_the_file(home: ByHand) -> None:
    """The raw file still has the column that nobody had asked for."""
    one = home.deliver(f"{HEAD.strip()},备注\n1,1,2024-01-01,甲,急\n2,x,2024-01-01,乙,缓\n")
    home.judge(one, {2: BAD})

    reason, rows = taken(redeclared(home, columns=visit().feed.columns | {"备注": "note"}), one)

    assert (reason, [(row["outcome"], row["note"]) for row in rows]) == ("", [("乙", "缓")])
    assert places(rows) == [(("000001", 2), ("000001", 2))]


def test_a_file_without_a_part_that_is_declared_since_is_taken_as_it_was(home: ByHand) -> None:
    """Reading it again would refuse all of it: what landing read stands, the part is null."""
    one = home.deliver(f"{HEAD}1,x,2024-01-01,甲\n")
    home.judge(one, {1: BAD})

    reason, rows = taken(redeclared(home, columns=visit().feed.columns | {"备注": "note"}), one)

    assert (reason, [(row["outcome"], row["note"]) for row in rows]) == ("", [("甲", None)])


def test_a_broken_record_is_split_by_the_new_declaration(home: ByHand) -> None:
    """As long as the file has as many records as before, each replaces its own number."""
    one = home.deliver(f'{HEAD}1,1,2024-01-01,甲\n2,1,2024-01-01,"乙\n')
    assert (one.rows, one.malformed) == (2, 1)
    home.judge(one, {2: BAD})

    unchanged = taken(home, one)
    reason, rows = taken(redeclared(home, quote=None), one)

    assert unchanged == ("", [])  # it cannot be split now either, and stays where it is
    assert (reason, [row["outcome"] for row in rows]) == ("", ['"乙'])
    assert places(rows) == [(("000001", 2), ("000001", 2))]


def test_where_there_are_other_records_than_before_the_line_says_which_is_which(
    home: ByHand,
) -> None:
    """A quote that is a letter now ends records at every line; sound ones are left alone."""
    one = home.deliver(f'{HEAD}1,1,2024-01-01,"甲\n甲"\n2,1,2024-01-01,"乙\n3,1,,丙\n')
    assert (one.rows, one.malformed) == (3, 1)
    home.judge(one, {2: BAD})

    reason, rows = taken(redeclared(home, quote=None), one)

    assert (reason, [(row["resident_id"], row["outcome"]) for row in rows]) == ("", [("2", '"乙')])
    assert places(rows) == [(("000001", 2), ("000001", 2))]


def test_records_of_a_refused_file_replace_each_other(home: ByHand) -> None:
    """A header that was missing is declared now, and every record is found under its number."""
    one = refused(home, home.deliver(HEAD.replace("outcome", "结果") + "1,1,,甲\n2,1,,乙\n"))
    columns = {("结果" if part == "outcome" else header): part
               for header, part in visit().feed.columns.items()}  # fmt: skip

    reason, rows = taken(redeclared(home, columns=columns), one)

    assert (reason, [row["outcome"] for row in rows]) == ("", ["甲", "乙"])
    assert [previous for _, previous in places(rows)] == [("000001", 1), ("000001", 2)]


def test_a_file_that_was_read_as_other_records_is_replaced_as_a_whole(home: ByHand) -> None:
    """Nobody knows which is which: together they stand for the delivery, which is row 0 of it."""
    text = f"{HEAD}1,1,2024-01-01,甲\n2,1,2024-01-01,乙\n"
    one = refused(home, home.deliver(text.encode("utf-16-le")))
    assert one.rows != 2

    reason, rows = taken(redeclared(home, encoding="utf-16-le"), one)

    assert (reason, [row["outcome"] for row in rows]) == ("", ["甲", "乙"])
    assert places(rows) == [(("000001", row), ("000001", 0)) for row in (1, 2)]


def test_what_would_be_refused_again_says_why_and_stays(home: ByHand) -> None:
    """Nothing of it is chosen."""
    one = refused(home, home.deliver("x,y\n1,2\n"))

    reason, rows = taken(home, one)

    assert reason.startswith("GATE-102 ")
    assert rows == []


def test_long_deliveries_are_taken_in_their_order(
    home: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stretch by stretch, no record is lost between two of them, and none comes twice."""
    monkeypatch.setattr("register.bundles.STRETCH_BYTES", 500)
    one = home.land(*({"resident_id": str(n), "outcome": "甲" * 30} for n in range(60)))
    home.judge(one, {row: BAD for row in range(1, 61) if row % 3})

    _, rows = taken(home, one)

    assert [row["_previous_row"] for row in rows] == [row for row in range(1, 61) if row % 3]
