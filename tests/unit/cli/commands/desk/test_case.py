"""`quanshu case`: totals first, reasons in every list, decisions, values only on record."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from register.access_ledger import ACCESS
from tests.city import PERSON
from tests.city.records import person_id
from tests.unit.cli.homes import ACTOR, Home


@pytest.fixture(scope="module")
def kept(shared: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return the prepared home after a run, which opened a case of the rule that fails."""
    home = shared.copied(tmp_path_factory.mktemp("kept") / "copy")
    assert home.said("run").code in {0, 1}
    return home


def test_a_home_without_cases_says_so(shared: Home) -> None:
    """Nothing is made by looking."""
    before = shared.layout.governance_db.read_bytes()
    said = shared.said("case", "list")
    assert (said.code, said.out.strip()) == (0, "问题单 / cases: 0")
    assert shared.said("case", "show", "1").code == 2
    assert shared.layout.governance_db.read_bytes() == before


def test_a_list_says_the_total_and_each_reason(kept: Home) -> None:
    """In both languages, whole at 80 columns, with the day by which it is due; no value."""
    said = kept.said("case", "list", COLUMNS="80")
    first, second, *lines = said.out.splitlines()
    # the day of the test is any day: a silence may have become a case of its own
    assert first.startswith("问题单 / cases: ")
    assert second.startswith("#1  待核实 / dispatched  20")
    assert f"    {PERSON}  sex:code_list" in lines
    assert any("规则未通过" in line for line in lines)
    assert any("a rule fails" in line for line in lines)
    assert person_id(2) not in said.out
    assert all(cell_len(line) <= 80 for line in (first, second))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--department", "civil_affairs"), 1),
        (("--department", "data_office"), 0),
        (("--resource", "region"), 0),
        (("--overdue",), 0),
        (("--closed",), 1),
    ],
)
def test_a_list_is_narrowed(kept: Home, words: tuple[str, ...], found: int) -> None:
    """By department, resource and clock."""
    told = kept.said("case", "list", *words, "--json").document
    assert len([one for one in told if one["origin"] == "rule"]) == found


def test_values_are_shown_on_record(kept: Home) -> None:
    """Without --values there is none; with it the act is in the ledger."""
    assert person_id(2) not in kept.said("case", "show", "1").out
    before = len(ACCESS.read(kept.layout))
    said = kept.said("case", "show", "1", "--values")
    assert person_id(2) in said.out
    act = ACCESS.read(kept.layout)[before:]
    assert [(one.actor, one.action, one.resource, one.rows) for one in act] == [
        (ACTOR, "case", PERSON, 1)
    ]
    assert "on record" in said.err


def test_a_case_is_decided_and_opened_again(kept: Home, tmp_path: Path) -> None:
    """Each act says who and on which document; what the state does not allow is exit 1."""
    home = kept.copied(tmp_path / "copy")
    assert home.said("case", "decide", "1").code == 2
    refused = home.said("case", "decide", "1", "--reject")
    assert (refused.code, "CASE-001" in refused.err) == (1, True)
    home.said("case", "decide", "1", "--reject", "--reason", "系统代码未更新", "--document", "函1")
    assert home.said("case", "extend", "1", "--document", "批1").code == 1
    done = home.said("case", "reopen", "1", "--reason", "代码表已更新", "--json").document
    assert [(one["kind"], one["by"], one["document"]) for one in done["events"][2:]] == [
        ("rejected", ACTOR, "函1"),
        ("reopened", ACTOR, None),
        ("dispatched", ACTOR, None),
    ]
    assert "代码表已更新" in home.said("case", "show", "1").out
