"""Patterns: made-up ids are told from real ones by figures alone."""

from __future__ import annotations

import random
from contextlib import nullcontext

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.errors import AnswerError
from catalog_specs.models.answering import Answering
from catalog_specs.models.figure import Figure
from catalog_specs.rules.answers import AnswerRefusal
from outlets.answers.patterns import hold_coverage, hold_list, regularity
from tests.city.records import person_id

FIGURES = Answering(daily=Figure(value=200, unit="个", clause="五(三)"))


def why(ids: list[str], before: int = 0, *, checked: bool = False, once: bool = False) -> object:
    """Return why a list is refused; None when it is not."""
    try:
        hold_list(pl.Series(ids, dtype=pl.String), before, FIGURES, checked=checked, once=once)
    except AnswerError as refused:
        return refused.reason
    return None


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 50), st.integers(50, 120), st.booleans(), st.randoms())
def test_ids_at_one_distance_are_refused_in_any_order(
    start: int, step: int, count: int, checked: bool, dice: random.Random
) -> None:
    """Whoever counts up, by whatever step and with whatever check digits, is refused."""
    ids = [f"闽C{start + n * step:08}" + (dice.choice("0123456789X") if checked else "")
           for n in range(count)]  # fmt: skip
    dice.shuffle(ids)
    assert why(ids, checked=checked) is AnswerRefusal.REGULAR


@settings(max_examples=50, deadline=None)
@given(st.integers(50, 150), st.integers(0, 2**32))
def test_ids_of_business_pass(count: int, seed: int) -> None:
    """Ids drawn at random from a register are no pattern."""
    dice = random.Random(seed)
    assert why([f"{n:07}" for n in dice.sample(range(0, 10**6, 7), count)]) is None


def test_the_check_digit_is_cut_off_before_neighbours_are_looked_for() -> None:
    """Without that, numbers that count up look random in their last digit."""
    ids = pl.Series([f"35050219900101{n:03}{(n * 7) % 10}" for n in range(60)])
    assert regularity(ids, checked=True) == 1
    assert regularity(pl.Series(["1"]), checked=False) == 0
    assert regularity(pl.Series(["a", "b"]), checked=False) == 0


def test_budget_repeats_and_few_ids() -> None:
    """A day's budget counts what was asked before; a handful of neighbours says nothing."""
    few = [f"{n:05}" for n in range(20)]
    assert why(few) is None
    assert why(few, before=181) is AnswerRefusal.DAILY
    assert why(few, before=180) is None
    assert why([*few, few[0]]) is None
    assert why([*few, few[0]], once=True) is AnswerRefusal.REPEATED
    assert why([person_id(1)]) is None


@pytest.mark.parametrize(("found", "granted", "held"), [(49, 49, True), (60, 200, True),
                                                        (61, 200, False)])  # fmt: skip
def test_a_list_finds_no_more_than_its_share(found: int, granted: int, held: bool) -> None:
    """Above the profile's share of what is granted a list is a batch exchange."""
    with nullcontext() if held else pytest.raises(AnswerError):
        hold_coverage(found, granted, FIGURES)
