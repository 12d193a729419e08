"""`quanshu explain` and `check`: what a grant can and cannot do today."""

from __future__ import annotations

from pathlib import Path

from tests.city.declared import change, write_catalog
from tests.contract.command import quanshu


def test_a_method_that_nothing_answers_is_told(tmp_path: Path) -> None:
    """`check` counts grants that nothing answers yet, and `explain` says it of each."""
    edit = {"grants/residents_for_office.yaml": change(method="verify")}
    root = str(write_catalog(tmp_path, **edit))
    home = str(tmp_path / "home")
    checked = quanshu(tmp_path, "check", "--catalog", root)
    assert checked.code == 0
    assert "1 grant(s) of method verify or statistics" in checked.out
    said = quanshu(tmp_path, "explain", "residents_for_office", "--catalog", root, "--home", home)
    assert "现状：尚无比对核验服务" in said.out
