"""`quanshu quarantine`: counts without a value, records on record, export, repair and replay."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from rich.cells import cell_len

from register.access_ledger import ACCESS
from tests.city import PERSON
from tests.city.records import person_id
from tests.unit.cli.homes import ACTOR, Home, Replayed


def test_list_counts_and_shows_no_value(shared: Home) -> None:
    """By delivery and rule for machines, with what the rule asks; no look is on record."""
    told = shared.said("quarantine", "list", "--json")
    [count] = told.document

    assert (count["resource"], count["delivery"], count["rule"]) == (
        PERSON, shared.delivery, "sex:code_list",
    )  # fmt: skip
    assert (count["records"], count["open"], count["settled"]) == (1, 1, 0)
    assert count["description"]
    assert person_id(2) not in told.out
    assert ACCESS.read(shared.layout) == ()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--department", "civil_affairs"), 1),
        (("--department", "data_office"), 0),
        (("--resource", "person"), 1),
        (("--resource", "region"), 0),
        (("--rule", "sex:code_list"), 1),
        (("--rule", "name:required"), 0),
        (("--delivery", "000009-aaaaaaaaaaaa"), 0),
    ],
)
def test_a_list_is_narrowed(shared: Home, words: tuple[str, ...], found: int) -> None:
    """By department, resource, delivery or rule; where nothing is left, that is said."""
    assert len(shared.said("quarantine", "list", *words, "--json").document) == found
    said = shared.said("quarantine", "list", *words)
    assert ("nothing is quarantined" in said.out, said.code) == (not found, 0)


def test_list_is_read_at_80_columns(shared: Home) -> None:
    """The total, then by resource, or by delivery and rule; states of nothing are left out."""
    whole = shared.said("quarantine", "list", COLUMNS="80").out
    single = shared.said("quarantine", "list", "--resource", "person", COLUMNS="80").out

    total = "隔离区 / quarantine: 1 条 / marks，未处理 / open 1；1 "
    assert [line.startswith(total) for line in (whole, single)] == [True, True]
    assert [PERSON, "1", "1", "1"] in [line.split() for line in whole.splitlines()]
    assert [shared.delivery, "sex:code_list", "1", "1", "p.csv"] in [
        line.split() for line in single.splitlines()
    ]
    assert "  sex:code_list  性别应为《性别代码》中的代码" in single.splitlines()
    for told in (whole, single):
        assert max(cell_len(line) for line in told.splitlines()) <= 80
        assert "未处理" in told
        assert "已入库" not in told


def test_show_prints_the_record_and_enters_the_act(home: Home) -> None:
    """File, line, record, state, rules and the text as delivered; the act is on record first."""
    said = home.said("quarantine", "show", "person", home.delivery, "3")

    place, rule, raw = said.out.splitlines()
    assert said.code == 0
    assert place == "p.csv 行 / line 4 记录 / record 3 [open]"
    assert rule.startswith("    sex:code_list  ")
    assert json.loads(raw) | {"公民身份号码": person_id(2), "性别": "9"} == json.loads(raw)
    assert ACTOR in said.err
    [act] = ACCESS.read(home.layout)
    assert (act.actor, act.action, act.resource, act.delivery, act.rows) == (
        ACTOR, "show", PERSON, home.delivery, 1,
    )  # fmt: skip
    [told] = home.said("quarantine", "show", "person", home.delivery, "--json").document
    assert (told["row"], list(told["rules"]), told["raw"]) == (3, ["sex:code_list"], raw.strip())
    assert len(ACCESS.read(home.layout)) == 2


@pytest.mark.parametrize("rows", [("1",), ("1", "2"), ("99",)])
def test_what_is_not_quarantined_is_not_shown(home: Home, rows: tuple[str, ...]) -> None:
    """A record that passed, or that never was: exit 1, and nothing was looked at."""
    said = home.said("quarantine", "show", "person", home.delivery, *rows)

    assert (said.code, said.out) == (1, "")
    assert f"nothing such is quarantined in {PERSON}" in said.err
    assert ACCESS.read(home.layout) == ()


def test_an_unknown_resource_names_the_likeliest(shared: Home) -> None:
    """It is wrong usage."""
    said = shared.said("quarantine", "show", "persn", shared.delivery)

    assert (said.code, "did you mean `person`" in said.err) == (2, True)


def test_an_export_is_a_new_file_for_its_owner(home: Home) -> None:
    """With the record, its faults and where it belongs; the act is on record."""
    file = home.folder / "repair.csv"
    said = home.said("quarantine", "export", "person", "--to", str(file))

    assert (said.code, said.out) == (0, f"1 条记录 / records → {file}\n")
    [row] = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert (row["_delivery"].strip("'"), row["公民身份号码"]) == (home.delivery, f"'{person_id(2)}")
    assert file.stat().st_mode & 0o077 == 0
    [act] = ACCESS.read(home.layout)
    assert (act.action, act.rows) == ("export", 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--to", "there.csv"), "REP-001 the file exists already"),
        (("--to", "repair.txt"), "REP-001 the file's ending"),
        (("--to", "nowhere/new.csv"), "REP-001 the file's folder is not there"),
        (("--to", "there.csv/new.csv"), "REP-001 the file's folder is not there"),
        (("--to", "new.csv", "--rule", "name:required"), "nothing is open"),
        (("--to", "new.csv", "--delivery", "000009-x"), "nothing is open"),
    ],
)
def test_an_export_that_cannot_be_is_a_problem(
    home: Home, words: tuple[str, ...], told: str
) -> None:
    """Exit 1 with what to do; no file is made, and none replaced."""
    (home.folder / "there.csv").write_text("theirs", encoding="utf-8")

    said = home.said("quarantine", "export", "person", *words)

    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert (home.folder / "there.csv").read_text(encoding="utf-8") == "theirs"
    assert not (home.folder / "new.csv").exists()


def test_a_repaired_record_comes_in(repaired: Replayed) -> None:
    """It is accepted, settled where it was quarantined, and the views follow."""
    home = repaired.home

    assert (repaired.exported.code, repaired.done.code) == (0, 0)
    [outcome] = repaired.done.document["outcomes"]
    assert (outcome["accepted"], outcome["quarantined"], outcome["inserted"]) == (1, 0, 1)
    [count] = home.said("quarantine", "list", "--json").document
    assert (count["open"], count["settled"]) == (0, 1)
    with duckdb.connect(home.layout.city_views, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM civil_affairs.person").fetchall() == [(4,)]
    acts = {(act.action, act.rows) for act in ACCESS.read(home.layout)}
    assert acts == {("export", 1)}


def test_what_was_replayed_before_is_told(repaired: Replayed) -> None:
    """The same file again lands nothing, and that is no problem."""
    said = repaired.home.said("quarantine", "replay", "person", "--from", str(repaired.file))

    assert said.code == 0
    assert said.out.splitlines() == [
        "没有可补录的记录。/ nothing to replay.",
        "此前已补录 / replayed before: 1",
    ]


def test_a_record_that_fails_again_ends_with_1(home: Home) -> None:
    """Replayed as it was delivered, it is quarantined again: the sums are told in one line."""
    said = home.said("quarantine", "replay", "person")

    assert said.code == 1
    [line] = said.out.splitlines()
    assert line.startswith("补录 / replayed 000002-")
    assert "1 条，接受 / accepted 0，再次隔离 / quarantined 1（" in line


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", '公民身份号码,"姓名\n'])
def test_a_file_that_cannot_be_taken_back_is_a_problem(home: Home, text: str) -> None:
    """Exit code 1 with what to do; nothing is landed."""
    file = home.folder / "other.csv"
    file.write_text(text, encoding="utf-8")
    before = sorted(path.name for path in home.layout.landing(PERSON).iterdir())

    done = home.said("quarantine", "replay", "person", "--from", str(file))

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("REP-001 ")
    assert sorted(path.name for path in home.layout.landing(PERSON).iterdir()) == before


@pytest.mark.parametrize("name", ["none.csv", "none.txt", "."])
def test_a_file_that_is_not_there_is_a_problem(shared: Home, name: str) -> None:
    """It is told before anything is landed."""
    said = shared.said("quarantine", "replay", "person", "--from", name)

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("REP-001 ")


def test_json_of_an_export_in_lines_is_taken_back(home: Home, tmp_path: Path) -> None:
    """The record in another format: what was edited is what is landed."""
    file = tmp_path / "repair.jsonl"
    home.said("quarantine", "export", "person", "--to", str(file))
    record = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(record | {"性别": "2"}, ensure_ascii=False), encoding="utf-8")

    done = home.said("quarantine", "replay", "person", "--from", str(file), "--json").document

    assert [one["accepted"] for one in done["outcomes"]] == [1]
