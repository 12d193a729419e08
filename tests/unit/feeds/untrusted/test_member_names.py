"""Names in archives: which are hostile, and which files are taken."""

from __future__ import annotations

import pytest

from feeds.untrusted.member_names import hostile_name, is_wanted


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        (["a.csv", "文件夹/b.csv", "c\\d.csv"], None),
        (["a\x00.csv"], "control"),
        (["\u202eevil.csv"], "control"),
        ([""], "length"),
        (["x" * 1_001], "length"),
        (["/etc/passwd"], "absolute"),
        (["C:\\a.csv"], "absolute"),
        (["a/../../b.csv"], "out of the archive"),
        (["．．／b.csv"], "out of the archive"),
        (["a∕b.csv"], "disguised"),
        (["A.csv", "a.csv"], "same name"),
        (["caf\u00e9.csv", "cafe\u0301.csv"], "same name"),
    ],
)
def test_hostile_names_are_told(names: list[str], wrong: str | None) -> None:
    """Every way in which a name could mislead whoever uses it as a path."""
    found = hostile_name(names)

    assert (found is None) if wrong is None else (found is not None and wrong in found)


@pytest.mark.parametrize(
    ("name", "pattern", "wanted"),
    [
        ("a.csv", None, True),
        ("文件夹/a.csv", "*.csv", True),
        ("文件夹/a.csv", "a.*", True),
        ("文件夹/a.csv", "b.*", False),
        ("a.CSV", "*.csv", False),
        ("__MACOSX/a.csv", None, False),
        ("x/__MACOSX/a.csv", None, False),
        ("文件夹/._a.csv", None, False),
        ("Thumbs.db", None, False),
        ("x\\desktop.ini", None, False),
    ],
)
def test_data_files_are_wanted(name: str, pattern: str | None, wanted: bool) -> None:
    """What file managers leave behind is not; a pattern is met by a path or by its last part."""
    assert is_wanted(name, pattern) is wanted
