"""Behaviour of the patterns: each against plain Python over a thousand and more pairs."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from catalog_specs.rules.mismatches import MismatchPattern as Pattern
from quality.reconciliation.patterns import bring_renewals, pattern_sql
from storage.engines.connection import in_memory

PAIRS = 1_200
WAYS = ("350522", "359004", "350582")
"""晋江 in three steps."""
ONE = Pattern.ONE_CHARACTER.stored
LETTERS = "张王李陈林黄刘吴泉州晋江石狮abcXYZ0123456789"
SIGNS = "()（）·-—.,，。/《》"
BLANKS = (" ", "\u3000", "\u00a0", "\t", "\u200b")

Pair = tuple[Any, Any]


# ── the oracle: plain Python ──────────────────────────────────────────────────


def oracle(mine: Any, theirs: Any) -> Pattern:
    """Say how two different values differ."""
    if theirs is None:
        return Pattern.SOURCE_EMPTY
    for pattern, fits in _tests(mine):
        if fits(mine, theirs):
            return pattern
    return Pattern.OTHER


def _tests(value: object) -> list[tuple[Pattern, Callable[[Any, Any], bool]]]:
    typed = [(Pattern.TRANSPOSED, _transposed), (Pattern.ONE_CHARACTER, _one)]
    if isinstance(value, bool):
        return []
    if isinstance(value, date):
        return [
            (Pattern.DAY_MONTH, lambda a, b: (a.year, a.month, a.day) == (b.year, b.day, b.month)),
            (Pattern.NEXT_DAY, lambda a, b: abs((a - b).days) == 1),
            (Pattern.YEAR, lambda a, b: (a.month, a.day) == (b.month, b.day)),
        ]
    if isinstance(value, str):
        return [
            (Pattern.RENEWED_CODE, _renewed),
            (Pattern.FORM, lambda a, b: _form(a) == _form(b)),
            (Pattern.PUNCTUATION, lambda a, b: _bare(a) == _bare(b) != ""),
            (Pattern.PART, _part),
            *typed,
        ]
    return [(Pattern.MAGNITUDE, _power), *typed]


def _renewed(a: str, b: str) -> bool:
    pair = {a[:6], b[:6]}
    return len(pair & set(WAYS)) == 2 and a[6:] == b[6:] and len(a) in {6, 9, 12}


def _form(text: str) -> str:
    seen = (one for one in text if unicodedata.category(one)[0] not in "ZC")
    half = "".join(
        unicodedata.normalize("NFKC", one) if 0xFF01 <= ord(one) <= 0xFF5E else one for one in seen
    )
    return half.lower()


def _bare(text: str) -> str:
    return "".join(one for one in _form(text) if unicodedata.category(one)[0] in "LMN")


def _part(a: str, b: str) -> bool:
    a, b = _bare(a), _bare(b)
    return bool(a and b) and (a.startswith(b) or b.startswith(a))


def _differing(a: object, b: object) -> list[int] | None:
    a, b = str(a), str(b)
    return [n for n in range(len(a)) if a[n] != b[n]] if len(a) == len(b) else None


def _transposed(a: object, b: object) -> bool:
    places = _differing(a, b) or []
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = places
    return (str(a)[first], str(a)[second]) == (str(b)[second], str(b)[first])


def _one(a: object, b: object) -> bool:
    return len(_differing(a, b) or []) == 1


def _power(a: Decimal, b: Decimal) -> bool:
    powers = (Decimal(10) ** n for n in range(-9, 10) if n)
    return b != 0 and any(Decimal(a) == Decimal(b) * power for power in powers)


# ── pairs that are made to differ in one way, and pairs of any kind ───────────


def _text(random: Random, least: int = 3) -> str:
    return "".join(random.choices(LETTERS, k=random.randint(least, 12)))


def _form_pair(random: Random) -> Pair:
    text = _text(random)
    wide = "".join(
        chr(ord(c) + 0xFEE0) if c.isascii() and random.random() < 0.5 else c for c in text
    )
    at = random.randint(0, len(wide))
    return text, wide[:at] + random.choice(BLANKS) + random.choice((wide, wide.swapcase()))[at:]


def _renewed_pair(random: Random) -> Pair:
    below = random.choice(("", "001", f"{random.randint(0, 999_999):06}"))
    first, second = random.choice((WAYS[:2], WAYS[1:], WAYS[::2]))
    pair = (first + below, second + below)
    return random.choice((pair, pair[::-1]))


def _signs_pair(random: Random) -> Pair:
    text = _text(random)
    at = random.randint(0, len(text))
    return text, text[:at] + random.choice(SIGNS) + text[at:] + random.choice(SIGNS)


def _part_pair(random: Random) -> Pair:
    text = _text(random)
    pair = (text, text[: random.randint(1, len(text) - 1)])
    return random.choice((pair, pair[::-1]))


def _crossed_pair(random: Random) -> Pair:
    text = _text(random)
    at = random.randint(0, len(text) - 2)
    return text, text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _typo_pair(random: Random) -> Pair:
    text = _text(random)
    at = random.randint(0, len(text) - 1)
    return text, text[:at] + random.choice(LETTERS) + text[at + 1 :]


def _day(random: Random) -> date:
    return date(1930, 1, 1) + timedelta(days=random.randint(0, 40_000))


def _swapped_pair(random: Random) -> Pair:
    day = date(random.randint(1900, 2030), random.randint(1, 12), random.randint(1, 12))
    return day, date(day.year, day.day, day.month)


def _year_pair(random: Random) -> Pair:
    day = _day(random).replace(day=random.randint(1, 28))
    return day, day.replace(year=day.year + random.choice((-10, -1, 1, 2, 18)))


def _power_pair(random: Random) -> Pair:
    amount = Decimal(random.randint(1, 10**9)) / 100
    power = random.randint(1, 6)
    pair = ((amount * 10**power).quantize(Decimal("0.01")), amount)
    return random.choice((pair, pair[::-1]))


def _number(random: Random) -> int:
    return random.choice((0, -5, random.randint(-(10**6), 10**6), random.randint(0, 99)))


MADE: dict[str, tuple[Pattern, str, Callable[[Random], Pair]]] = {
    "renewed": (Pattern.RENEWED_CODE, "VARCHAR", _renewed_pair),
    "form": (Pattern.FORM, "VARCHAR", _form_pair),
    "signs": (Pattern.PUNCTUATION, "VARCHAR", _signs_pair),
    "part": (Pattern.PART, "VARCHAR", _part_pair),
    "crossed": (Pattern.TRANSPOSED, "VARCHAR", _crossed_pair),
    "typo": (Pattern.ONE_CHARACTER, "VARCHAR", _typo_pair),
    "swapped": (Pattern.DAY_MONTH, "DATE", _swapped_pair),
    "next": (
        Pattern.NEXT_DAY,
        "DATE",
        lambda random: (day := _day(random), day + timedelta(days=random.choice((-1, 1)))),
    ),
    "year": (Pattern.YEAR, "DATE", _year_pair),
    "power": (Pattern.MAGNITUDE, "DECIMAL(18,2)", _power_pair),
    "empty": (Pattern.SOURCE_EMPTY, "VARCHAR", lambda random: (_text(random), None)),
    "texts": (Pattern.OTHER, "VARCHAR", lambda random: (_text(random, 0), _text(random, 0))),
    "days": (Pattern.OTHER, "DATE", lambda random: (_day(random), _day(random))),
    "numbers": (Pattern.OTHER, "BIGINT", lambda random: (_number(random), _number(random))),
    "truth": (Pattern.SOURCE_EMPTY, "BOOLEAN", lambda random: (random.random() < 0.5, None)),
}
"""What a pair is made to be, its type, and how it is made; a few turn out to be something else."""


def _pairs(make: Callable[[Random], Pair]) -> Iterator[Pair]:
    random = Random(20211)
    made = 0
    while made < PAIRS:
        pair = make(random)
        if pair[0] != pair[1]:
            made += 1
            yield pair


@pytest.mark.parametrize("name", MADE)
def test_patterns_are_those_of_plain_python(name: str) -> None:
    """Every pair has the pattern that an independent reading of it has."""
    meant, kind, make = MADE[name]
    pairs = list(_pairs(make))
    arrow = {"VARCHAR": pa.string(), "DATE": pa.date32(), "BIGINT": pa.int64()}.get(kind)
    arrow = arrow or (pa.bool_() if kind == "BOOLEAN" else pa.decimal128(18, 2))
    columns = [pa.array([pair[n] for pair in pairs], arrow) for n in (0, 1)]
    table = pa.table(columns, names=["a", "b"])
    with in_memory() as con:
        bring_renewals(con)
        con.register("pairs", table)
        said = con.execute(
            f"SELECT {pattern_sql('a', 'b', kind, divisions=kind == 'VARCHAR')} FROM pairs"
        ).fetchall()
    expected = [oracle(*pair) for pair in pairs]
    assert [one for (one,) in said] == expected
    if meant is not Pattern.OTHER:
        assert Counter(expected)[meant] >= PAIRS * 0.8


@pytest.mark.parametrize("named", [("n", "o"), ("a", "b"), ("two", "at")])
def test_columns_of_any_name_are_compared(named: tuple[str, str]) -> None:
    """Short names do not stand for anything within the query."""
    mine, theirs = (f"{alias}.{name}" for alias, name in zip("no", named, strict=True))
    with in_memory() as con:
        bring_renewals(con)
        for kind, pair, told in (("VARCHAR", "'11', '33'", "other"), ("BIGINT", "1, 3", ONE)):
            said = con.execute(
                f"SELECT {pattern_sql(mine, theirs, kind)} FROM (VALUES ({pair})) v(a, b), "
                f"LATERAL (SELECT v.a AS {named[0]}) n, LATERAL (SELECT v.b AS {named[1]}) o"
            ).fetchall()
            assert said == [(told,)]


def test_moments_differ_by_their_days() -> None:
    """A moment has the pattern of its day; another time of the same day is something else."""
    with in_memory() as con:
        bring_renewals(con)
        said = con.execute(
            f"SELECT {pattern_sql('a', 'b', 'TIMESTAMP')} FROM (VALUES "
            "(TIMESTAMP '2024-03-04 10:00:00', TIMESTAMP '2024-04-03 11:00:00'), "
            "(TIMESTAMP '2024-03-04 10:00:00', TIMESTAMP '2024-03-04 18:00:00')) t(a, b)"
        ).fetchall()
    assert said == [("day_month",), ("other",)]


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (("泉𠀀𪜀州", "泉𪜀𠀀州"), "transposed"),  # two characters of four bytes each
        (("x𠀀y", "𠀀xy"), "transposed"),  # of one and four
        (("泉𠀀州", "泉x州"), ONE),  # so that the texts have other bytes in number
        (("𠀀𠀁𠀂", "𪜀𪜁𪜂"), "other"),
        (("acb", "abc"), "transposed"),
        (("axyd", "abcd"), "other"),
    ],
)
def test_characters_are_compared_however_many_bytes_they_have(pair: Pair, told: str) -> None:
    """What differs in too many bytes is told apart before, and nothing else is."""
    with in_memory() as con:
        asked = f"SELECT {pattern_sql('a', 'b', 'VARCHAR')} FROM (VALUES (?, ?)) t(a, b)"
        assert con.execute(asked, list(pair)).fetchall() == [(told,)]
