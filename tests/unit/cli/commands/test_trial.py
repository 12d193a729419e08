"""`quanshu try`: what would become of a file, where it fails, and how the command ends."""

from __future__ import annotations

import json

from rich.cells import cell_len

from tests.city import PERSON
from tests.city.records import people
from tests.unit.cli.homes import BAD_SEX, Home


def test_what_would_be_quarantined_is_listed_and_ends_with_1(home: Home) -> None:
    """At 80 columns: the outcome, then rules with the numbers and lines of their records."""
    (home.folder / "next.csv").write_text(people(range(5), p2=BAD_SEX), encoding="utf-8")

    said = home.said("try", "next.csv", "--resource", "person", COLUMNS="80")

    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[0] == f"试判 / trial: {PERSON}，csv utf-8，5 条 / records"
    assert lines[1:3] == [
        "结果 / outcome: 部分隔离 / partly quarantined",
        "接收 / accepted 4，隔离 / quarantined 1",
    ]
    assert ["sex:code_list", "quarantine", "1", "5", "否", "3:4"] in [
        line.split() for line in lines
    ]
    assert max(cell_len(line) for line in lines) <= 80
    assert "人2" not in said.out


def test_what_would_be_refused_says_why_in_both_languages(home: Home) -> None:
    """With the remedy; no rule is asked of it."""
    (home.folder / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    said = home.said("try", "other.csv", "--resource", "person")

    assert said.code == 1
    assert "结果 / outcome: 拒收 / refused" in said.out
    assert "GATE-102 缺少申报的列" in said.out
    assert "deliver every declared column once" in said.out
    assert "规则 / rules" not in said.out


def test_machines_get_every_rule(home: Home) -> None:
    """Exit 0 for a file that would be accepted whole."""
    (home.folder / "good.csv").write_text(people(range(3)), encoding="utf-8")

    said = home.said("try", "good.csv", "--resource", "person", "--json")

    assert said.code == 0
    told = json.loads(said.out)
    assert (told["outcome"], told["records"], told["accepted"]) == ("accepted", 3, 3)
    assert all(one["passed"] and one["first"] == [] for one in told["rules"])
    assert {"rule", "wording", "wording_en", "level", "dimension", "judged"} <= {*told["rules"][0]}
    assert told["not_asked"] == []


def test_a_file_that_was_delivered_is_recognised(home: Home) -> None:
    """Nothing would be done, which is no fault."""
    data = people(range(4), p2=BAD_SEX)
    (home.folder / "again.csv").write_text(data, encoding="utf-8")

    said = home.said("try", "again.csv", "--resource", "person")
    told = home.said("try", "again.csv", "--resource", "person", "--json")

    assert said.code == 0
    assert "重复交付 / recognised" in said.out
    earlier = json.loads(told.out)["repeats"]
    assert earlier.startswith("000001-")
    assert said.out.splitlines()[2:4] == [
        f"与 {earlier} 内容相同，不再处理 / the same bytes, nothing is done",
        "若为新交付 / if it were new: 接收 / accepted 3，隔离 / quarantined 1",
    ]


def test_undeclared_columns_are_listed_with_their_cells(home: Home) -> None:
    """At 80 columns, one without a value too; none of their values is shown."""
    first, *rows = people(range(3)).splitlines()
    text = "\n".join([f"{first},备注,电话", *(f"{row},秘闻," for row in rows), ""])
    (home.folder / "more.csv").write_text(text, encoding="utf-8")

    said = home.said("try", "more.csv", "--resource", "person", COLUMNS="80")
    told = home.said("try", "more.csv", "--resource", "person", "--json")

    assert said.code == 0
    lines = said.out.splitlines()
    at = lines.index("目录外数据，无例外不入库 / undeclared: not taken in without an exception")
    assert [line.split() for line in lines[at + 3 : at + 5]] == [
        ["备注", "3", "–"],
        ["电话", "0", "–"],
    ]
    assert max(cell_len(line) for line in lines) <= 80
    assert "秘闻" not in said.out + told.out
    assert json.loads(told.out)["undeclared"] == {"备注": 3, "电话": 0}


def test_a_file_or_a_home_that_is_not_there_is_a_fault_of_usage(home: Home) -> None:
    """Nothing else is said."""
    assert home.said("try", "none.csv", "--resource", "person").code == 2
