"""Footers: what is written like one is one only behind the last record."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.rules.defects import DefectCode
from feeds.reader import Block, Defect
from feeds.text.footers import footer_test, settled

CODES = {"F": DefectCode.FOOTER, "X": DefectCode.FIELD_COUNT}


def block(kinds: str, first: int = 0) -> Block:
    """Return a block: `.` is a sound record, F one like a footer, X another defect."""
    defects = [
        Defect(place, CODES[k], f"{k}{first + place}") for place, k in enumerate(kinds) if k != "."
    ]
    texts = [str(first + place) for place, kind in enumerate(kinds) if kind == "."]
    lines = np.arange(first, first + len(kinds))
    return Block(len(kinds), {"A": pa.array(texts, pa.string())}, defects, lines=lines)


def told(*blocks: str) -> tuple[list[str], int]:
    """Return the records left, by kind and number, and how many lines were a footer."""
    made, first = [], 0
    for kinds in blocks:
        made.append(block(kinds, first))
        first += len(kinds)
    skipped: Counter[str] = Counter()
    left: list[str] = []
    for one in settled(iter(made), skipped):
        bad = {defect.position: defect.raw for defect in one.defects}
        good = iter(one.values["A"].to_pylist())
        left += [bad.get(place) or f".{next(good)}" for place in range(one.count)]
        assert [int(text[1:]) for text in left[len(left) - one.count :]] == one.lines.tolist()
    return left, skipped["footer"]


@pytest.mark.parametrize(
    ("blocks", "left", "footer"),
    [
        (["..F"], [".0", ".1"], 1),
        ([".F."], [".0", "F1", ".2"], 0),
        ([".F", "F."], [".0", "F1", "F2", ".3"], 0),
        ([".F", "FF"], [".0"], 3),
        ([".FXF"], [".0", "X2"], 2),
        ([".X", "F"], [".0", "X1"], 1),
        (["F", "X", ".", "F"], ["F0", "X1", ".2"], 1),
        (["FF"], [], 2),
        ([], [], 0),
    ],
)
def test_a_footer_stands_behind_the_last_record(
    blocks: list[str], left: list[str], footer: int
) -> None:
    """Wherever the blocks end; other defects stay, and keep their places."""
    assert told(*blocks) == (left, footer)


def test_too_many_are_no_footer(monkeypatch: pytest.MonkeyPatch) -> None:
    """They would be held in memory; all of them are told."""
    monkeypatch.setattr("feeds.text.footers.WAITING_LIMIT", 2)
    assert told(".F", "FF", "F", "F") == ([".0", "F1", "F2", "F3"], 2)


def test_a_footer_of_several_lines_counts_as_many() -> None:
    """A quoted cell may have line ends in it."""
    one = Block(1, {}, [Defect(0, DefectCode.FOOTER, "合计\nx")], lines=np.array([4]))
    skipped: Counter[str] = Counter()
    assert [found.count for found in settled(iter([one]), skipped)] == [0]
    assert skipped == {"footer": 2}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.sampled_from(".FX"), min_size=1, max_size=6), max_size=5))
def test_blocks_do_not_matter(blocks: list[str]) -> None:
    """The same records come however they are divided."""
    assert told(*blocks) == told(*filter(None, ["".join(blocks)]))


def test_a_pattern_is_searched_for_in_linear_time() -> None:
    """Anywhere in a line, unless it says where."""
    test = footer_test("^合计|制表人")
    assert test is not None
    assert test(pa.array(["合计 1", "x 合计", "x 制表人 y", ""])).tolist() == [
        True,
        False,
        True,
        False,
    ]
    assert test(pa.array([], pa.string())).tolist() == []
    slow = footer_test("^(a+)+$")
    assert slow is not None
    assert not slow(pa.array(["a" * 50_000 + "b"]))[0]
    assert footer_test(None) is None
