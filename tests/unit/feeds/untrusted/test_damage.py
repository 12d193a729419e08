"""Damage is seen in the value: whatever the format, a shortened number or a lost character is."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from feeds.columns import feed_columns
from tests.city.resources import catalog_of, firm
from tests.unit.values.test_typed import rows_file
from values.damage import text_parts
from values.typed import Landed, typed_rows

HARMLESS = ["1E5", "1E+02", "1E10", "3.5E9", "E17", "3.5E+4", "1.2E-15", "5E钢", "2E", "=1"]
HARMLESS += ["0595", "a3.5E+17", "3.5E+17x"]


def defects(tmp_path: Path, texts: list[str]) -> list[str | None]:
    """Return what each text makes of the record in which it stands beside others."""
    resource = firm()
    part = text_parts(catalog_of(resource), resource)[1]
    others = dict.fromkeys(feed_columns(resource.feed), "甲")
    rows = rows_file(tmp_path / "rows.parquet", resource, [others | {part: t} for t in texts])
    with duckdb.connect() as con:
        typed_rows(con, catalog_of(resource), resource, Landed(rows))
        return [
            defect for (defect,) in con.sql("SELECT _defect FROM feed ORDER BY _row").fetchall()
        ]


def shortened(chance: random.Random) -> str:
    """Return a long number as some program writes it with an exponent."""
    digits = chance.randrange(1, 10)
    fraction = chance.choice(["", f".{chance.randrange(10 ** chance.randrange(1, 17))}"])
    sign = chance.choice(["", "", "+", "-", "'"])
    exponent = f"{chance.choice('eE')}{chance.choice(['', '+'])}{chance.randrange(11, 310)}"
    blanks = [chance.choice(["", "", " ", "\t", "\u3000"]) for _ in range(2)]
    return blanks[0] + sign + str(digits) + fraction + exponent + blanks[1]


def test_every_writing_of_a_shortened_number_is_damaged(tmp_path: Path) -> None:
    """A thousand inventions of programs that shorten an identifier are quarantined, every one."""
    chance = random.Random(20)
    texts = [shortened(chance) for _ in range(1000)] + ["1.38E+10", '="0595"', '="3.5E+17"']
    found = defects(tmp_path, texts)
    assert [text for text, defect in zip(texts, found, strict=True) if defect is None] == []
    assert set(found) == {"damaged_number"}


def test_what_only_looks_a_little_like_it_stays(tmp_path: Path) -> None:
    """Short codes and measured values with an exponent are texts like others."""
    assert defects(tmp_path, HARMLESS) == [None] * len(HARMLESS)


@pytest.mark.parametrize("lost", ["\0", "\ufeff", "\ufffd", "\ue000", "\uf8ff", "\U000f0000"])
def test_a_character_that_stands_for_nothing_is_damage(tmp_path: Path, lost: str) -> None:
    """Wherever in a text it stands, nobody can tell what was meant."""
    assert defects(tmp_path, [lost + "甲", f"甲{lost}乙", "甲" + lost]) == ["encoding"] * 3
