"""The day a delivery stands for: cut out of its name, and what it means for the order."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import AsOf
from landing.as_of import day_of, parted_by_lateness
from landing.landing import Recognised, land
from register.bundles import Bundle
from register.records import Arrival, Delivery
from storage.layout import Layout
from tests.city import VISIT
from tests.city.registers import delivery
from tests.city.resources import catalog_of, visit

AS_OF = AsOf(file_name=r"_(\d{8})\.csv$")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def one(sequence: int, day: str | None) -> Delivery:
    """Return a delivery that stands for a day."""
    return replace(delivery(VISIT, sequence, 1), as_of=day)


def test_the_day_is_cut_out_of_the_name() -> None:
    """The group of the expression is read by the declared format; without a group the whole."""
    assert day_of(AS_OF, "办件_20260301.csv") == "2026-03-01"
    assert day_of(AsOf(file_name=r"\d+-\d+", format="%Y-%j"), "x2026-060.csv") == "2026-03-01"


@pytest.mark.parametrize("name", ["办件.csv", "办件_20260230.csv", "办件_2026031.csv"])
def test_a_name_without_the_day_is_told(name: str) -> None:
    """No day, no day of the calendar: GATE-107."""
    with pytest.raises(IntakeError) as told:
        day_of(AS_OF, name)
    assert told.value.code == "GATE-107"
    assert name not in str(told.value)


@pytest.mark.parametrize(
    ("name", "arrival", "refusal", "day"),
    [
        ("v_20260301.csv", Arrival(), None, "2026-03-01"),
        ("v.csv", Arrival(), "GATE-107", None),
        ("v.csv", Arrival(origin="http"), None, None),
    ],
)
def test_landing_notes_the_day(
    tmp_path: Path, name: str, arrival: Arrival, refusal: str | None, day: str | None
) -> None:
    """A file from an inbox must name its day, a pulled one has none; rows are kept either way."""
    made = visit()
    feed = made.feed.model_copy(update={"as_of": AS_OF})
    resource = made.model_copy(update={"feed": feed})
    path = tmp_path / name
    path.write_text("resident_id,visit_no,visit_day,outcome\n1,2,2026-01-01,x\n", encoding="utf-8")
    landed = land(Layout(tmp_path / "home"), catalog_of(resource), resource, path, NOW, arrival)
    assert isinstance(landed, Delivery)
    assert (landed.refusal, landed.as_of, landed.rows) == (refusal, day, 1)


def test_the_same_bytes_for_another_day_are_another_delivery(tmp_path: Path) -> None:
    """A register that comes back to what it was is taken; a day sent twice is recognised."""
    made = visit()
    resource = made.model_copy(update={"feed": made.feed.model_copy(update={"as_of": AS_OF})})
    layout = Layout(tmp_path / "home")
    taken = []
    for name, outcome in (
        ("v.csv", "x"),
        ("v_20260301.csv", "x"),
        ("v_20260302.csv", "y"),
        ("v_20260303.csv", "x"),
        ("again_20260301.csv", "x"),
    ):
        path = tmp_path / name
        path.write_text(f"resident_id,visit_no,visit_day,outcome\n1,2,2026-01-01,{outcome}\n")
        taken.append(land(layout, catalog_of(resource), resource, path, NOW))
    *landed, last = taken
    days = [one.as_of for one in landed if isinstance(one, Delivery)]
    assert days == [None, "2026-03-01", "2026-03-02", "2026-03-03"]
    assert isinstance(last, Recognised)
    assert last.delivery == landed[1].delivery


def test_what_is_older_than_what_passed_is_late() -> None:
    """Late deliveries come out alone and refused; the same day, and no day, are not late."""
    bundle = Bundle((one(3, "2026-03-01"), one(4, "2026-03-02"), one(5, "2026-03-03")))
    parts = parted_by_lateness(bundle, "2026-03-02")
    assert [[d.sequence for d in part.deliveries] for part in parts] == [[3], [4, 5]]
    assert [part.last.refusal for part in parts] == ["GATE-105", None]
    assert parted_by_lateness(bundle, "") == (bundle,)


def test_a_refused_delivery_keeps_its_own_reason() -> None:
    """What could not be read is not called late."""
    refused = replace(one(3, "2026-03-01"), refusal="GATE-102")
    (part,) = parted_by_lateness(Bundle((refused,)), "2026-03-02")
    assert part.last == refused


def test_a_pattern_costs_what_the_name_is_long() -> None:
    """No pattern that the catalogue takes can hold a run up: names are searched in linear time."""
    slow = AsOf(file_name=r"^(?:(?:a+)+)+_([0-9]{8})$")
    started = time.monotonic()
    with pytest.raises(IntakeError):
        day_of(slow, "a" * 48 + "!")
    assert time.monotonic() - started < 5
