"""`quanshu lineage`: where a row is from, of a replayed one and of one that is quarantined too."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from register.access_ledger import ACCESS
from tests.city import PERSON
from tests.city.records import person_id
from tests.unit.cli.homes import ACTOR, Home, Replayed

KEY = f"resident_id={person_id(1)}"


def test_a_row_is_told_with_table_commit_verdict_and_place(shared: Home) -> None:
    """One below the other, each with what it is, within 80 columns but for paths and a digest."""
    said = shared.said("lineage", "person", KEY, COLUMNS="80")
    lines = said.out.splitlines()
    spot = lines.pop(5)
    told = dict(line.strip().split("  ", 1) for line in lines)

    assert (said.code, said.err) == (0, "")
    assert spot == "  p.csv 行 / line 3 记录 / record 2"
    assert list(told) == [
        "权威表 / table", "写入 / committed", "判定 / verdict", "目录 / catalogue",
        "交付 / delivery", "到达 / landed", "SHA-256", "原文件 / raw",
    ]  # fmt: skip
    assert told["权威表 / table"].endswith(f"authoritative/{PERSON} 版本 / version 0")
    assert told["判定 / verdict"].endswith(" · 接受 3 隔离 1")
    assert told["交付 / delivery"].strip() == f"{shared.delivery} （第 1 批）"
    assert told["原文件 / raw"].endswith("raw/p.csv")
    begin = {
        cell_len(line) - cell_len(fact.strip())
        for line, fact in zip(lines, told.values(), strict=True)
    }
    assert len(begin) == 1
    assert max(map(cell_len, lines[1:-2])) <= 80
    assert person_id(1) not in said.out


def test_the_key_may_be_given_by_value_or_by_name(shared: Home) -> None:
    """Both say the same; a value too many is wrong usage, and so is another resource."""
    told = shared.said("lineage", "person", KEY, "--json")

    assert told.document == shared.said("lineage", "person", person_id(1), "--json").document
    assert (told.document["place"]["line"], told.document["place"]["record"]) == (3, 2)
    assert told.document["kept_back"] == []
    assert "record" not in told.document
    for words in ((KEY, "2"), (KEY, "name=甲"), (KEY, KEY)):
        said = shared.said("lineage", "person", *words)
        assert (said.code, "resident_id=…" in said.err) == (2, True)
    assert shared.said("lineage", "nobody", person_id(1)).code == 2


def test_no_row_ends_with_1(shared: Home) -> None:
    """It is said on standard error, and JSON has nothing to show."""
    for more in ((), ("--json",)):
        said = shared.said("lineage", "person", person_id(9), *more)
        assert (said.code, said.out) == (1, "")
        assert f"no row with this key in {PERSON}" in said.err


def test_a_key_that_is_quarantined_is_told(shared: Home) -> None:
    """No row, but delivery, line and the rules that quarantine it with what they ask; no value."""
    said = shared.said("lineage", "person", person_id(2))
    told = shared.said("lineage", "person", person_id(2), "--json")

    assert (said.code, told.code) == (1, 1)
    head, place, rule = said.out.splitlines()
    assert head.split("  ", 1)[1].strip() == f"{shared.delivery} [open]"
    assert place == "  p.csv 行 / line 4 记录 / record 3"
    assert rule.startswith("  sex:code_list  ")
    assert person_id(2) not in said.out
    assert told.document["resource"] == PERSON
    [kept] = told.document["kept_back"]
    assert (kept["delivery"], kept["record"], kept["state"]) == (shared.delivery, 3, "open")
    assert list(kept["rules"]) == ["sex:code_list"]


def test_a_replayed_row_is_told_with_its_origin(repaired: Replayed) -> None:
    """The delivery of the replay, and the one that first brought the record."""
    home = repaired.home
    told = home.said("lineage", "person", person_id(2), "--json").document
    said = home.said("lineage", "person", person_id(2))

    assert told["origin"]["delivery"] == home.delivery
    assert (told["origin"]["line"], told["place"]["arrived_by"]) == (4, "replay")
    assert said.code == 0
    places = [line for line in said.out.splitlines() if "（第 " in line]
    assert [line.partition("  ")[0] for line in places] == ["交付 / delivery", "最初交付 / origin"]
    assert home.delivery in places[1]
    assert person_id(2) not in said.out


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_look_at_the_record_is_on_record(home: Home, more: tuple[str, ...]) -> None:
    """The act is entered, and said on standard error; without --record nothing is."""
    home.said("lineage", "person", person_id(0), *more)
    assert ACCESS.read(home.layout) == ()

    said = home.said("lineage", "person", person_id(0), "--record", *more)

    assert person_id(0) in said.out
    assert ACTOR in said.err
    [act] = ACCESS.read(home.layout)
    assert (act.actor, act.action, act.resource, act.rows) == (ACTOR, "lineage", PERSON, 1)
    assert home.said("lineage", "person", person_id(2), "--record", *more).code == 1
    assert len(ACCESS.read(home.layout)) == 1
