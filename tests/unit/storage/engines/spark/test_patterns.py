"""Regular expressions that every engine reads as RE2 does."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

from storage.engines.connection import in_memory
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.patterns import found_anywhere, whole_text
from storage.sql import literal
from tests.harness.sail import both

ATOMS = [
    *("a", "Z", "9", "中", "𠮷", "é", " ", "-", "/", "~", "&", "#", "<", '"', "_", "!"),
    *(r"\d", r"\w", r"\s", r"\p{Han}", r"\.", r"\\", r"\[", r"\-", r"\x{3000}", r"\x41", r"\n"),
    *(".", "[abc]", "[^a-c]", r"[\d中]", r"[\s\x{a0}-\x{ff}]", "[a-z&&c]", "[]a]", "[a[b]", "[-a]"),
    *(
        "(?i:[¥￥0-9]|ak)",
        "[^\n]",
        "(?:ab|c)",
        "(a|b)",
        "^a",
        "a$",
        "^$",
        r"[\p{Han}A-Z]",
        "[~-]",
        "{",
        "a{",
        "}",
        "]",
    ),
]
REPEATS = ["", "", "", "*", "+", "?", "{2}", "{1,3}", "{1,}", "*?", "+?"]
PROBES = [
    *("", "a", "b", "c", "ab", "a\n", "\na", "\n", "a\r", "a\r\n", "a\x0b", "a\x85", "a\u2028"),
    *("Z9", "９", "٣", "中", "〇", "々", "𠮷", "\U00031350", "\U00033479", "é", "É", "ſ", "K"),
    *(" ", "\u00a0", "\u3000", "\t", "\x0c", "-", "/", "~", "&", "&&c", "#", "<", '"', "_", "!"),
    *("[", "]", "]a", "{", "}", "a{", "\\", ".", "aa", "aaa", "中中", "ÿ", "a b", "abc", "ａ", "Ω"),
]


def invented(seed: int, count: int) -> list[str]:
    """Return patterns that RE2 reads, of a few parts each."""
    draw, con, found = random.Random(seed), in_memory(), []
    while len(found) < count:
        parts = (draw.choice(ATOMS) + draw.choice(REPEATS) for _ in range(draw.randint(1, 4)))
        pattern = draw.choice(["", "|"]).join(parts)
        try:
            con.execute("SELECT regexp_matches('', ?)", [pattern])
        except Exception:  # noqa: BLE001, S112 - no pattern at all, such as `^*`
            continue
        found.append(pattern)
    con.close()
    return found


def test_a_thousand_patterns_find_the_same_texts(tmp_path: Path) -> None:
    """Whatever they are made of, in a whole text and anywhere in it."""
    rows = pa.table({"t": PROBES})
    ways = ("regexp_full_match", "regexp_matches")
    for seed in range(4):
        asked = [f"{way}(t, {literal(one)})" for one in invented(seed, 250) for way in ways]
        columns = ", ".join(f"{sql} AS c{place}" for place, sql in enumerate(asked))
        here, there = both(f"SELECT t, {columns} FROM landed_records", rows, tmp_path)
        assert sorted(there) == sorted(here)


def test_han_is_what_duckdb_takes_for_it() -> None:
    """The ranges that are written out are those of its own edition of Unicode, and no other."""
    con = in_memory()
    query = (
        "SELECT count(*) FILTER (regexp_full_match(s, '\\p{Han}') <> regexp_full_match(s, ?)), "
        "count(*) FILTER (regexp_full_match(s, '\\p{Han}')) FROM (SELECT chr(i::INT) AS s FROM "
        "(FROM range(1, 55296) UNION ALL FROM range(57344, 1114112)) t (i))"
    )
    assert con.execute(query, [found_anywhere(r"\p{Han}")]).fetchall() == [(0, 98_408)]
    con.close()


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)a",
        "(?i:[a])",
        "(?i:[0-Z])",
        r"(?i:[\d])",
        "(?P<n>a)",
        r"\bab",
        r"\pL",
        r"\P{Han}",
        "[[:alpha:]]",
        r"\Qa",
        r"\D",
        r"[a-\d]",
    ],
)
def test_what_engines_read_differently_is_refused(pattern: str) -> None:
    """Before anything is sent: flags, names, word bounds, classes of Unicode."""
    with pytest.raises(NotSaidAlike):
        whole_text(pattern)


def test_signs_and_ends_are_written_out() -> None:
    """A dot is all but a newline, the ends are those of the text, a sign is its number."""
    assert whole_text(r"^a.\d-$") == r"\A(?:\Aa[^\x{a}][0-9]\x{2d}\z)\z"
    assert found_anywhere(r"[^\w]|b{2}|{") == r"[^0-9A-Za-z_]|b{2}|\x{7b}"


def test_like_compares_whole_texts(tmp_path: Path) -> None:
    """Of `%` and `_` each engine makes the same, also beside what would be an escape elsewhere."""
    asked = ["_", "a%", "%a", "_b%", "%中_", "", "a_c", "\\_", "\\%", "[a]%", "%.%", "__", "%"]
    ways = [f"t {way} {literal(one)}" for one in asked for way in ("LIKE", "NOT LIKE")]
    columns = ", ".join(f"{sql} AS c{place}" for place, sql in enumerate(ways))
    rows = pa.table({"t": [*PROBES, "\\a", "\\_", "[a]b", None]})
    here, there = both(f"SELECT t, {columns} FROM landed_records", rows, tmp_path)
    assert sorted(there, key=str) == sorted(here, key=str)
    answered = [{*column} for column in zip(*here, strict=True)][1:-2]
    assert all({True, False} <= found for found in answered), "each finds some and not others"
