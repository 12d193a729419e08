"""The history of the registers: arrivals, changes and departures in each round.

Belongs here: the true state of every register in every round, coherent across registers. Keep
out: what a department hands over of it (`feeds`), what goes wrong (`defects`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedKind, UpdateCycle
from demo_city.society.dice import Dice
from demo_city.society.world import Register

__all__ = ["ROUNDS", "History", "arrivals", "links", "make_history", "schedule", "spoken_of"]

ROUNDS = 3
OFTEN = {UpdateCycle.REALTIME, UpdateCycle.DAILY}
NOW_AND_THEN = {UpdateCycle.WEEKLY, UpdateCycle.MONTHLY}
EVERY_ROUND = frozenset({"social_security/payment", "taxation/tax_payment", "transport/bus_stop"})
"""Handed over in every round of the demo, whatever their cycle."""
ARRIVING_SHARE = 0.012
ARRIVING_LEAST = 12
TOUCHED_SHARE = 0.012
TOUCHED_LEAST = 6
LEAVING_SHARE = 0.004
LEAVING_LEAST = 2
FEW = 36
"""A register with fewer rows than this stays as it is."""


@dataclass(frozen=True)
class History:
    """A register over the rounds.

    `rows` holds every row that ever exists, with `_id`, `_arrival`, `_leaves` (null: stays) and
    the values it arrives with. `touched` gives, by round, the rows (`_id` and items) whose values
    change then.
    """

    resource: Resource
    rounds: tuple[int, ...]
    rows: pl.DataFrame
    touched: Mapping[int, pl.DataFrame]

    def state(self, number: int) -> pl.DataFrame:
        """Return the rows that exist after a round, with the values they have then."""
        frame = self.rows.filter(
            pl.col("_arrival") <= number,
            pl.col("_leaves").is_null() | (pl.col("_leaves") > number),
        )
        for one in sorted(self.touched):
            if one <= number:
                frame = frame.update(self.touched[one], on="_id", how="left")
        return frame

    def leaving(self, number: int) -> pl.DataFrame:
        """Return the rows that leave in a round."""
        return self.rows.filter(pl.col("_leaves") == number)


def schedule(resource: Resource) -> tuple[int, ...]:
    """Return the rounds in which a resource is handed over."""
    if resource.ref in EVERY_ROUND or resource.update_cycle in OFTEN:
        return (1, 2, 3)
    return (1, 3) if resource.update_cycle in NOW_AND_THEN else (1,)


def links(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Yield (item, other resource, its item) for values that must exist elsewhere."""
    for item in resource.items:
        link = item.references or (item.source if item.code in resource.key else None)
        if link:
            other, _, code = link.rpartition(".")
            yield item.code, other, code


