"""`quanshu list`: what there is, with its state, whole at 80 columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.city import PERSON, REGION
from tests.contract.command import quanshu
from tests.unit.cli.homes import Home

KINDS = {
    "departments": "department",
    "resources": "resource",
    "elements": "element",
    "grants": "grant",
    "sets": "set",
    "legacy": "exchange",
}
"""What can be listed, and what a row of it is called by."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_read_at_80_columns(tmp_path: Path, kind: str) -> None:
    """The total first, at most forty lines of the table, no name folded or cut."""
    rows = quanshu(tmp_path, "list", kind, "--json").document
    said = quanshu(tmp_path, "list", kind, COLUMNS="80")
    lines = said.out.splitlines()

    assert said.code == 0
    assert lines[0].endswith(f": {len(rows)}")
    shown = [line.split()[0] for line in lines[3:] if not line.startswith("…")]
    assert shown == [row[KINDS[kind]] for row in rows[:40]]
    if kind != "elements":  # an element's source is a path of three codes
        assert max(map(cell_len, lines)) <= 80
    assert ("--all" in lines[-1]) == (len(rows) > 40)


def test_every_line_and_column_is_there_when_asked(tmp_path: Path) -> None:
    """`--all` shows the lines beyond the first forty, `--wide` the columns left out."""
    rows = quanshu(tmp_path, "list", "elements", "--json").document
    said = quanshu(tmp_path, "list", "elements", "--all", "--wide").out

    assert len(rows) > 40
    assert len(said.splitlines()) == 3 + len(rows)
    for row in (rows[0], rows[-1]):
        assert any(row["element"] in line and row["subject"] in line for line in said.splitlines())


def test_an_empty_home_has_no_state(tmp_path: Path) -> None:
    """A home in which nothing was run has no rows, no verdicts, no extracts, no releases.

    Nobody has applied for a grant either.
    """
    resources = quanshu(tmp_path, "list", "resources", "--json").document
    grants = quanshu(tmp_path, "list", "grants", "--json").document
    sets = quanshu(tmp_path, "list", "sets", "--json").document

    assert {(row["rows"], row["verdict"]) for row in resources} == {(0, None)}
    assert {row["extract"] for row in grants} == {False}
    assert "not_applied" in {row["state"] for row in grants}
    assert "granted" not in {row["state"] for row in grants}
    assert {(row["releases"], row["latest"]) for row in sets} == {(0, None)}
    assert not (tmp_path / "quanshu_home").exists()


def test_resources_have_the_rows_and_the_newest_outcome_of_the_home(shared: Home) -> None:
    """What was never delivered has neither."""
    found = {row["resource"]: row for row in shared.said("list", "resources", "--json").document}

    assert {ref: row["rows"] for ref, row in found.items() if row["rows"]} == {PERSON: 3, REGION: 2}
    person = found[PERSON]
    assert (person["delivery"], person["verdict"]) == (shared.delivery, "passed")
    assert person["recorded_at"]
    assert found["data_office/visit"]["verdict"] is None


def test_extracts_and_releases_are_those_on_disk(home: Home) -> None:
    """A grant's file is its extract; of a set the releases that are whole count."""
    file = home.layout.share_file("residents_for_office")
    file.parent.mkdir(parents=True)
    file.touch()
    for name in ("20260301-01", "20260302-01", "20260303-01"):
        home.layout.release("resident_profile", name).mkdir(parents=True)
    for name in ("20260301-01", "20260302-01"):
        (home.layout.release("resident_profile", name) / "SHA256SUMS").touch()

    [grant] = home.said("list", "grants", "--json").document
    [opened] = home.said("list", "sets", "--json").document

    assert (grant["extract"], grant["valid_to"]) == (True, "2034-02-28")
    assert (opened["releases"], opened["latest"]) == (2, "20260302-01")


@pytest.mark.parametrize(
    ("kind", "department", "found"),
    [
        ("departments", "data_office", ["data_office"]),
        ("resources", "civil_affairs", [PERSON, REGION]),
        ("elements", "data_office", ["visit_no", "visited_at", "visit_outcome", "visit_count"]),
        ("grants", "data_office", ["residents_for_office"]),
        ("grants", "civil_affairs", []),
        ("sets", "civil_affairs", ["resident_profile"]),
        ("sets", "data_office", []),
    ],
)
def test_a_list_is_narrowed_to_a_department(
    shared: Home, kind: str, department: str, found: list[str]
) -> None:
    """What it provides; of grants those that it consumes."""
    rows = shared.said("list", kind, "--department", department, "--json").document

    names = [row[KINDS[kind]] for row in rows]
    assert names if kind == "elements" else names == found
    assert set(found) <= set(names)


def test_an_unknown_name_names_the_likeliest(shared: Home) -> None:
    """A misspelt department is answered with the one that was meant; another kind is no list."""
    department = shared.said("list", "resources", "--department", "civil_afairs")

    assert (department.code, department.out) == (2, "")
    assert "did you mean `civil_affairs`" in department.err
    assert shared.said("list", "rules").code == 2
