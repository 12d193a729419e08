"""`quanshu recheck`: how much was asked, which rules do not hold, and how it ends."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len

from register.rule_results import RULE_RESULTS, Origin
from tests.city import PERSON, REGION
from tests.city.declared import write_catalog
from tests.unit.cli.homes import Home

FILE = f"resources/{PERSON}.yaml"


def narrower(document: Any) -> None:
    """Let names have at most one character, which none of the stored ones has."""
    document["items"][1]["length"] = {"min": 1, "max": 1}


def test_what_holds_ends_with_0(home: Home) -> None:
    """Every stored table is asked; the total is one line."""
    said = home.said("recheck")
    assert said.code == 0
    [line] = said.out.splitlines()
    assert line.startswith("定期检查 / rechecked: 2 类资源 / resources，")
    assert line.endswith("未通过 / failing 0")


def test_what_does_not_hold_is_listed_and_ends_with_1(home: Home) -> None:
    """At 80 columns, for one resource; the results are on record."""
    write_catalog(home.folder, **{FILE: narrower})

    said = home.said("recheck", "--resource", "person", COLUMNS="80")

    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[0].startswith("定期检查 / rechecked: 1 类资源 / resources，3 行 / rows，")
    assert [PERSON, "name:length", "3", "3"] in [line.split() for line in lines]
    assert max(map(cell_len, lines[1:])) <= 80
    of_recheck = [r for r in RULE_RESULTS.read(home.layout) if r.origin is Origin.RECHECK]
    assert {one.resource for one in of_recheck} == {PERSON}


def steady(document: Any) -> None:
    """Hold the number of records beside the last deliveries."""
    document["quality"].append({
        "code": "steady", "drift": {"figure": "row_count", "deliveries": 2, "within": 20},
        "level": "warn", "dimension": "completeness", "description": "记录数平稳",
    })  # fmt: skip


def test_a_declared_rule_that_is_not_asked_is_named_with_the_reason(home: Home) -> None:
    """It fails nothing: the gate asks it of the next delivery."""
    write_catalog(home.folder, **{FILE: steady})
    said = home.said("recheck", "--resource", "person")
    assert said.code == 0
    assert [PERSON, "steady"] in [line.split()[:2] for line in said.out.splitlines()]
    assert "已存储的行来自多次交付" in said.out.replace("\n", "").replace(" ", "")


def test_json_has_every_result(home: Home) -> None:
    """With the version of the table that was read, and without a failure."""
    told = home.said("recheck", "--json").document
    assert [one["resource"] for one in told["resources"]] == [REGION, PERSON]
    assert all(one["results"] for one in told["resources"])
    assert told["failures"] == []


def test_a_table_that_cannot_be_read_ends_with_3(home: Home) -> None:
    """After all others were asked; what failed stands on standard error."""
    for entry in (home.layout.authoritative(PERSON) / "_delta_log").iterdir():
        entry.write_bytes(b"no JSON")

    said = home.said("recheck")

    assert said.code == 3
    assert PERSON in said.err
    assert "1 类资源 / resources" in said.out
