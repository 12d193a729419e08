"""The rounds of the demo: in each, the departments whose turn it is deliver their files.

Belongs here: the order of rounds and registers, file names and times, the answer key as it grows.
Keep out: what one delivery is made of (`deliveries`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from demo_city.answer_key import RECOGNISED, AnswerKey, Expected
from demo_city.builders import BUILDERS
from demo_city.society.dice import Dice
from demo_city.society.history import ROUNDS, History, arrivals, make_history, spoken_of
from demo_city.society.world import World, make_world
from demo_city.writing.defects import Orders, plant
from demo_city.writing.deliveries import Made, make_delivery, make_refused
from demo_city.writing.feeds import DELETE, Handed, hand_over
from demo_city.writing.referred import MISTAKEN, mistaken_ids
from demo_city.writing.standing import Standing, nothing_standing

__all__ = ["ANSWERS", "REFUSED", "REPEATED", "Round", "make_city", "rounds"]

ANSWERS = "answer_key.json"
REFUSED = ("transport/bus_stop", 2)
"""The delivery that lacks a column; the next round brings it again, complete."""
REPEATED = ("market_supervision/food_licence", 3)
"""The delivery that is dropped twice, under two names."""
CASES = 200
"""Numbers set aside for the defects of one delivery."""
OPENS_AT = 8
"""Hour (UTC) at which files are dropped."""


@dataclass(frozen=True)
class Round:
    """A round whose files lie in the inbox; `answers` are all answers up to and including it."""

    number: int
    files: tuple[Path, ...]
    answers: AnswerKey


@dataclass
class City:
    """The made-up city on its way through the rounds."""

    world: World
    today: date
    histories: dict[str, History]
    standings: dict[str, Standing]

    def state(self, number: int, ref: str) -> pl.DataFrame:
        """Return the true state of a register after a round."""
        return self.histories[ref].state(number)


def rounds(catalog: Catalog, home: Path, people: int, seed: int, today: date) -> Iterator[Round]:
    """Write the rounds one after another into `<home>/inbox`, pausing after each.

    Run what waits before asking for the next round. The answer key is `<home>/answer_key.json`,
    complete once the last round is written. The same people, seed and day give the same bytes.
    `today` must be the judging date; files carry the three days before it.
    """
    city = found_city(catalog, people, seed, today)
    answers = AnswerKey(seed=seed, people=people, today=today)
    for number in range(1, ROUNDS + 1):
        made = list(make_round(city, number))
        files = tuple(drop(home, city, expected, content) for expected, content in made)
        given = (*answers.deliveries, *(expected for expected, _ in made))
        answers = replace(answers, deliveries=given)
        answers.write(home / ANSWERS)
        yield Round(number, files, answers)


def make_city(catalog: Catalog, folder: Path, people: int, seed: int, today: date) -> AnswerKey:
    """Write every round into a home of its own, `<folder>/round_<n>`; return all answers."""
    city = found_city(catalog, people, seed, today)
    answers = AnswerKey(seed=seed, people=people, today=today)
    for number in range(1, ROUNDS + 1):
        for expected, content in make_round(city, number):
            drop(folder / f"round_{number}", city, expected, content)
            answers = replace(answers, deliveries=(*answers.deliveries, expected))
    answers.write(folder / ANSWERS)
    return answers


def found_city(catalog: Catalog, people: int, seed: int, today: date) -> City:
    """Make the city's registers and let the rounds pass over them, nothing handed over yet."""
    world = make_world(catalog, people, seed, today)
    resources = {resource.ref: resource for resource in catalog.in_order()}
    registers = {ref: BUILDERS[ref](world) for ref in resources}
    frames: dict[str, pl.DataFrame] = {}
    for ref, resource in resources.items():
        frame = arrivals(resource, registers[ref], frames)
        frames[ref] = frame.join(
            mistaken_ids(resource, frame), on="_id", how="left", maintain_order="left"
        )
    spoken = spoken_of(resources, frames)
    nobody = pl.Series("key", [], dtype=pl.String)
    histories = {
        ref: make_history(
            resource,
            registers[ref],
            frames[ref],
            spoken.get(ref, nobody),
            world.dice(f"time {ref}"),
        )
        for ref, resource in resources.items()
    }
    return City(world, today, histories, {ref: nothing_standing() for ref in resources})


def make_round(city: City, number: int) -> Iterator[tuple[Expected, bytes]]:
    """Yield the answers and bytes of every file of a round."""
    for turn, (ref, history) in enumerate(city.histories.items()):
        if number not in history.rounds:
            continue
        made = make_one(city, history, number, (number * len(BUILDERS) + turn) * CASES)
        city.standings[ref] = made.standing
        name = file_name(city, history.resource, number)
        expected = replace(made.expected, round=number, file=name)
        yield expected, made.content
        if (ref, number) == REPEATED:
            stem, _, ending = name.rpartition(".")
            again = Expected(
                round=number,
                department=expected.department,
                resource=expected.resource,
                file=f"{stem}_重发.{ending}",
                sha256=expected.sha256,
                rows=expected.rows,
                expect=RECOGNISED,
            )
            yield again, made.content


def make_one(city: City, history: History, number: int, first_case: int) -> Made:
    """Make one delivery."""
    resource, catalog = history.resource, city.world.catalog
    before = city.standings[resource.ref]
    handed = hand_over(catalog, history, number, before.owed, lambda ref: city.state(number, ref))
    if (resource.ref, number) == REFUSED:
        return make_refused(catalog, resource, handed, before)
    orders = orders_for(city, resource, number, handed, first_case)
    dice = Dice(city.world.seed, f"defects {resource.ref} {number}")
    defects = plant(orders, handed.texts, dice)
    return make_delivery(catalog, resource, handed, defects, before)


def orders_for(
    city: City, resource: Resource, number: int, handed: Handed, first_case: int
) -> Orders:
    """Say which records of a delivery may be spoilt: those nobody else speaks of."""
    facts = handed.facts.with_row_index("_place").filter(
        ~pl.col("_spoken"),
        pl.col("_kind") != DELETE,
        pl.col("_leaves").is_null(),
        pl.col(MISTAKEN).is_null(),
        pl.len().over("_id") == 1,
    )
    fresh = facts.filter(pl.col("_arrival") == number)["_place"]
    return Orders(
        catalog=city.world.catalog,
        resource=resource,
        number=number,
        people=city.world.people,
        today=city.today,
        able=facts["_place"].to_list(),
        fresh=frozenset(fresh.to_list()),
        first_case=first_case,
    )


def file_name(city: City, resource: Resource, number: int) -> str:
    """Return the file's name: the resource's Chinese name and the day of the round."""
    return f"{resource.name}_{day_of(city, number):%Y%m%d}.{resource.feed.format.value}"


def day_of(city: City, number: int) -> date:
    """Return the day of a round: the three days before today."""
    return city.today - timedelta(days=ROUNDS + 1 - number)


def drop(home: Path, city: City, expected: Expected, content: bytes) -> Path:
    """Put a file into the department's inbox: written aside, then renamed, at a fixed time."""
    file = home / "inbox" / expected.department / expected.resource / expected.file
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}")
    aside.write_bytes(content)
    day = day_of(city, expected.round)
    moment = datetime(day.year, day.month, day.day, OPENS_AT, tzinfo=UTC).timestamp()
    late = 60 if expected.expect == RECOGNISED else 0
    os.utime(aside, (moment + late, moment + late))
    return aside.replace(file)
