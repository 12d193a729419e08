"""`quanshu reconcile`: the matrix without a value; one mismatch with both, once entered."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len

from register.access_ledger import ACCESS
from tests.city import NOW, PERSON, VISIT
from tests.city.records import VISITS, csv_text, person_id
from tests.city.registers import deliveries
from tests.unit.cli.homes import ACTOR, Home

BLANK = "人\u30001"
"""What the first visitor calls himself: the register knows him without the space."""


@pytest.fixture(scope="module")
def disputed(shared: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home in which visitors have other names than the register; tests only look."""
    made = shared.copied(tmp_path_factory.mktemp("disputed"))
    names = ((0, "人0"), (1, BLANK), (3, "王3"), (9, "人9"))
    rows = [(f"V{n}", "2026-02-01", 9, 1, 1, person_id(n), name) for n, name in names]
    file = made.layout.inbox(VISIT) / "v.csv"
    file.parent.mkdir(parents=True)
    file.write_text(csv_text(VISITS, *rows), encoding="utf-8")
    os.utime(file, (NOW.timestamp() - 60,) * 2)
    assert made.said("run").code == 0
    return made


def delivered(home: Home) -> str:
    """Return the delivery of visits."""
    return deliveries(home.layout, VISIT)[0].delivery


def test_the_matrix_begins_with_its_totals_and_shows_no_value(disputed: Home) -> None:
    """Within 80 columns; who disagrees most with whom, and on what, stands below."""
    said = disputed.said("reconcile", "list", COLUMNS="80")
    assert (said.code, said.err) == (0, "")
    totals, missing, *lines = said.out.splitlines()
    assert totals == "比对 / compared 8，不一致 / mismatched 2（25.0%）；1 个部门 / departments"
    assert missing == "来源无此主体 / not in the source 2"
    assert max(map(cell_len, said.out.splitlines())) <= 80
    worst = next(line for line in lines if line.startswith("data_office"))
    assert worst.split()[:4] == ["data_office", "person_name", "2", "50.0%"]
    assert lines[-1].split() == ["data_office", "civil_affairs", "2", "person_name"]
    assert not any(value in said.out for value in (BLANK, "王3", person_id(1)))


def test_the_matrix_is_a_document_for_machines(disputed: Home) -> None:
    """Cells with their items, patterns and trends; pairs of departments."""
    told = disputed.said("reconcile", "list", "--json").document
    assert (told["compared"], told["mismatched"], told["missing"]) == (8, 2, 2)
    cell = told["cells"][0]
    assert (cell["owner"], cell["rate"]) == ("civil_affairs", 0.5)
    assert ["form", 1] in cell["lines"][0]["patterns"]
    assert told["pairs"][0]["element"] == "person_name"


def test_a_home_without_comparisons_says_so(shared: Home, tmp_path: Path) -> None:
    """Nothing was compared with a source yet."""
    home = shared.copied(tmp_path / "copy")
    shutil.rmtree(home.layout.ledger("reconciliation"), ignore_errors=True)
    said = home.said("reconcile", "list")
    assert said.code == 0
    assert "nothing was compared" in said.out


def test_a_mismatch_is_shown_with_both_sides_once_it_is_entered(
    disputed: Home, tmp_path: Path
) -> None:
    """Values that look alike are written so that they do not; each record shown is on record."""
    home = disputed.copied(tmp_path / "copy")
    said = home.said("reconcile", "show", delivered(home), "2", "name")
    assert said.code == 0
    assert "「人\\u30001」" in said.out
    assert "「人1」" in said.out
    assert "v.csv 行 / line 3 记录 / record 2" in said.out
    assert "p.csv 行 / line 3 记录 / record 2" in said.out
    assert said.out.startswith("form  仅空格")
    assert ACTOR in said.err
    acts = [(o.actor, o.action, o.resource, o.rows) for o in ACCESS.read(home.layout)]
    assert sorted(acts) == [(ACTOR, "compare", PERSON, 1), (ACTOR, "compare", VISIT, 1)]
    told = home.said("reconcile", "show", delivered(home), "2", "name", "--json").document
    assert (told["mine"]["value"], told["theirs"]["value"]) == (BLANK, "人1")


def test_a_record_that_the_source_lacks_has_one_side(disputed: Home, tmp_path: Path) -> None:
    """And one act on record."""
    home = disputed.copied(tmp_path / "copy")
    said = home.said("reconcile", "show", delivered(home), "4", "name", "--resource", "visit")
    assert said.code == 0
    assert said.out.startswith("no_source_row")
    assert len(ACCESS.read(home.layout)) == 1


def test_nothing_is_shown_that_cannot_be_entered(disputed: Home, tmp_path: Path) -> None:
    """Where the access ledger cannot be written, no value leaves."""
    home = disputed.copied(tmp_path / "copy")
    ledger = home.layout.ledger(ACCESS.name)
    shutil.rmtree(ledger, ignore_errors=True)
    ledger.write_text("in the way", encoding="utf-8")
    said = home.said("reconcile", "show", delivered(home), "2", "name")
    assert said.code != 0
    assert said.out == ""
    assert "人" not in said.err.replace(ACTOR, "").replace("操作人", "")


@pytest.mark.parametrize("words", [("1", "name"), ("2", "nothing"), ("99", "name")])
def test_what_agrees_or_is_not_there_ends_with_1(disputed: Home, words: tuple[str, str]) -> None:
    """There is no such mismatch, and nothing is entered."""
    said = disputed.said("reconcile", "show", delivered(disputed), *words)
    assert (said.code, said.out) == (1, "")
    assert "no such mismatch" in said.err
    assert ACCESS.read(disputed.layout) == ()
