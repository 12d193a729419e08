"""Registers of taxation, development and reform, and agriculture."""

from __future__ import annotations

import polars as pl

from demo_city.builders.finance import cooperative, credit_rating, penalty, tax_payment, taxpayer
from demo_city.society.firms import COOPERATIVE
from demo_city.society.world import World

OPENED = ("credit_code", "registered_on", "county_name")


def _with_firm(world: World, frame: pl.DataFrame, code: str = "credit_code") -> pl.DataFrame:
    firms = world.known_firms.select(OPENED)
    found = frame.join(firms, left_on=code, right_on="credit_code", maintain_order="left")
    assert found.height == frame.height
    return found


def test_taxpayers_register_after_the_firm_and_before_today(world: World) -> None:
    """With the authority of their county."""
    found = _with_firm(world, taxpayer(world).frame)
    assert (found["tax_registered_on"] >= found["registered_on"]).all()
    assert (found["tax_registered_on"].to_numpy() <= world.today).all()
    assert (found["tax_authority"].str.head(3) == found["county_name"].str.head(3)).all()


def test_each_round_brings_one_month_of_taxes(world: World) -> None:
    """Each month is declared once by each firm, and paid in the month after, never too much."""
    frame = tax_payment(world).frame
    months = frame.group_by("_arrival", maintain_order=True).agg(
        pl.col("tax_period").n_unique(), month=pl.col("tax_period").first(), firms="credit_code"
    )
    assert months["_arrival"].to_list() == [1, 2, 3]
    assert months["tax_period"].to_list() == [1, 1, 1]
    assert months["month"].is_sorted()
    assert months["month"].n_unique() == 3
    assert months["firms"].n_unique() == 1
    assert frame.select("credit_code", "tax_period").is_unique().all()
    after = frame["tax_period"].str.to_date("%Y%m", strict=False).dt.offset_by("1mo")
    assert (frame["paid_on"].dt.month_start() == after).drop_nulls().all()
    assert (frame["paid"] <= frame["declared"]).all()
    assert (frame["paid"] < frame["declared"]).any()


def test_a_grade_fits_its_score(world: World) -> None:
    """A from 820, B from 660, C from 520, D below."""
    frame = credit_rating(world).frame
    grade = (
        pl.when(pl.col("score") >= 820)
        .then(pl.lit("A"))
        .when(pl.col("score") >= 660)
        .then(pl.lit("B"))
        .when(pl.col("score") >= 520)
        .then(pl.lit("C"))
        .otherwise(pl.lit("D"))
    )
    assert frame.select((pl.col("grade") == grade).all()).item()
    assert set(frame["grade"]) == set("ABCD")
    assert credit_rating(world).changing == (("grade", "score"),)


def test_a_penalty_falls_on_a_firm_that_exists(world: World) -> None:
    """Decided since its registration, numbered by year, published for three years."""
    found = _with_firm(world, penalty(world).frame, "party")
    assert (found["decided_on"] >= found["registered_on"]).all()
    year = found["decision_no"].str.extract(r"〔(\d{4})〕").cast(pl.Int32)
    assert (year == found["decided_on"].dt.year()).all()
    published = found.drop_nulls("publish_until")
    years = published["publish_until"].dt.year() - published["decided_on"].dt.year()
    assert set(years) == {3}


def test_penalties_hold_texts_that_are_not_tame(world: World) -> None:
    """A comma, quotes and a line end test whoever reads the feed."""
    facts = penalty(world).frame["fact"]
    assert all(facts.str.contains(sign, literal=True).any() for sign in (",", '"', "\n"))


def test_cooperatives_are_the_firms_that_are_some(world: World) -> None:
    """All of those that registers may speak of, and no other firm."""
    known = world.known_firms.filter(pl.col("entity_type") == COOPERATIVE)
    frame = cooperative(world).frame
    assert frame["credit_code"].to_list() == known["credit_code"].to_list()
    assert (frame["members"] >= 5).all()
