"""Repair files: what goes out comes back letter for letter, and nothing in it is a formula."""

from __future__ import annotations

import csv
import json
import random
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import RepairError
from quality.quarantine.repair import (
    EDITED,
    MARK,
    choose_for_repair,
    read_repaired,
    refuse_lines,
    write_for_repair,
)
from quality.quarantine.states import Chosen
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import VISIT
from tests.city.by_hand import OF, ByHand, Texts
from tests.city.resources import catalog_of, visit

BAD = ("visit_no:required",)
PARTS = ("outcome", "resident_id", "visit_no", "visit_day")
MARKS = ["_delivery", "_row", "_rules", "_rules_description"]


@pytest.fixture
def home(tmp_path: Path) -> ByHand:
    """Return an empty home of visits."""
    return ByHand(Layout(tmp_path / "home"), catalog_of(), VISIT)


@pytest.fixture
def con(home: ByHand) -> Iterator[Connection]:
    """Yield a workbench."""
    with open_workbench(home.layout.work) as made:
        yield made


def quarantined(home: ByHand, *records: Texts) -> None:
    """Land records that are all quarantined."""
    home.judge(home.land(*records), dict.fromkeys(range(1, len(records) + 1), BAD))


def exported(home: ByHand, con: Connection, path: Path, **chosen: Any) -> Path:
    """Write what is chosen to a file."""
    assert choose_for_repair(con, home.layout, home.resource, Chosen(**chosen))
    write_for_repair(con, home.layout, home.catalog, home.resource, path)
    return path


def read(home: ByHand, con: Connection, path: Path) -> list[tuple[Any, ...]]:
    """Read a file back: place, then every part, in order."""
    scratch = path.parent / f"scratch-{path.name}"
    scratch.mkdir()
    read_repaired(con, home.resource, path, scratch)
    parts = ", ".join(PARTS)
    return con.sql(f"SELECT _delivery, _row, {parts} FROM {EDITED} ORDER BY _n").fetchall()


# ── there and back ──────────────────────────────────────────────────────────────────────────────

TRICKY = [
    "=1+1", "+86", "-5", "@x", "'quoted", "''", "00012", "2024-01-02", "true", "FALSE", "1e5",
    '多\n行,"引号"', " 空 ", "＝全角", "\t=1", "٣", "½", "NULL", "nan", "\\N", ";", "|",
]  # fmt: skip
LETTERS = " =+-@'＝\"\n,;\t0１aé张\\"


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_what_is_not_edited_comes_back_letter_for_letter(
    home: ByHand, con: Connection, tmp_path: Path, ending: str
) -> None:
    """Whatever a cell looks like; and no cell of a CSV is anything that a spreadsheet would run."""
    source = random.Random(3)
    more = ("".join(source.choices(LETTERS, k=source.randint(1, 6))) for _ in range(1_000))
    texts = [*TRICKY, *more]
    records = [{"resident_id": str(n), "outcome": text} for n, text in enumerate(texts)]
    quarantined(home, *records)

    path = exported(home, con, tmp_path / f"repair.{ending}")
    found = read(home, con, path)

    assert {row[1]: row[2] for row in found} == dict(enumerate(texts, start=1))
    assert all(row[4] in (None, "") for row in found)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    if ending == "csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert [cell for cell in cells if cell.strip()[:1] in set("=+-@＝")] == []
        assert {f"{MARK}{text}" for text in TRICKY[:11]} <= {*cells}


def test_a_file_says_which_record_each_line_is_and_why(
    home: ByHand, con: Connection, tmp_path: Path
) -> None:
    """Its place, its rules in code and in words, every delivered column, the text that broke."""
    broken = {"_defect": "field_count", "_raw": "1,2,3,4,5,6"}
    home.judge(
        home.land({"resident_id": "1"}, broken), {1: ("visit_no:required", "gone:rule"), 2: BAD}
    )

    path = exported(home, con, tmp_path / "repair.jsonl")
    first, second = map(json.loads, path.read_text(encoding="utf-8").splitlines())

    assert [*first] == [*MARKS, *visit().feed.columns, "_raw"]
    assert (first["_row"], first["_rules"]) == ("1", "gone:rule visit_no:required")
    assert first["_rules_description"]
    assert "；" not in first["_rules_description"]
    assert (first["_raw"], second["_raw"]) == (None, "1,2,3,4,5,6")


def test_only_open_records_are_exported(home: ByHand, con: Connection, tmp_path: Path) -> None:
    """What was replayed already, whatever came of it, is not repaired a second time."""
    records = [{"resident_id": str(n)} for n in range(4)]
    quarantined(home, *records)
    first = "000001-" + "a" * 12
    home.judge(home.replay({OF: (first, 1)}, {OF: (first, 2), "outcome": "乙"}), {2: BAD})

    path = exported(home, con, tmp_path / "repair.jsonl")
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    some = choose_for_repair(con, home.layout, home.resource, Chosen(rows=(1, 2, 3)))

    assert [(one["_delivery"][:6], one["_row"]) for one in told] == [
        ("000001", "3"),
        ("000001", "4"),
        ("000002", "2"),
    ]
    assert some == 2


