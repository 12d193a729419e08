"""Registers about persons' insurance, schooling, health and housing fund."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.builders.drawing import emptied, numbered, sample
from demo_city.society.calendar import add_years, days_between, to_workday
from demo_city.society.dice import Dice
from demo_city.society.persons import birthday, born_of, of_age
from demo_city.society.world import Register, World, free

__all__ = ["enrolment", "insured_person", "payment", "provident_fund", "student"]

SCHOOL_AGE = 7
PENSION = "110"
RESIDENTS = "170"
RATES = {"110": (0.08, 0.16), "210": (0.005, 0.005), "170": (0.05, 0.0)}
"""Shares of the pay base by kind of insurance: paid by the person, paid by the employer."""


def insured_person(world: World) -> Register:
    """社会保险参保人员: two grown persons in five."""
    dice = world.dice("insured_person")
    people = sample(dice, of_age(world.persons, 16, 70), max(100, round(world.people * 0.4)))
    size = people.height
    first = np.maximum(birthday(people, 16), np.datetime64("1992-01-04"))
    firms = free(world.known_firms)["credit_code"]
    frame = people.select(
        "resident_id",
        status=pl.Series(dice.weighted({"1": 86, "2": 11, "4": 3}, size)),
        insured_region="county",
        first_insured_on=emptied(
            dice, 0.01, to_workday(days_between(dice, first, np.full(size, world.today)))
        ),
        employer=emptied(dice, 0.4, firms.gather(dice.whole(0, firms.len() - 1, size))),
        mobile=emptied(dice, 0.06, people["mobile"]),
    )
    return Register(frame, (("status",), ("mobile",)))


def payment(world: World) -> Register:
    """社会保险缴费明细: one month in each round, of half of those insured."""
    dice = world.dice("payment")
    insured = free(insured_person(world).frame).filter(pl.col("status") == "1")
    insured = sample(dice, insured, max(60, insured.height // 2))
    worker = insured["employer"].is_not_null()
    kinds = pl.when(worker).then(pl.lit(PENSION)).otherwise(pl.lit(RESIDENTS))
    people = insured.select("resident_id", insurance_type=kinds)
    months = [contributions(world, dice, people, one) for one in (1, 2, 3)]
    return Register(pl.concat(months), (("pay_base", "personal_amount", "employer_amount"),))


def contributions(world: World, dice: Dice, people: pl.DataFrame, one: int) -> pl.DataFrame:
    """Return the contributions to one month, paid in the month after."""
    size = people.height
    month = world.today.astype("datetime64[M]") - 5 + one
    # From the 9th on: no holiday is so long that the last working day before was last month.
    paid = (month + 1).astype("datetime64[D]") + dice.whole(8, 24, size).astype("timedelta64[D]")
    workers = (people["insurance_type"] == PENSION).to_numpy()
    monthly = np.round(dice.skewed(3300, 18_000, size), 2)
    personal, employer = (
        np.round(monthly * np.where(workers, RATES[PENSION][side], RATES[RESIDENTS][side]), 2)
        for side in (0, 1)
    )
    return people.select(
        "resident_id",
        pay_month=pl.lit(str(month).replace("-", "")),
        insurance_type="insurance_type",
        pay_base=pl.Series(monthly),
        personal_amount=pl.Series(personal),
        employer_amount=pl.Series(employer).set(pl.Series(~workers), None),
        paid_on=pl.Series(to_workday(paid)),
        _arrival=pl.lit(one),
    )


def enrolment(world: World) -> Register:
    """基本医疗保险参保信息: half of the people."""
    dice = world.dice("enrolment")
    people = sample(dice, of_age(world.persons, 0, 110), max(100, round(world.people * 0.45)))
    size = people.height
    clinics = free(world.clinics)["institution_code"]
    frame = people.select(
        "resident_id",
        scheme=pl.Series(dice.weighted({"310": 40, "390": 60}, size)),
        region="county",
        status=pl.Series(dice.weighted({"1": 93, "2": 5, "4": 2}, size)),
        enrolled_on=pl.Series(
            days_between(
                dice,
                np.maximum(born_of(people) + 1, np.datetime64("2001-01-02")),
                np.full(size, world.today),
            )
        ),
        institution=emptied(dice, 0.3, clinics.gather(dice.whole(0, clinics.len() - 1, size))),
    )
    return Register(frame, (("status",), ("institution",)))


def provident_fund(world: World) -> Register:
    """住房公积金缴存信息: one grown person in seven."""
    dice = world.dice("provident_fund")
    people = sample(dice, of_age(world.persons, 20, 60), max(70, world.people // 7))
    size = people.height
    monthly = np.round(dice.skewed(2300, 28_000, size), 2)
    first = np.maximum(birthday(people, 18), np.datetime64("1999-04-05"))
    frame = people.select(
        "resident_id",
        account=pl.lit("59505") + numbered(size, 7),
        status=pl.Series(dice.weighted({"01": 82, "02": 15, "05": 3}, size)),
        pay_base=emptied(dice, 0.02, monthly),
        balance=pl.Series(np.round(monthly * dice.generator.uniform(0.3, 30, size), 2)),
        opened_on=pl.Series(to_workday(days_between(dice, first, np.full(size, world.today)))),
    )
    return Register(frame, (("status",), ("balance",)))


def student(world: World) -> Register:
    """中小学学籍信息: everybody of school age, in a grade that fits it."""
    dice = world.dice("student")
    autumn = f"{int(str(world.today)[:4]) - (str(world.today)[5:] < '09-01')}-09-01"
    september = np.datetime64(autumn)
    grown = world.citizens
    grade = (
        (september.astype("datetime64[Y]") - born_of(grown).astype("datetime64[Y]")).astype(int)
        - SCHOOL_AGE
        + 1
    )
    pupils = grown.with_columns(grade=pl.Series(grade)).filter(pl.col("grade").is_between(1, 12))
    size = pupils.height
    start = add_years(np.full(size, september), -((pupils["grade"].to_numpy() - 1) % 6))
    schools = free(world.schools)["school_code"]
    frame = pupils.select(
        "resident_id",
        "grade",
        student_no=pl.lit("S") + numbered(size, 10, first=3_505_000_001),
        school=schools.gather(dice.whole(0, schools.len() - 1, size)),
        enrolled_on=emptied(dice, 0.01, start),
        boarding=emptied(dice, 0.02, dice.chance(0.18, size)),
    )
    return Register(frame, (("boarding",), ("school",)))
