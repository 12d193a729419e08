"""A mask masks: what remains of the values that leave does not tell all of them apart."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from pydantic import TypeAdapter

from catalog_specs.masks.registry import AnyMask
from catalog_specs.rules.disclosure import RefusalCode
from governance.masks.columns import MaskedColumn
from governance.masks.effect import judged, may_be_chance, undone
from outlets.open_data.release import Refusal, release
from storage.layout import Layout
from tests.city import NOW, OPEN_FILE, OPEN_SET, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.city.tables import fill, someone


def test_masked_values_that_tell_every_original_apart_are_refused(tmp_path: Path) -> None:
    """Months of days that are all the first of a month hide nothing: nothing is released."""
    layout = Layout(tmp_path)
    months = {"mask": "generalise_date", "to": "month"}
    catalog = compiled(
        **{OPEN_FILE: change(items=["sex", "birth_date"], masks={"birth_date": months})}
    )
    rows = [
        someone(5 * month + n, sex="1", birth_date=date(1990, month, 1))
        for month in range(1, 7)
        for n in range(5)
    ]
    fill(layout, catalog, PERSON, rows)
    done = release(layout, catalog, catalog.open_sets[OPEN_SET], KEYS, NOW)
    assert isinstance(done, Refusal)
    assert (done.code, done.combination) == (RefusalCode.MASK_UNDONE, ("birth_date",))
    born = [date(1990, 3, 1) + timedelta(days=n) for n in range(1, 6)]
    fill(layout, catalog, PERSON, [someone(900 + n, birth_date=b) for n, b in enumerate(born)])
    assert not isinstance(release(layout, catalog, catalog.open_sets[OPEN_SET], KEYS, NOW), Refusal)


K, ENOUGH = 5, 20


def refused(values: Sequence[str], mask: dict[str, object]) -> bool:
    """Say whether a column of texts under a mask would keep a share from being made."""
    element = compiled().elements["person_name"]
    laid = TypeAdapter(AnyMask).validate_python(mask)
    column = MaskedColumn("x", "某项", element, laid, protected=True)
    frame = judged(pl.LazyFrame({"x": values}), [column], None, {})
    return bool(undone(frame, [column], ENOUGH)) and not may_be_chance(frame, column, K)


MOBILE = {"mask": "partial", "keep_first": 3, "keep_last": 4}
NAME = {"mask": "partial", "keep_first": 1}
CITY = {"mask": "generalise_region", "to": "city"}


@pytest.mark.parametrize("count", [5, 20, 40, 100, 300, 1000, 20_000])
def test_mobiles_of_which_few_digits_stay_are_masked_in_a_share_of_any_size(count: int) -> None:
    """However few there are, numbers that are apart by chance are no broken mask."""
    for seed in range(20 if count < 1000 else 2):
        dice = random.Random(seed)
        drawn = (f"1{dice.choice('3578')}{dice.randrange(10**9):09}" for _ in range(count))
        assert not refused([*drawn], MOBILE)


@pytest.mark.parametrize("count", [20, 100, 5000])
def test_what_is_hidden_alike_in_all_is_not_hidden(count: int) -> None:
    """Counted up behind a fixed middle, the digits that stay are the number itself."""
    assert refused([f"1380000{number:04}" for number in range(count)], MOBILE)


def test_more_are_apart_than_chance_explains() -> None:
    """Numbers whose hidden digits follow from the shown ones are rebuilt, and refused."""
    values = [f"138{number * 7919 % 10**4:04}{number:04}" for number in range(1500)]
    assert refused(values, MOBILE)


def test_a_few_names_with_different_surnames_are_masked() -> None:
    """Thirty people may well have thirty surnames; the given names stay hidden."""
    names = [f"{chr(0x4E00 + 7 * n)}{chr(0x5E00 + n)}{chr(0x6E00 + n)}" for n in range(30)]
    assert not refused(names, NAME)


def test_a_few_people_of_many_cities_are_masked() -> None:
    """The county stays hidden of twenty who come from twenty cities; not where each has one."""
    dice = random.Random(1)
    cities = dice.sample(range(1100, 6500), 20)
    assert not refused([f"{city}{dice.randrange(1, 30):02}" for city in cities], CITY)
    assert refused([f"{city}00" for city in cities], CITY)


def test_two_values_that_are_joined_behind_many_are_seen() -> None:
    """A mask that joins no two of the first rows is still held to all of them."""
    values = [f"{number:06}甲" for number in range(10_050)]
    column = MaskedColumn(
        "x",
        "某项",
        compiled().elements["person_name"],
        TypeAdapter(AnyMask).validate_python({"mask": "partial", "keep_first": 6}),
        protected=True,
    )
    assert undone(judged(pl.LazyFrame({"x": values}), [column], None, {}), [column], K) == ("x",)
    joined = pl.LazyFrame({"x": [*values, "000000乙"]})
    assert undone(judged(joined, [column], None, {}), [column], K) == ()
