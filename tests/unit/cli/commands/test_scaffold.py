"""`quanshu scaffold`: a draft on standard output or in a new file, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.pages import MARK
from tests.contract.command import Said, quanshu
from tests.unit.cli.homes import Home

SAMPLE = "编号,名称\nA甲一,甲\nB乙二,乙\n"


def _drafted(home: Home, folder: Path, *words: str, department: str = "data_office") -> Said:
    catalogue = str(home.folder / "catalogue")
    options = ("--department", department, "--resource", "sample", "--catalog", catalogue)
    return quanshu(folder, "scaffold", *words, *options)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return a sample file, alone in its folder."""
    file = tmp_path / "a.csv"
    file.write_text(SAMPLE, encoding="utf-8")
    return file


def test_a_draft_is_printed(shared: Home, sample: Path) -> None:
    """Columns and marks of what a person fills in; no value of the sample, and no home is made."""
    said = _drafted(shared, sample.parent, "a.csv")

    assert (said.code, said.err) == (0, "")
    assert "resource: sample\n" in said.out
    assert "provider: data_office\n" in said.out
    assert MARK in said.out
    for value in ("A甲一", "B乙二"):
        assert value not in said.out
    assert [path.name for path in sample.parent.iterdir()] == ["a.csv"]


def test_a_draft_is_written_to_a_new_file(shared: Home, sample: Path) -> None:
    """With its folders; standard output stays empty, and it is the same draft."""
    said = _drafted(shared, sample.parent, "a.csv", "--output", "drafts/one.yaml")

    assert (said.code, said.out) == (0, "")
    assert said.err == "起草于 / drafted: drafts/one.yaml\n"
    written = (sample.parent / "drafts/one.yaml").read_text(encoding="utf-8")
    assert written == _drafted(shared, sample.parent, "a.csv").out


@pytest.mark.parametrize(
    ("words", "department", "told"),
    [
        (("none.csv",), "data_office", "no file none.csv"),
        ((".",), "data_office", "no file ."),
        (("a.csv",), "nobody", "no department 'nobody'"),
        (("a.csv", "--output", "a.csv"), "data_office", "a.csv exists already"),
        (("a.csv", "--rows", "0"), "data_office", "--rows"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2(
    shared: Home, sample: Path, words: tuple[str, ...], department: str, told: str
) -> None:
    """No file, no such department, or a file that would be replaced."""
    said = _drafted(shared, sample.parent, *words, department=department)

    assert (said.code, said.out) == (2, "")
    assert told in " ".join(said.err.split())
    assert sample.read_text(encoding="utf-8") == SAMPLE


def test_what_nobody_can_look_into_is_refused(shared: Home, sample: Path) -> None:
    """With the code that a delivery of it would have, once; no draft is made."""
    sample.write_bytes(b"%PDF-1.7\n" + bytes(400))

    said = _drafted(shared, sample.parent, "a.csv", "--output", "draft.yaml")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("GATE-110 ")
    assert said.err.count("GATE-") == 1
    assert not (sample.parent / "draft.yaml").exists()
