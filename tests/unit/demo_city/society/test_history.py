"""The history of the registers: arrivals, changes and departures in each round."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import polars as pl
import pytest

from catalog_specs.loader import load
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedKind, UpdateCycle
from demo_city.society.dice import Dice
from demo_city.society.history import (
    FEW,
    History,
    arrivals,
    late,
    links,
    make_history,
    schedule,
    spoken_of,
)
from demo_city.society.world import Register
from tests.city.declared import CATALOGUE

SIZE = 60
NOBODY = pl.Series("key", [], dtype=pl.String)


@cache
def _plain(ref: str) -> Resource:
    return load(CATALOGUE).resource(ref)


def _resource(ref: str = "civil_affairs/person", **edits: Any) -> Resource:
    return _plain(ref).model_copy(update=edits)


def _of_kind(kind: FeedKind) -> Resource:
    person = _resource()
    return person.model_copy(update={"feed": person.feed.model_copy(update={"kind": kind})})


def _register(size: int = SIZE, **more: Any) -> Register:
    numbers = [f"{number:03}" for number in range(size)]
    frame = pl.DataFrame({"resident_id": numbers, "name": numbers, "residence": ["350500"] * size})
    return Register(frame, (("name",),), **more)


def _history(
    resource: Resource | None = None, spoken: pl.Series = NOBODY, seed: int = 1, **more: Any
) -> History:
    resource, register = resource or _resource(), _register(**more)
    regions = pl.DataFrame({"code": ["350500"], "_arrival": [1]})
    frame = arrivals(resource, register, {"civil_affairs/region": regions})
    return make_history(resource, register, frame, spoken, Dice(seed, "time"))


@pytest.mark.parametrize(
    ("cycle", "rounds"),
    [
        (UpdateCycle.REALTIME, (1, 2, 3)),
        (UpdateCycle.DAILY, (1, 2, 3)),
        (UpdateCycle.WEEKLY, (1, 3)),
        (UpdateCycle.MONTHLY, (1, 3)),
        (UpdateCycle.YEARLY, (1,)),
    ],
)
def test_what_is_updated_often_is_handed_over_often(
    cycle: UpdateCycle, rounds: tuple[int, ...]
) -> None:
    """Every register comes in the first round, and again as its cycle says."""
    assert schedule(_resource(update_cycle=cycle)) == rounds


def test_links_are_references_and_referring_keys() -> None:
    """What is only compared must not exist elsewhere for a row to exist."""
    assert list(links(_resource())) == [("residence", "civil_affairs/region", "code")]
    assert list(links(_resource("data_office/visit"))) == [
        ("resident_id", "civil_affairs/person", "resident_id")
    ]


@pytest.mark.parametrize(
    ("size", "rounds", "second", "third"),
    [
        (1200, (1, 2, 3), 14, 14),
        (SIZE, (1, 2, 3), 10, 10),
        (SIZE, (1,), 0, 0),
        (FEW - 1, (1, 3), 0, 0),
    ],
)
def test_the_last_rows_arrive_late(
    size: int, rounds: tuple[int, ...], second: int, third: int
) -> None:
    """A small share, at most a third of a small register, none of a tiny one."""
    arrival = late(size, rounds).to_list()
    assert arrival == sorted(arrival)
    assert (arrival.count(2), arrival.count(3)) == (second, third)


def test_nothing_arrives_before_what_it_speaks_of() -> None:
    """A row waits for its division; one whose division never comes does not come either."""
    frame = _register(6).frame.with_columns(residence=pl.Series(["a", "b", "b", "c", None, "a"]))
    regions = pl.DataFrame({"code": ["a", "b"], "_arrival": [1, 2]})
    found = arrivals(_resource(), Register(frame), {"civil_affairs/region": regions})
    assert dict(found.select("name", "_arrival").iter_rows()) == {
        "000": 1,
        "001": 2,
        "002": 2,
        "004": 1,
        "005": 1,
    }


def test_a_row_waits_for_the_next_handing_over() -> None:
    """Where a register comes in rounds 1 and 3, what is late comes in 3, and never after."""
    frame = _register(4).frame.with_columns(_arrival=pl.Series([1, 2, 3, 2]))
    regions = {"civil_affairs/region": pl.DataFrame({"code": ["350500"], "_arrival": [1]})}
    weekly = arrivals(_resource(update_cycle=UpdateCycle.WEEKLY), Register(frame), regions)
    yearly = arrivals(_resource(update_cycle=UpdateCycle.YEARLY), Register(frame), regions)
    assert weekly["_arrival"].to_list() == [1, 3, 3, 3]
    assert yearly["_arrival"].to_list() == [1]


def test_what_is_spoken_of_is_gathered_from_every_register() -> None:
    """Each key value once, whoever names it, and no nulls."""
    resources = {ref: _plain(ref) for ref in ("civil_affairs/person", "data_office/visit")}
    frames = {
        "civil_affairs/person": pl.DataFrame({"residence": ["a", None, "a", "b"]}),
        "data_office/visit": pl.DataFrame({"resident_id": ["1"]}),
    }
    found = spoken_of(resources, frames)
    assert {ref: sorted(keys) for ref, keys in found.items()} == {
        "civil_affairs/region": ["a", "b"],
        "civil_affairs/person": ["1"],
    }


@pytest.mark.parametrize(
    ("kind", "rounds"),
    [(FeedKind.SNAPSHOT, {3}), (FeedKind.CHANGES, {2, 3}), (FeedKind.UPSERT, set[int]())],
)
def test_rows_leave_as_the_feed_can_say(kind: FeedKind, rounds: set[int]) -> None:
    """A snapshot drops rows at last, a change feed deletes in each round, an upsert never."""
    history = _history(_of_kind(kind))
    assert set(history.rows["_leaves"].drop_nulls()) == rounds
    for number in rounds:
        gone = history.leaving(number)
        assert gone.height >= 2
        assert set(gone["_arrival"]) == {1}
        assert not set(gone["_id"]) & set(history.state(number)["_id"])
        assert set(gone["_id"]) <= set(history.state(number - 1)["_id"])


def test_a_row_leaves_once() -> None:
    """Whoever left in the second round is not chosen for the third."""
    for seed in range(30):
        history = _history(_of_kind(FeedKind.CHANGES), seed=seed)
        assert [history.leaving(number).height for number in (2, 3)] == [2, 2]


def test_what_is_spoken_of_never_leaves() -> None:
    """Whoever speaks of a row must find it in every round."""
    everybody = pl.Series("key", [f"{number:03}" for number in range(SIZE)])
    history = _history(_of_kind(FeedKind.CHANGES), everybody)
    assert history.rows["_spoken"].all()
    assert history.rows["_leaves"].null_count() == history.rows.height


def test_touched_rows_exchange_values_among_themselves() -> None:
    """In later rounds some rows that were there before have values that others came with."""
    history = _history()
    assert set(history.touched) == {2, 3}
    for number, touched in history.touched.items():
        after = history.state(number)
        there = history.rows.filter(pl.col("_id").is_in(touched["_id"].implode()))
        assert set(there["_id"]) <= set(history.state(number - 1)["_id"])
        assert there.height == touched.height >= 6
        assert sorted(there["name"]) == sorted(touched["name"])
        shown = after.join(touched, on="_id", how="semi", maintain_order="left").select(
            "_id", "name"
        )
        assert shown.sort("_id").equals(touched.select("_id", "name").sort("_id"))


def test_a_state_has_who_arrived_and_has_not_left() -> None:
    """Everything arrives in the end, each row once in every state."""
    history = _history()
    for number in (1, 2, 3):
        state = history.state(number)
        assert state["_id"].is_unique().all()
        assert state["_arrival"].max() == number
    assert history.state(3).height + history.leaving(3).height == SIZE


def test_a_stamp_says_when_a_row_was_last_touched() -> None:
    """Rows that arrive late or change bear a moment of their round, in office hours."""
    midnight = datetime(2026, 6, 26)  # noqa: DTZ001 - the delivered clock
    register = _register()
    frame = register.frame.with_columns(updated_at=pl.lit(midnight))
    register = Register(frame, (("name",),), stamp="updated_at", closed_on=midnight)
    regions = {"civil_affairs/region": pl.DataFrame({"code": ["350500"], "_arrival": [1]})}
    rows = arrivals(_resource(), register, regions)
    history = make_history(_resource(), register, rows, NOBODY, Dice(1, "time"))
    moved = history.state(3).filter(pl.col("updated_at") != midnight)
    fresh = history.rows.filter(pl.col("_arrival") > 1)["_id"]
    expected = set(fresh) | {one for touched in history.touched.values() for one in touched["_id"]}
    assert set(moved["_id"]) == expected
    assert moved["updated_at"].dt.hour().is_between(9, 17).all()
    assert set(moved["updated_at"].dt.day()) == {28, 29}


def test_a_small_register_stays_as_it_is() -> None:
    """With few rows nothing is touched, and nothing arrives late."""
    history = _history(size=FEW - 1)
    assert history.touched == {}
    assert set(history.rows["_arrival"]) == {1}


def test_the_same_dice_let_the_same_time_pass() -> None:
    """A history is made from its register and its dice alone."""
    one, other = _history(), _history()
    assert one.rows.equals(other.rows)
    assert all(one.touched[number].equals(other.touched[number]) for number in one.touched)