def arrivals(
    resource: Resource, register: Register, others: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Return the register with `_id` and `_arrival`: never before what a row speaks of.

    The last rows arrive late. A row that would arrive after the last handing over is left out, and
    so is what speaks of it.
    """
    frame = register.frame.with_row_index("_id")
    rounds = schedule(resource)
    if "_arrival" not in frame.columns:
        frame = frame.with_columns(_arrival=late(frame.height, rounds))
    for item, other, code in links(resource):
        known = others[other].select(pl.col(code).alias(item), _there="_arrival")
        frame = frame.join(known, on=item, how="left", maintain_order="left")
        frame = (
            frame.filter(pl.col(item).is_null() | pl.col("_there").is_not_null())
            .with_columns(_arrival=pl.max_horizontal("_arrival", "_there"))
            .drop("_there")
        )
    snapped = {
        one: min((r for r in rounds if r >= one), default=None) for one in range(1, ROUNDS + 1)
    }
    return frame.with_columns(
        pl.col("_arrival").replace_strict(snapped, return_dtype=pl.Int64)
    ).filter(pl.col("_arrival").is_not_null())


def late(size: int, rounds: tuple[int, ...]) -> pl.Series:
    """Give the last rows of a register to rounds 2 and 3 where it is handed over then."""
    each = (
        0 if size < FEW or len(rounds) == 1 else max(ARRIVING_LEAST, round(size * ARRIVING_SHARE))
    )
    each = min(each, size // 6)  # of a small register at most a third arrives late
    arrival = np.ones(size, dtype=np.int64)
    arrival[size - 2 * each : size - each] = 2
    arrival[size - each :] = ROUNDS
    return pl.Series(arrival)


def spoken_of(
    resources: Mapping[str, Resource], frames: Mapping[str, pl.DataFrame]
) -> dict[str, pl.Series]:
    """Return, for each resource, the key values that other registers speak of."""
    found: dict[str, list[pl.Series]] = {}
    for ref, frame in frames.items():
        for item, other, _ in links(resources[ref]):
            found.setdefault(other, []).append(frame[item].rename("key"))
    return {ref: pl.concat(several).drop_nulls().unique() for ref, several in found.items()}


def make_history(
    resource: Resource, register: Register, frame: pl.DataFrame, spoken: pl.Series, dice: Dice
) -> History:
    """Let time pass over a register whose arrivals are known.

    Rows that others speak of (`spoken`, values of the first key item) never leave.
    """
    frame = frame.with_columns(_spoken=pl.col(resource.key[0]).is_in(spoken.implode()))
    frame = leave(resource, stamped(frame, register, pl.col("_arrival") > 1), dice)
    touched = {
        number: touch(frame, register, number, dice)
        for number in schedule(resource)
        if number > 1 and register.changing and frame.height >= FEW
    }
    return History(resource, schedule(resource), frame, touched)


def leave(resource: Resource, frame: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Choose rows that leave: in round 3, of a change feed also in round 2."""
    leaves = np.zeros(frame.height, dtype=np.int64)
    able = frame.select((pl.col("_arrival") == 1) & ~pl.col("_spoken")).to_series()
    where = np.flatnonzero(able.to_numpy())
    rounds = [one for one in schedule(resource) if one > 1]
    match resource.feed.kind:
        case FeedKind.SNAPSHOT:
            rounds = rounds[-1:]
        case FeedKind.UPSERT:
            rounds = []
        case FeedKind.CHANGES:
            pass
    for number in rounds:
        count = min(max(LEAVING_LEAST, round(frame.height * LEAVING_SHARE)), len(where) // 8)
        chosen = dice.generator.permutation(where[leaves[where] == 0])[:count]
        leaves[chosen] = number
    return frame.with_columns(_leaves=pl.Series(leaves).replace(0, None))


def touch(frame: pl.DataFrame, register: Register, number: int, dice: Dice) -> pl.DataFrame:
    """Let some rows exchange the values of one group of items; return `_id` and those items."""
    group = list(register.changing[number % len(register.changing)])
    able = frame.filter(pl.col("_arrival") < number, pl.col("_leaves").is_null())
    count = min(max(TOUCHED_LEAST, round(frame.height * TOUCHED_SHARE)), able.height // 5)
    chosen = able[dice.some(able.height, count)]
    moved = chosen.select(group)[dice.generator.permutation(count)]
    changed = chosen.select("_id").hstack(moved)
    if register.stamp is None:
        return changed
    stamps = chosen.select("_id", register.stamp).with_columns(_arrival=pl.lit(number))
    stamps = stamped(stamps, register, pl.lit(value=True))
    return changed.join(stamps.drop("_arrival"), on="_id")


def stamped(frame: pl.DataFrame, register: Register, which: pl.Expr) -> pl.DataFrame:
    """Let some rows say that they were last touched on the day of their round."""
    if register.stamp is None or register.closed_on is None:
        return frame
    # In office hours: from 09:00 (minute 540) on, spread over the day by the row's number.
    hours = pl.duration(days=pl.col("_arrival"), minutes=540 + pl.col("_id") % 400)
    moment = pl.lit(register.closed_on) + hours
    return frame.with_columns(
        pl.when(which).then(moment).otherwise(pl.col(register.stamp)).alias(register.stamp)
    )
