"""`quanshu opening`: a plan first, three persons, and an end that calls copies back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.city.declared import to_yaml
from tests.unit.cli.commands.governing.matters_home import DOCUMENT, TODAY, Home
from tests.unit.governance.applications.matters.scene import KEEPER, KEEPER_TOO, REQUEST
from tests.unit.governance.applications.offices import AUTHORITY


def test_an_opening_goes_from_its_file_to_confirmation(matters_home: Home, tmp_path: Path) -> None:
    """A plan files nothing; adjusting ends it, and it is filed again under its number."""
    file = tmp_path / "申请.yaml"
    asked = {**REQUEST, "valid_from": str(TODAY), "valid_to": str(date(2099, 1, 1))}
    file.write_text(to_yaml({**asked, "use": "commercial"}), encoding="utf-8")
    said = matters_home.said(KEEPER, "opening", "apply", str(file))
    assert said.code == 1
    assert "不得用于商业用途" in said.out
    file.write_text("applicant: 某大学", encoding="utf-8")
    assert matters_home.said(KEEPER, "opening", "apply", str(file)).code == 2
    file.write_text(to_yaml(asked), encoding="utf-8")
    assert "须报告：每 180 天" in matters_home.done(KEEPER, "opening", "apply", str(file))
    assert matters_home.said(KEEPER, "opening", "list", "--json").document == []

    apply = ("opening", "apply", str(file), "--yes", "--document", "函1", "--json")
    number = str(matters_home.said(KEEPER, *apply).document["number"])
    assert matters_home.said(KEEPER_TOO, "opening", "assess", number, *DOCUMENT).code == 2
    matters_home.done(KEEPER_TOO, "opening", "assess", number, "--unreasonable", *DOCUMENT)
    matters_home.done(KEEPER, *apply, "--again", number)
    matters_home.done(KEEPER_TOO, "opening", "assess", number, "--reasonable", *DOCUMENT)
    assert matters_home.said(KEEPER_TOO, "opening", "confirm", number, *DOCUMENT).code == 2
    assert "已授权开放" in matters_home.done(AUTHORITY, "opening", "confirm", number, *DOCUMENT)
    (row,) = matters_home.said(KEEPER, "opening", "list", "--json").document
    assert (row["in_force"], row["due_what"]) == (True, "使用情况报告")
    matters_home.done(KEEPER, "opening", "report", number, *DOCUMENT)
    refused = matters_home.said(KEEPER, "opening", "hand-over", number, "--to", str(tmp_path))
    assert "no release" in refused.err
    ended = matters_home.said(AUTHORITY, "opening", "stop", number, *DOCUMENT, "--json").document
    assert (ended["state"], ended["recalled"]) == ("stopped", 0)
