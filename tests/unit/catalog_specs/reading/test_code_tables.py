"""Code lists in CSV files: filled from beside the YAML, never from outside the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.loader import check, load
from tests.city.declared import change, write_catalog

YAML = "code_lists/outcome.yaml"
CSV = "code_lists/outcome.csv"


def test_values_come_from_the_named_columns(tmp_path: Path) -> None:
    """Further columns and a byte order mark do no harm; blanks around codes are removed."""
    table = "\ufeff序号,名称,代码\n1, 办结 ,01\n2,不予受理,02\n3,不予受理,02\n"
    catalog = load(write_catalog(tmp_path, **{CSV: table}))
    assert catalog.code_lists["outcome"].values == {"01": "办结", "02": "不予受理"}


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("代码,名字\n1,x\n", 1, "no column `名称`"),
        ("代码,名称\n1,办结\n1,不予受理\n", 3, "stands twice"),
        ("代码,名称\n1,办结\n2,\n", 3, "is empty"),
        ("代码,名称\n1\n", 2, "is empty"),
        ("代码,名称\n", 1, "no rows"),
        ("", 1, "no column"),
        ('代码,名称\n"1,办结\n', 2, "not CSV"),
        ("代码,名称\n1,办结\n".encode("gb18030"), 1, "not UTF-8"),
    ],
)
def test_a_bad_table_is_a_problem_in_the_table(
    tmp_path: Path, content: str | bytes, line: int, says: str
) -> None:
    """The problem names the CSV file and its line, and nothing else is reported."""
    problems = check(write_catalog(tmp_path, **{CSV: content}))[1]
    assert [(p.code, p.file, p.line) for p in problems] == [("CAT-110", CSV, line)]
    assert says in problems[0].message


@pytest.mark.parametrize(
    ("file", "says"),
    [("../../outside.csv", "leaves"), ("none.csv", "no file"), ("/etc/passwd", "leaves")],
)
def test_a_table_lies_inside_the_catalogue(tmp_path: Path, file: str, says: str) -> None:
    """A path that leaves the catalogue, or leads nowhere, is refused unread."""
    (tmp_path / "outside.csv").write_text("代码,名称\n1,x\n", encoding="utf-8")
    problems = check(write_catalog(tmp_path, **{YAML: change(table__file=file)}))[1]
    assert [(p.code, p.file, p.path) for p in problems] == [("CAT-110", YAML, "table")]
    assert says in problems[0].message


def test_a_link_out_of_the_catalogue_is_refused(tmp_path: Path) -> None:
    """A symbolic link does not get round the rule, for tables or for YAML."""
    outside = tmp_path / "outside.csv"
    outside.write_text("代码,名称\n1,x\n", encoding="utf-8")
    root = write_catalog(tmp_path, **{CSV: None, "departments/data_office.yaml": None})
    (root / CSV).symlink_to(outside)
    (root / "departments/data_office.yaml").symlink_to(outside)
    codes = {(p.code, p.file) for p in check(root)[1]}
    assert codes == {("CAT-110", YAML), ("CAT-101", "departments/data_office.yaml")}


def test_values_and_table_together_are_refused(tmp_path: Path) -> None:
    """Two origins of one list would leave open which one holds."""
    problems = check(write_catalog(tmp_path, **{YAML: change(values={"1": "x"})}))[1]
    assert [(p.code, p.path) for p in problems] == [("CAT-110", "table")]