def test_headers_that_would_clash_make_way_for_the_part(
    home: ByHand, con: Connection, tmp_path: Path
) -> None:
    """A JSON path, a header that the file's own columns have: the part's name, made unique."""
    columns = {"$.a[0]": "resident_id", "_ROW": "visit_no", "visit_no": "outcome", "d": "visit_day"}
    feed = visit().feed.model_copy(update={"columns": columns})
    home = home.declared(visit().model_copy(update={"feed": feed}))
    record = {"resident_id": "甲", "visit_no": "乙", "outcome": "丙", "visit_day": "丁"}
    quarantined(home, record)

    path = exported(home, con, tmp_path / "repair.jsonl")
    told = json.loads(path.read_text(encoding="utf-8"))

    assert {name: told[name] for name in told if name not in {*MARKS, "_raw"}} == {
        "resident_id": "甲",
        "visit_no_": "乙",
        "visit_no": "丙",
        "d": "丁",
    }
    [found] = read(home, con, path)
    assert found[2:] == tuple(record[part] for part in PARTS)


# ── what is refused ─────────────────────────────────────────────────────────────────────────────


def test_a_file_that_exists_is_not_overwritten(
    home: ByHand, con: Connection, tmp_path: Path
) -> None:
    """It may hold somebody's edits."""
    quarantined(home, {"resident_id": "1"})
    path = tmp_path / "repair.csv"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(RepairError, match="exists already"):
        exported(home, con, path)

    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["repair", "repair.txt", "repair.xls"])
def test_an_ending_that_says_nothing_is_refused(
    home: ByHand, con: Connection, tmp_path: Path, name: str
) -> None:
    """Written or read, the three that do are named."""
    quarantined(home, {"resident_id": "1"})
    with pytest.raises(RepairError, match=r"\.csv, \.jsonl, \.xlsx"):
        exported(home, con, tmp_path / name)
    assert not (tmp_path / name).exists()
    with pytest.raises(RepairError, match=r"\.csv, \.jsonl, \.xlsx"):
        read(home, con, tmp_path / name)


@pytest.mark.parametrize("limit", ["_SHEET_ROWS", "_CELL"])
def test_a_workbook_that_cannot_hold_the_records_is_refused(
    home: ByHand, con: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """Nothing is cut off in silence, and no half of a file is left."""
    quarantined(home, {"resident_id": "1"}, {"resident_id": "2"})
    exported(home, con, tmp_path / "fits.xlsx")
    monkeypatch.setattr(f"quality.quarantine.repair.{limit}", 1)

    with pytest.raises(RepairError, match=r"export to \.csv"):
        exported(home, con, tmp_path / "repair.xlsx")

    assert not (tmp_path / "repair.xlsx").exists()


HEAD = ",".join(["_delivery", "_row", *visit().feed.columns])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD.replace("_row", "row") + "\nd,1,a,b,c,e\n", "missing: .*_row"),
        (HEAD.replace("outcome", "x") + "\nd,1,a,b,c,e\n", "missing: .*outcome"),
        (f"{HEAD}\nd,1,a,b,c,e\nd,2,a,b,c,e,f\nd,3\n", r"line\(s\) 3, 4"),
        ("", "repair.csv"),
    ],
)
def test_a_file_that_cannot_be_taken_back_says_where(
    home: ByHand, con: Connection, tmp_path: Path, text: str, told: str
) -> None:
    """A column that is missing, lines that cannot be split: by name and number, not by value."""
    path = tmp_path / "repair.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(RepairError, match=told):
        read(home, con, path)


def test_a_refusal_names_the_first_lines_and_no_more(
    home: ByHand, con: Connection, tmp_path: Path
) -> None:
    """Five are enough to find the mistake; a file without any is taken."""
    path = tmp_path / "repair.csv"
    lines = [f"d,{n},甲,1,2,2024-01-01" for n in range(9)]
    path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    read(home, con, path)

    refuse_lines(con, path, "_row > 100", "records of nobody")
    with pytest.raises(RepairError) as told:
        refuse_lines(con, path, "_row > 1", "records of nobody")

    assert told.value.what == "the file has records of nobody, first on line(s) 4, 5, 6, 7, 8"
    assert told.value.where == "repair.csv"


def test_a_place_that_is_no_number_is_no_place(
    home: ByHand, con: Connection, tmp_path: Path
) -> None:
    """Whoever compares places finds none for it, and refuses the line."""
    path = tmp_path / "repair.csv"
    path.write_text(f"{HEAD}\nd,one,甲,1,2,2024-01-01\n'd,'7,'乙,1,2,\n", encoding="utf-8")

    assert [row[:3] for row in read(home, con, path)] == [("d", None, "甲"), ("d", 7, "乙")]
