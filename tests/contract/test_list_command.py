"""`quanshu list`: what there is, with its state, whole at 80 columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.contract.command import quanshu

KINDS = ("departments", "resources", "elements", "grants", "sets")


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_read_at_80_columns(tmp_path: Path, kind: str) -> None:
    """The total first, at most forty lines of the table, no name folded or cut."""
    rows = quanshu(tmp_path, "list", kind, "--json").document
    said = quanshu(tmp_path, "list", kind, COLUMNS="80")
    lines = said.out.splitlines()

    assert said.code == 0
    assert lines[0].endswith(f": {len(rows)}")
    assert len(lines) <= 45
    for row in rows[:40]:
        assert any(line.split()[0] == next(iter(_named(row))) for line in lines[3:] if line)
    if kind != "elements":  # an element's source is a path of three codes
        assert max(map(cell_len, lines)) <= 80
    assert ("--all" in lines[-1]) == (len(rows) > 40)


def _named(row: dict[str, str]) -> list[str]:
    """Return what a row is called by: its most particular code."""
    order = ("element", "grant", "set", "resource", "department")
    return [row[name] for name in order if name in row]


def test_states_are_those_of_the_home(tmp_path: Path) -> None:
    """A home in which nothing was run has no rows, no verdicts, no extracts, no releases."""
    resources = quanshu(tmp_path, "list", "resources", "--json").document
    grants = quanshu(tmp_path, "list", "grants", "--json").document

    assert {(row["rows"], row["verdict"]) for row in resources} == {(0, None)}
    assert {row["extract"] for row in grants} == {False}
    assert "granted" in {row["state"] for row in grants}


def test_an_unknown_name_names_the_likeliest(tmp_path: Path) -> None:
    """A misspelt department or resource is answered with the one that was meant."""
    department = quanshu(tmp_path, "list", "resources", "--department", "public_securty")
    resource = quanshu(tmp_path, "quarantine", "show", "residnt", "000001-aa")

    assert (department.code, resource.code) == (2, 2)
    assert "did you mean `public_security`" in department.err
    assert "did you mean `resident`" in resource.err
