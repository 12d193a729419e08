"""Tracing: the right copy, or none, and a stated chance of being wrong."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from math import exp, factorial, isclose

import polars as pl
import pytest

from outlets.handover.trace import BOUND, Evidence, Seen, chance_of, trace, unmarked
from outlets.handover.watermark import copy_key, deciding, keyed, mark, scheme
from register.copies import Copy
from tests.city.homes import KEYS
from tests.tiers import then_thorough
from tests.unit.register.test_copies import COPY

NOTHING = Seen("00" * 32)


def copies(count: int) -> list[Copy]:
    """Return copies of as many grants."""
    said = scheme(copy_key(KEYS, "any"))
    return [
        replace(COPY, copy=f"c{n}", grant=f"g{n}", sha256=f"{n:064x}", watermark=said, files=())
        for n in range(1, count + 1)
    ]


def ordered(rows: pl.DataFrame, copy: Copy) -> pl.DataFrame:
    """Return rows in the order of a copy."""
    return rows.sort(keyed(deciding(rows.lazy()), copy_key(KEYS, copy.copy)))


def invented(chance: random.Random, rows: int) -> pl.DataFrame:
    """Return a table of distinct ids, and a column that repeats."""
    ids = chance.sample(range(10**9), rows)
    return pl.DataFrame({"id": [f"{n:09}" for n in ids], "kind": chance.choices("甲乙丙", k=rows)})


def named(rows: pl.DataFrame, among: list[Copy]) -> list[str]:
    """Return the copies that a file of these rows is said to be."""
    return [one.copy for one in trace(Seen("00" * 32, (), rows), among, KEYS)]


def test_a_file_is_known_by_its_digest_and_by_its_mark() -> None:
    """Whole, or renamed and edited: then no row is looked at, and only the right mark counts."""
    some = copies(3)
    assert [one.copy for one in trace(Seen(some[1].sha256), some, KEYS)] == ["c2"]
    part = replace(some[0], files=("ee" * 32,))
    (found,) = trace(Seen("ee" * 32), [part, *some[1:]], KEYS)
    assert (found.copy, found.grant, found.evidence) == ("c1", "g1", Evidence.DIGEST)

    token = mark(copy_key(KEYS, "c3"), "c3")
    (carried,) = trace(replace(NOTHING, marks=("0" * 32, token)), some, KEYS)
    assert (carried.copy, carried.evidence) == ("c3", Evidence.MARK)
    assert trace(replace(NOTHING, marks=("0" * 32,)), some, KEYS) == ()


@pytest.mark.parametrize("count", then_thorough([30], [200]))
def test_no_file_names_a_wrong_copy(count: int) -> None:
    """Of so many grants each file names its own copy alone, and in any other order nobody."""
    chance = random.Random(11)
    some = copies(count)
    for one in some:
        rows = ordered(invented(chance, 24), one)
        among = [one, *chance.sample([each for each in some if each is not one], count - 1)]
        assert named(rows, among) == [one.copy]
        assert named(rows.sort("id"), among[:6]) == []
        assert named(invented(chance, 24), among[:6]) == []


@pytest.mark.parametrize(
    ("change", "known"),
    [
        (lambda rows: rows[40:70], True),
        (lambda rows: rows.filter(pl.col("kind") == "甲"), True),
        (lambda rows: rows.select("id"), True),
        (lambda rows: rows.rename({"id": "编号"}).select("kind", "编号"), True),
        (lambda rows: rows[:10], False),
        (lambda rows: rows.drop("id"), False),
        (lambda rows: rows.sample(fraction=1.0, shuffle=True, seed=1), False),
        (lambda rows: pl.concat([rows[100:], rows[:100]]), True),
        (lambda rows: pl.concat([rows[::2], rows[1::2]]), True),
    ],
)
def test_a_part_is_known_as_long_as_enough_of_its_order_is_left(change, known: bool) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Rows or columns lost or renamed, pieces put together otherwise; not sorted, not few."""
    some = copies(5)
    rows = ordered(invented(random.Random(7), 200), some[2])
    assert named(change(rows), some) == (["c3"] if known else [])


def test_a_copy_whose_key_is_gone_is_known_by_its_digest_alone() -> None:
    """It keeps no other from being named, and how many there are is told."""
    rows, (kept, gone) = invented(random.Random(3), 300), copies(2)
    gone = replace(gone, watermark="order-1:9")
    assert named(ordered(rows, kept), [gone, kept]) == [kept.copy]
    assert [one.copy for one in trace(Seen(gone.sha256), [gone, kept], KEYS)] == [gone.copy]
    assert unmarked([gone, kept, replace(kept, watermark="")], KEYS) == 1


def test_two_copies_in_one_file_are_both_named() -> None:
    """Whoever mixed two copies is found by either."""
    some, chance = copies(4), random.Random(3)
    rows = invented(chance, 800)
    both = pl.concat([ordered(rows[:400], some[0]), ordered(rows[400:], some[3])])
    assert sorted(named(both, some)) == ["c1", "c4"]


def test_a_name_comes_with_its_chance_of_being_wrong() -> None:
    """That of every test made: more copies, less sure."""
    rows = ordered(invented(random.Random(5), 20), copies(1)[0])
    (few,) = trace(Seen("0", (), rows), copies(2), KEYS)
    (many,) = trace(Seen("0", (), rows), copies(20), KEYS)
    assert few.chance < many.chance <= BOUND
    assert few.as_dict()["evidence"] == "order"
    assert few.values == 20


def test_the_chance_is_that_of_orders_by_accident() -> None:
    """Wholly ascending: one in n!, twice for having two ways; half ascending: anything."""
    assert isclose(exp(chance_of([True] * 9)), 2 / factorial(10))
    assert chance_of([]) == chance_of([True, False] * 50 + [False, True] * 50) == 0.0
    assert chance_of([False] * 100) == 0.0
    # 1,000 orders drawn: none is as unlikely as one in a million
    chance = random.Random(2)
    drawn = [[chance.random() < 0.5 for _ in range(60)] for _ in range(1_000)]
    assert min(map(chance_of, drawn)) > -14


def test_the_bound_holds_for_orders_drawn_at_random() -> None:
    """Of 2,000 random orders no larger a part is as unlikely as the bound says."""
    chance = random.Random(9)
    logs = []
    for _ in range(2_000):
        order = chance.sample(range(40), 40)
        logs.append(chance_of([b > a for a, b in pairwise(order)]))
    for limit in (0.2, 0.05, 0.01):
        assert sum(exp(one) <= limit for one in logs) <= 2_000 * limit


def test_without_marked_copies_nothing_is_needed_and_nothing_named() -> None:
    """A home that handed nothing out has no answer; copies without a watermark have no order."""
    rows = invented(random.Random(1), 30)
    plain = [replace(one, watermark="") for one in copies(3)]
    assert named(rows, plain) == named(rows, []) == []
    assert trace(NOTHING, copies(3), KEYS) == ()
    assert named(pl.DataFrame({"a": []}), copies(1)) == []
