"""Registers of health: institutions, vaccinations, infectious cases; and of education: schools."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.builders.drawing import emptied, moments, numbered, sample, since
from demo_city.society.calendar import days_between, to_workday
from demo_city.society.identifiers import serials
from demo_city.society.persons import born_of, of_age
from demo_city.society.world import Register, World, free

__all__ = ["infectious_case", "medical_institution", "school", "vaccination"]

DOSES = {"HEPB": 3, "DTAP": 3, "MMR": 2, "JEL": 2, "FLU": 1, "IPV": 2, "HEPA": 1, "MPSVA": 2}
DISEASES = {"B01": 12, "B02": 6, "B03": 3, "B04": 3, "C01": 45, "C02": 18, "C03": 9, "C04": 4}


def school(world: World) -> Register:
    """学校基本信息."""
    return Register(world.schools.drop("reserved"), (("places",), ("phone",)))


def medical_institution(world: World) -> Register:
    """医疗机构基本信息."""
    return Register(world.clinics.drop("reserved"), (("beds",), ("phone",)))


def vaccination(world: World) -> Register:
    """预防接种记录: doses in their order, given to the young and to some of the old."""
    dice = world.dice("vaccination")
    people = world.citizens.filter(~pl.col("age").is_between(20, 59))
    people = sample(dice, people, max(40, world.people // 10))
    vaccine = dice.pick(tuple(DOSES), people.height)
    doses = dose_counts(vaccine)
    rows = np.repeat(np.arange(people.height), doses)
    given = people[rows]
    size = given.height
    first = np.maximum(born_of(given), np.datetime64("2005-01-04"))
    base = days_between(dice, first, np.full(size, world.today - 400))
    base = base[np.searchsorted(rows, rows)]
    dose = serials(rows) + 1
    clinics = free(world.clinics)["institution_code"]
    frame = given.select(
        "resident_id",
        vaccine=pl.Series(vaccine[rows]),
        dose=pl.Series(dose),
        vaccinated_on=pl.Series(np.maximum(to_workday(base + 90 * (dose - 1)), first)),
        batch=emptied(
            dice, 0.02, "B" + pl.Series(dice.whole(2_020_001, 2_026_999, size)).cast(pl.String)
        ),
        institution=clinics.gather(dice.whole(0, clinics.len() - 1, size)),
    )
    return Register(frame, (("batch",), ("institution",)))


def dose_counts(
    vaccine: np.ndarray[tuple[int], np.dtype[np.str_]],
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return how many doses of each vaccine are given."""
    codes = np.asarray(sorted(DOSES))
    counts = np.asarray([DOSES[code] for code in codes])
    return counts[np.searchsorted(codes, vaccine)]


def infectious_case(world: World) -> Register:
    """传染病报告信息: cases of the last three years."""
    dice = world.dice("infectious_case")
    people = sample(dice, of_age(world.persons, 4, 99), max(70, world.people // 60))
    size = people.height
    onset = since(dice, str(world.today - 1000), world.today - 9, size)
    diagnosed = onset + dice.whole(0, 8, size).astype("timedelta64[D]")
    clinics = free(world.clinics)["institution_code"]
    frame = people.select(
        case_no=pl.lit("IDC") + numbered(size, 12, first=202_600_000_001),
        patient_id="resident_id",
        disease=pl.Series(dice.weighted(DISEASES, size)),
        onset_on=pl.Series(onset),
        diagnosed_at=pl.Series(moments(dice, diagnosed)),
        institution=clinics.gather(dice.whole(0, clinics.len() - 1, size)),
        region="town",
    )
    return Register(frame, (("disease",), ("region",)))
