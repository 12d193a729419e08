"""Quoting: a text of a sample as YAML in one line that shows all it holds."""

from __future__ import annotations

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog_specs.plain_text import is_plain
from scaffold.quoting import quoted

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
@example(text='"\\')
@example(text="\u202e\x1b\u2028\x85\U000e0001\ufeff")
@example(text="a" * 200 + " " + "b" * 200)
@example(text="# {a: b}\n- c")
def test_a_quoted_text_is_plain_and_read_back_whole(text: str) -> None:
    """One plain line, whatever the text holds, from which YAML reads the same text."""
    line = quoted(text)
    assert is_plain(line)
    assert yaml.safe_load(line) == text
