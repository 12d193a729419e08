"""What only the XML of an ODS tells: merged cells, results never stored, hidden columns."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.parsers.expat import ExpatError

import pytest

from feeds.untrusted.sheets.facts import SheetFacts
from feeds.untrusted.sheets.ods_facts import ods_facts

UNSTORED = '<c table:formula="of:=1+1"/>'


def facts(folder: Path, *tables: str, sheet: str = "甲") -> SheetFacts:
    """Return the facts of a sheet; in a table `c` is a cell, `r` a row, `n` a repetition."""
    short = {
        "<c": "<table:table-cell", "</c": "</table:table-cell", "<r": "<table:table-row",
        "</r": "</table:table-row", "<g": "<table:table-column", "<k": "<table:covered-table-cell",
        " n=": " table:number-columns-repeated=", " m=": " table:number-rows-repeated=",
        " down=": " table:number-rows-spanned=", " right=": " table:number-columns-spanned=",
    }  # fmt: skip
    content = "".join(tables)
    for one, whole in short.items():
        content = content.replace(one, whole)
    named = 'xmlns:table="t" xmlns:office="o" xmlns:text="x"'
    with zipfile.ZipFile(folder / "f", "w") as archive:
        archive.writestr("content.xml", f"<office:body {named}>{content}</office:body>")
    return ods_facts(str(folder / "f"), sheet)


def table(content: str, name: str = "甲") -> str:
    """Return a sheet."""
    return f'<table:table table:name="{name}">{content}</table:table>'


def test_merged_cells_are_told_by_their_corners(tmp_path: Path) -> None:
    """Downwards, to the right and both; rows and cells that repeat count as many."""
    found = facts(
        tmp_path,
        table(
            '<r m="3"><c/></r>'
            '<r><c n="2"/><c down="2"/><c right="3"/><k n="2"/><c down="2" right="2"/></r>'
            "<r><c/></r>"
        ),
    )
    assert found.merges == [((3, 2), (4, 2)), ((3, 3), (3, 5)), ((3, 6), (4, 7))]


@pytest.mark.parametrize(
    "cell",
    [
        UNSTORED,
        '<c table:formula="of:=1+1"><text:p> </text:p></c>',
        '<c table:formula="of:=1+1" office:value-type="float"/>',
    ],
)
def test_a_formula_without_a_result_is_unstored(tmp_path: Path, cell: str) -> None:
    """White space is no result, and neither is a type alone."""
    assert facts(tmp_path, table(f"<r><c/></r><r><c/>{cell}<c/></r>")).unstored == {(1, 1)}


@pytest.mark.parametrize(
    "cell",
    [
        '<c table:formula="of:=1+1" office:value="2"/>',
        '<c table:formula="of:=A1" office:date-value="2024-01-01"/>',
        '<c table:formula="of:=A1" office:string-value="x"/>',
        '<c table:formula="of:=1+1"><text:p>二</text:p></c>',
        "<c><text:p/></c>",
    ],
)
def test_a_result_as_value_or_as_text_counts(tmp_path: Path, cell: str) -> None:
    """A cell without a formula needs none."""
    assert facts(tmp_path, table(f"<r>{cell}</r>")).unstored == set()


def test_an_unstored_formula_may_repeat(tmp_path: Path) -> None:
    """In its row and in rows below; a run to the edge of the sheet is not counted out."""
    found = facts(tmp_path, table('<r><c table:formula="of:=1" n="3"/><c/></r>'))
    assert found.unstored == {(0, 0), (0, 1), (0, 2)}
    found = facts(tmp_path, table(f'<r/><r m="2">{UNSTORED}</r><r>{UNSTORED}</r>'))
    assert found.unstored == {(1, 0), (2, 0), (3, 0)}
    found = facts(tmp_path, table('<r><c table:formula="of:=1" n="99999999"/></r>'))
    assert len(found.unstored) == 1024


def test_hidden_columns_are_counted(tmp_path: Path) -> None:
    """Those that are collapsed, repeated ones as many."""
    content = '<g/><g table:visibility="collapse" n="2"/><g table:visibility="visible" n="5"/>'
    content += '<g table:visibility="collapse"/>'
    assert facts(tmp_path, table(content)).hidden_columns == 3


def test_other_sheets_do_not_count(tmp_path: Path) -> None:
    """Neither those beside the sheet nor a table within one of its cells."""
    other = table(f'<g table:visibility="collapse"/><r><c down="2"/>{UNSTORED}</r>', "乙")
    inner = table(f"<r><c/><c down='2'/>{UNSTORED}</r>", "甲")
    found = facts(tmp_path, other, table(f"<r><c>{inner}</c><c/>{UNSTORED}</r>"), other)
    assert found == SheetFacts(unstored={(0, 2)}, merges=[])


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e9", "9" * 30, "²"])
def test_an_absurd_repetition_counts_once(tmp_path: Path, number: str) -> None:
    """Nothing that a file says of itself makes the count fail or go on without end."""
    found = facts(
        tmp_path, table(f'<r m="{number}"><c n="{number}" down="{number}"/>{UNSTORED}</r>')
    )
    assert found == SheetFacts(unstored={(0, 1)}, merges=[])


def test_a_file_without_content_tells_nothing(tmp_path: Path) -> None:
    """The parser refuses it; content that is no XML is told by the error of its own."""
    with zipfile.ZipFile(tmp_path / "f", "w") as archive:
        archive.writestr("other.xml", "<a/>")
    assert ods_facts(str(tmp_path / "f"), "甲") == SheetFacts()
    with pytest.raises(ExpatError):
        facts(tmp_path, "<r>")
