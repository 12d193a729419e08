"""Behaviour of `quanshu report`: where the first page lies, and what was written."""

from __future__ import annotations

import json
from pathlib import Path

from cli.console import Exit
from storage.layout import Layout
from tests.contract.command import KEY, quanshu


def test_it_names_the_first_page_and_counts_what_it_wrote(tmp_path: Path) -> None:
    """The first call writes the pages of an empty home, the second none of them again."""
    settings = KEY | {"QUANSHU_HOME": str(tmp_path / "home")}
    first = quanshu(tmp_path, "report", "--json", **settings)
    said = json.loads(first.out)
    assert first.code == Exit.FINE
    assert Path(said["path"]) == Layout(tmp_path / "home").report
    assert Path(said["path"]).is_file()
    assert said["written"] == said["pages"] > 30
    again = quanshu(tmp_path, "report", **settings)
    assert "写入 0 页" in again.out
    assert "0 written" in again.out


def test_a_report_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Where a file stands in the way of the folder, the command fails and says so."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "reports").write_text("in the way", encoding="utf-8")
    done = quanshu(tmp_path, "report", **(KEY | {"QUANSHU_HOME": str(home)}))
    assert done.code == Exit.FAILED
    assert "report" in done.err
