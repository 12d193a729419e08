"""Registers about persons' insurance, schooling, health and housing fund."""

from __future__ import annotations

import polars as pl
import pytest

from demo_city.builders.welfare import (
    PENSION,
    RATES,
    enrolment,
    insured_person,
    payment,
    provident_fund,
    student,
)
from demo_city.society.world import World, free


def _born(frame: pl.DataFrame) -> pl.Series:
    return frame["resident_id"].str.slice(6, 8).str.to_date("%Y%m%d")


@pytest.mark.parametrize(
    ("build", "low", "high", "share"),
    [(insured_person, 16, 70, 0.4), (enrolment, 0, 110, 0.45), (provident_fund, 20, 60, 1 / 7)],
)
def test_registers_hold_citizens_of_their_ages(
    world: World, build: type, low: int, high: int, share: float
) -> None:
    """Each person once, and about as many of all as the register says."""
    frame = build(world).frame
    ages = world.citizens.join(frame, on="resident_id", how="semi")["age"]
    assert len(ages) == frame.height
    assert ages.is_between(low, high).all()
    assert frame.height == pytest.approx(world.people * share, abs=2)


def test_insurance_begins_at_sixteen(world: World) -> None:
    """An employer is one of the firms that registers may speak of."""
    frame = insured_person(world).frame.drop_nulls("first_insured_on")
    of_age = _born(frame).dt.offset_by("16y").dt.offset_by("-10d")  # moved to a working day
    assert (frame["first_insured_on"] >= of_age).all()
    firms = set(free(world.known_firms)["credit_code"])
    assert set(frame["employer"].drop_nulls()) <= firms


def test_each_round_brings_one_month_of_contributions(world: World) -> None:
    """Each person pays once a month; the rates are those of the kind of insurance."""
    frame = payment(world).frame
    assert frame.group_by("_arrival").agg(pl.col("pay_month").n_unique())[
        "pay_month"
    ].to_list() == [1, 1, 1]
    assert frame["pay_month"].n_unique() == 3
    assert frame.select("resident_id", "pay_month").is_unique().all()
    for kind, (personal, employer) in RATES.items():
        mine = frame.filter(pl.col("insurance_type") == kind)
        assert (mine["personal_amount"] == (mine["pay_base"] * personal).round(2)).all()
        if employer and mine.height:
            assert (mine["employer_amount"] == (mine["pay_base"] * employer).round(2)).all()
    workers = frame["insurance_type"] == PENSION
    assert (frame["employer_amount"].is_not_null() == workers).all()


def test_a_month_is_paid_in_the_month_after(world: World) -> None:
    """By a working day of it."""
    frame = payment(world).frame
    after = frame["pay_month"].str.to_date("%Y%m", strict=False).dt.offset_by("1mo")
    assert (frame["paid_on"].dt.month_start() == after).all()


def test_grades_fit_ages(world: World) -> None:
    """A pupil in grade n was born about n + 6 years ago."""
    frame = student(world).frame
    assert ((2025 - _born(frame).dt.year()) - frame["grade"] == 6).all()
    assert set(frame["grade"]) == set(range(1, 13))


def test_pupils_enter_a_school_every_six_years(world: World) -> None:
    """In September, with grade 1 or grade 7; the school is one that may be spoken of."""
    frame = student(world).frame.drop_nulls("enrolled_on")
    since = 2025 - frame["enrolled_on"].dt.year()
    assert (since == (frame["grade"] - 1) % 6).all()
    assert set(frame["enrolled_on"].dt.strftime("%m-%d")) == {"09-01"}
    assert set(frame["school"]) <= set(free(world.schools)["school_code"])


def test_accounts_of_the_fund_are_numbered(world: World) -> None:
    """From 1, each once, opened by somebody who was of age."""
    frame = provident_fund(world).frame
    assert frame["account"].to_list() == [f"59505{no:07}" for no in range(1, frame.height + 1)]
    assert (frame["opened_on"] >= _born(frame).dt.offset_by("18y").dt.offset_by("-10d")).all()
