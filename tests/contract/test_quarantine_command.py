"""`quanshu quarantine` and `quanshu lineage`."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from rich.cells import cell_len

from register.access_ledger import ACCESS
from tests.city import PERSON
from tests.city.homes import Town
from tests.city.records import people, person_id
from tests.contract.command import KEY, Said, quanshu

BAD_SEX = ("人2", 9, "1990-01-01", 350500, "1.00")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town whose one delivery of persons has a quarantined record."""
    made = Town(tmp_path)
    made.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    return made


def said(town: Town, *words: str, **environment: str) -> Said:
    """Call the command over the town."""
    places = ("--catalog", str(town.folder / "catalogue"), "--home", str(town.home))
    return quanshu(town.folder, *words, *places, **KEY, QUANSHU_ACTOR="质量岗", **environment)


def test_list_counts_and_shows_no_value(town: Town) -> None:
    """Counts by delivery and rule, as a table and as JSON, and not one value."""
    told = said(town, "quarantine", "list", "--json")
    [count] = told.document

    assert (count["resource"], count["rule"], count["records"], count["open"]) == (
        PERSON, "sex:code_list", 1, 1,
    )  # fmt: skip
    assert count["description"]
    table = said(town, "quarantine", "list", "--department", "civil_affairs")
    assert PERSON in table.out
    assert person_id(2) not in table.out + told.out
    assert said(town, "quarantine", "list", "--rule", "name:required", "--json").document == []
    assert ACCESS.read(town.layout) == ()


def test_list_is_read_at_80_columns(town: Town) -> None:
    """Resource, delivery and rule stand in one piece; states that nothing is in are left out."""
    kept = town.kept(PERSON)[0]

    total = said(town, "quarantine", "list", COLUMNS="80").out
    single = said(town, "quarantine", "list", "--resource", "person", COLUMNS="80").out

    assert total.splitlines()[0].startswith("隔离区 / quarantine: 1 条")
    assert [PERSON, "1", "1", "1"] in [line.split() for line in total.splitlines()]
    assert [kept.delivery, "sex:code_list", "1", "1", "p.csv"] in [
        line.split() for line in single.splitlines()
    ]
    for told in (total, single):
        assert max(cell_len(line) for line in told.splitlines()) <= 80
        assert "未处理" in told
        assert "已入库" not in told


def test_show_prints_the_record_and_enters_the_act(town: Town) -> None:
    """The record with its line and rules; standard error says the act is on record, and it is."""
    delivery = town.kept(PERSON)[0].delivery

    shown = said(town, "quarantine", "show", "person", delivery, "3")

    assert shown.code == 0, shown.err
    assert person_id(2) in shown.out
    assert "line 4" in shown.out
    assert "sex:code_list" in shown.out
    assert "质量岗" in shown.err
    [act] = ACCESS.read(town.layout)
    assert (act.actor, act.action, act.resource, act.delivery, act.rows) == (
        "质量岗", "show", PERSON, delivery, 1,
    )  # fmt: skip
    assert said(town, "quarantine", "show", "person", delivery, "1").code == 1
    assert len(ACCESS.read(town.layout)) == 1


def test_export_repair_replay_and_lineage(town: Town) -> None:
    """An edited export brings the record in, and its lineage names both deliveries."""
    first = town.kept(PERSON)[0].delivery
    file = town.folder / "repair.csv"
    assert said(town, "quarantine", "export", "person", "--to", str(file)).code == 0
    assert said(town, "quarantine", "export", "person", "--to", str(file)).code == 1
    file.write_text(file.read_text(encoding="utf-8").replace("'9", "1"), encoding="utf-8")

    done = said(town, "quarantine", "replay", "person", "--from", str(file), "--json")

    assert done.code == 0, done.err
    assert done.document["outcomes"][0]["accepted"] == 1
    with duckdb.connect(town.layout.city_views, read_only=True) as con:
        rows = con.execute("SELECT count(*) FROM civil_affairs.person").fetchall()
    assert rows == [(4,)]
    traced = said(town, "lineage", "person", f"resident_id={person_id(2)}", "--json")
    assert traced.document["origin"]["delivery"] == first
    assert traced.document["place"]["arrived_by"] == "replay"
    assert "record" not in traced.document
    plain = said(town, "lineage", "person", person_id(2))
    assert first in plain.out
    assert person_id(2) not in plain.out
    assert said(town, "lineage", "person", person_id(9)).code == 1
    assert said(town, "lineage", "nobody", person_id(9)).code == 2


def test_lineage_tells_of_a_key_that_is_quarantined(town: Town) -> None:
    """No row, but the delivery, the line and the rules that keep it back, and no value."""
    first = town.kept(PERSON)[0].delivery

    told = said(town, "lineage", "person", person_id(2))
    shown = said(town, "lineage", "person", person_id(2), "--json")

    assert (told.code, shown.code) == (1, 1)
    assert first in told.out
    assert "line 4" in told.out
    assert "sex:code_list" in told.out
    assert person_id(2) not in told.out
    [kept] = shown.document["kept_back"]
    assert (kept["delivery"], kept["record"], kept["state"]) == (first, 3, "open")
    assert list(kept["rules"]) == ["sex:code_list"]
    assert said(town, "lineage", "person", person_id(1), "--json").document["kept_back"] == []


def test_every_look_at_a_record_is_on_record(town: Town) -> None:
    """Lineage with the record enters the act before it shows it, of a replayed row as well."""
    file = town.folder / "repair.csv"
    said(town, "quarantine", "export", "person", "--to", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace("'9", "1"), encoding="utf-8")
    said(town, "quarantine", "replay", "person", "--from", str(file))
    said(town, "lineage", "person", person_id(2))

    shown = said(town, "lineage", "person", person_id(2), "--record")
    as_json = said(town, "lineage", "person", person_id(0), "--record", "--json")

    assert person_id(2) in shown.out
    assert person_id(0) in as_json.document["record"]
    assert "质量岗" in shown.err
    acts = [(act.action, act.rows) for act in ACCESS.read(town.layout)]
    assert sorted(acts) == [("export", 1), ("lineage", 1), ("lineage", 1)]


def test_a_file_that_cannot_be_taken_back_is_a_problem(town: Town) -> None:
    """Exit code 1 with what to do; nothing is landed."""
    file = town.folder / "other.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")

    done = said(town, "quarantine", "replay", "person", "--from", str(file))

    assert done.code == 1
    assert "REP-001" in done.err
