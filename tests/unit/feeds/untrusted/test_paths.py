"""Paths into nested records: their grammar."""

from __future__ import annotations

import pytest

from feeds.untrusted.paths import is_path, steps_of


@pytest.mark.parametrize(
    ("header", "steps"),
    [
        ("$", ()),
        ("$.a", ("a",)),
        ("$.甲.b[0]", ("甲", "b", 0)),
        ('$["a.b"].c', ("a.b", "c")),
        ("$[12][3]", (12, 3)),
    ],
)
def test_a_path_has_its_steps(header: str, steps: tuple[str | int, ...]) -> None:
    """Keys, positions, and keys that hold dots or brackets."""
    assert steps_of(header) == steps
    assert is_path(header)


@pytest.mark.parametrize(
    "header", ["", "a", "$a", "$.", "$..a", "$.a[", "$.a[-1]", "$.a[x]", "$ .a"]
)
def test_anything_else_is_a_header(header: str) -> None:
    """What is not wholly a path is taken for a column's name."""
    assert steps_of(header) is None
    assert not is_path(header)
