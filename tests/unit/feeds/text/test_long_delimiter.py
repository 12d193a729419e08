"""A delimiter of several characters reads as one character would."""

from __future__ import annotations

import random
from pathlib import Path

from tests.unit.feeds.feeds import Opened, make_feed, opened

PIECES = ["a", "泉", '"', '""', "\n", ",", "\r\n", 'b",', ',"', "|", "\u3000"]


def test_several_characters_mean_what_one_means(tmp_path: Path) -> None:
    """Two hundred files of stray quotes, ragged and blank lines come with all their texts."""
    chance = random.Random(9)
    one, several = make_feed(footer="^a"), make_feed(footer="^a", delimiter="||,")
    for _ in range(200):
        text = "A,B,C\n" + "".join(chance.choices(PIECES, k=chance.randrange(60)))
        found = opened(tmp_path / "f", text.encode(), one, block=32)
        same = opened(tmp_path / "g", text.replace(",", "||,").encode(), several, block=32)
        given = [[cell.replace(",", "||,") for cell in row] for row in by_line(found)]
        assert by_line(same) == given, text
        assert (same.skipped, same.cut_off) == (found.skipped, found.cut_off)


def by_line(found: Opened) -> list[list[str]]:
    """Return the cells and defects of every record, in the order of the lines."""
    names = ("_defect", "_raw", "a", "b", "c")
    rows = sorted(found.rows, key=lambda row: row["_line"])
    return [[str(row[name]) for name in names] for row in rows]


def test_the_character_that_stands_in_is_no_delimiter(tmp_path: Path) -> None:
    """A record in which it stands itself is quarantined, not split there."""
    found = opened(tmp_path / "f", b"A||B||C\n1\x1f2||3\n4||5||6\n", make_feed(delimiter="||"))
    assert found.defects == {2: ("encoding", "1\\x1f2||3")}
    assert found.cells("a", "b", "c")[1:] == [("4", "5", "6")]
