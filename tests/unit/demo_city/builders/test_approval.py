"""Registers of administrative approval: cases handled and certificates issued."""

from __future__ import annotations

import polars as pl

from demo_city.builders.approval import (
    COUNTIES,
    ISSUERS,
    OFFICES,
    TO_FIRMS,
    TO_PERSONS,
    approval_case,
    certificate,
)
from demo_city.society.world import World


def test_a_case_is_closed_with_a_result_or_still_open(world: World) -> None:
    """What is closed was accepted before and has a result; what is open has neither."""
    cases = approval_case(world).frame
    closed = cases.drop_nulls("closed_at")
    assert 0 < closed.height < cases.height
    assert (closed["closed_at"] > closed["accepted_at"]).all()
    assert (cases["closed_at"].is_null() == cases["result"].is_null()).all()
    assert closed["closed_at"].max() < world.midnight  # type: ignore[operator]


def test_a_case_number_says_county_and_day(world: World) -> None:
    """The county of the office and the day of acceptance stand in it."""
    cases = approval_case(world).frame
    offices = dict(zip(OFFICES, COUNTIES, strict=True))
    county = cases["department"].replace_strict(offices)
    assert (cases["case_no"].str.head(6) == county).all()
    assert (cases["case_no"].str.slice(6, 8) == cases["accepted_at"].dt.strftime("%Y%m%d")).all()


def test_certificates_fit_their_holders(world: World) -> None:
    """Firms hold what firms are certified for, persons the rest, each under the name on record."""
    frame = certificate(world).frame
    holders = {
        "2": (TO_FIRMS, world.known_firms.select(holder="credit_code", known="name")),
        "1": (TO_PERSONS, world.citizens.select(holder="resident_id", known="name")),
    }
    assert set(frame["holder_type"]) == set(holders)
    for kind, (types, known) in holders.items():
        mine = frame.filter(pl.col("holder_type") == kind).join(known, on="holder", how="left")
        assert set(mine["certificate_type"]) == set(types)
        assert (mine["holder_name"] == mine["known"]).all()


def test_a_certificate_says_who_issued_it_when_and_until_when(world: World) -> None:
    """Its number holds type and year; it is valid for eight years less a day, or for good."""
    frame = certificate(world).frame
    for kind, issuer in ISSUERS.items():
        assert set(frame.filter(pl.col("certificate_type") == kind)["issuer"]) == {
            f"泉州市{issuer}"
        }
    parts = frame["certificate_no"].str.split("-").list
    assert (parts.get(0) == frame["certificate_type"]).all()
    assert (parts.get(2) == frame["issued_on"].dt.year().cast(pl.String)).all()
    limited = frame.drop_nulls("valid_until")
    assert (
        limited["valid_until"].dt.offset_by("1d") == limited["issued_on"].dt.offset_by("8y")
    ).all()
    assert set(frame.filter(pl.col("valid_until").is_null())["certificate_type"]) == {
        "0401",
        "0501",
        "0601",
    }
