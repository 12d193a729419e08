"""Tables for people: whole names, fewer columns, at most a screen of lines."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from cli.tables import LINES, Column, print_rows

NAME = "国家税务总局泉州市税务局第一税务分局（办税服务厅）"
COLUMNS = (
    Column("部门", "department"),
    Column("行", "rows", figure=True),
    Column("错", "wrong", figure=True),
    Column("说明", "about", wide=True),
)


def _told(capsys: pytest.CaptureFixture[str], count: int, **how: bool) -> list[str]:
    rows = [(f"{NAME}{n}", 1_234_567, 0, "x" * 60) for n in range(count)]
    print_rows(f"部门 / departments: {count}", COLUMNS, rows, **how)
    return capsys.readouterr().out.splitlines()


def test_the_total_comes_first_and_no_name_is_folded(capsys: pytest.CaptureFixture[str]) -> None:
    """A row is a line; columns that say nothing or are for wide screens are left out."""
    title, *lines = _told(capsys, 3)
    assert title == "部门 / departments: 3"
    assert [line.split() for line in lines[2:]] == [[f"{NAME}{n}", "1,234,567"] for n in range(3)]
    assert max(map(cell_len, lines)) <= 80


def test_more_than_a_screen_is_told_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """The first lines, and how many more there are."""
    assert _told(capsys, LINES + 5)[-1] == "… 另有 5 行 / more lines: --all"
    assert len(_told(capsys, LINES + 5, every=True)) == 3 + LINES + 5


def test_wide_shows_every_column_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines run on beyond the terminal before a text is cut."""
    assert _told(capsys, 1, wide=True)[-1].endswith("x" * 60)
