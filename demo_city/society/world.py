"""The world: places, people, firms, institutions and the day, as one value.

Belongs here: what several registers draw from. Keep out: registers of one office (`builders`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl

from catalog_specs.catalog import Catalog
from demo_city.society.calendar import day
from demo_city.society.dice import Dice
from demo_city.society.firms import make_firms
from demo_city.society.institutions import make_clinics, make_schools
from demo_city.society.persons import make_persons, reserve
from demo_city.society.places import Places, read_places

__all__ = ["Register", "World", "free", "make_world"]

CLOSED = 4
"""Days before today on which the registers of the first round were closed."""


@dataclass(frozen=True)
class Register:
    """What one office has on record, clean: a frame with item codes as columns.

    Items that refer to another register are left out; they are filled in from their source.
    `changing` names groups of items that may take other values later (each group moves as one);
    `stamp` is the item that says when a row was last touched. A column `_arrival` (1, 2, 3) says
    in which round a row first exists, where the register knows better than chance.
    """

    frame: pl.DataFrame
    changing: tuple[tuple[str, ...], ...] = ()
    stamp: str | None = None
    closed_on: datetime | None = None
    """Midnight of the day the register closes before round 1; needed with `stamp`."""


@dataclass(frozen=True)
class World:
    """Everything builders draw from.

    `today` is the day the first registers close, four days before the day the city is made for.
    """

    catalog: Catalog
    seed: int
    people: int
    today: np.datetime64
    places: Places
    persons: pl.DataFrame
    firms: pl.DataFrame
    schools: pl.DataFrame
    clinics: pl.DataFrame

    def dice(self, name: str) -> Dice:
        """Return the stream of randomness of one register."""
        return Dice(self.seed, name)

    @property
    def midnight(self) -> datetime:
        """Return the beginning of `today`."""
        return datetime.fromisoformat(str(self.today))

    @property
    def citizens(self) -> pl.DataFrame:
        """Persons whom registers may speak of."""
        return self.persons.filter(~pl.col("reserved"))

    @property
    def known_firms(self) -> pl.DataFrame:
        """Firms whom registers other than the enterprise register may speak of."""
        return self.firms.filter(~pl.col("reserved"))


def free(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a register that other registers may speak of: all but the last few."""
    return frame.head(frame.height - reserve(frame.height))


def make_world(catalog: Catalog, people: int, seed: int, today: date) -> World:
    """Make the city for a number of people; the same arguments always make the same city."""
    now = day(today) - CLOSED
    places = read_places(catalog)
    persons = make_persons(places, Dice(seed, "persons"), people, now)
    return World(
        catalog=catalog,
        seed=seed,
        people=people,
        today=now,
        places=places,
        persons=persons,
        firms=make_firms(places, persons, Dice(seed, "firms"), now),
        schools=make_schools(places, Dice(seed, "schools"), people, now),
        clinics=make_clinics(places, Dice(seed, "clinics"), people),
    )
