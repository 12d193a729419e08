"""Names that could belong to anybody, and numbers to be phoned on."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from demo_city.society.dice import Dice
from demo_city.society.names import (
    FEMALE,
    MALE,
    SURNAMES,
    TRADES,
    firm_words,
    given_names,
    landlines,
    mobiles,
    surnames,
    trades,
)

SIZE = 2000


def test_surnames_are_as_frequent_as_in_the_region() -> None:
    """The commonest comes first, and a rare one hardly ever."""
    drawn = Counter(surnames(Dice(1, "n"), SIZE).tolist())
    assert drawn.most_common(1)[0][0] == max(SURNAMES, key=SURNAMES.__getitem__)
    assert set(drawn) <= set(SURNAMES)
    assert drawn["粘"] < drawn["林"] / 10


def test_given_names_fit_the_sex() -> None:
    """One or two characters, each of those that women, or men, bear."""
    female = np.arange(SIZE) % 2 == 0
    names = given_names(Dice(1, "n"), female)
    for name, is_female in zip(names, female, strict=True):
        assert set(name) <= set(FEMALE if is_female else MALE)
    assert {len(name) for name in names} == {1, 2}


def test_words_of_firms_have_two_characters_or_three() -> None:
    """Most have two."""
    lengths = Counter(len(word) for word in firm_words(Dice(1, "n"), SIZE))
    assert set(lengths) == {2, 3}
    assert lengths[2] > lengths[3]


def test_a_trade_fits_the_industry() -> None:
    """Every industry has words of its own; one without is plain trade."""
    industries = np.asarray([*TRADES, "Z"] * 20)
    drawn = trades(Dice(1, "n"), industries)
    for industry, word in zip(industries, drawn, strict=True):
        assert word in TRADES.get(industry, ("商贸",))


@pytest.mark.parametrize(
    ("draw", "pattern"), [(mobiles, r"^1[35-9]\d{9}$"), (landlines, r"^0595-2\d{7}$")]
)
@pytest.mark.parametrize("size", [1, SIZE])
def test_numbers_are_written_as_numbers_are(draw: type, pattern: str, size: int) -> None:
    """Eleven digits of a mobile, area code and eight digits of a landline, one for each row."""
    drawn = draw(Dice(1, "n"), size)
    assert drawn.len() == size
    assert drawn.str.contains(pattern).all()
    assert drawn.n_unique() > size * 0.9
