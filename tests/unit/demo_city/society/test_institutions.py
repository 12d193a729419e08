"""Schools and medical institutions, to which several registers refer."""

from __future__ import annotations

import polars as pl
import pytest

from demo_city.society.institutions import CLINICS, RESERVED, STAGES, running
from demo_city.society.world import World


@pytest.mark.parametrize(
    ("name", "code", "sign"), [("schools", "school_code", ""), ("clinics", "institution_code", "Y")]
)
def test_codes_number_the_institutions_of_a_county(
    world: World, name: str, code: str, sign: str
) -> None:
    """The county, then a number within it from 1 without a gap."""
    frame: pl.DataFrame = getattr(world, name)
    county, number = frame[code].str.head(6), frame[code].str.tail(4).cast(pl.Int64)
    assert frame[code].n_unique() == frame.height
    assert (frame[code] == county + sign + frame[code].str.tail(4)).all()
    assert (county == frame["region"].str.head(6)).all()
    counted = pl.DataFrame({"county": county, "number": number}).group_by("county")
    assert all(one == list(range(1, len(one) + 1)) for _, one in counted.agg("number").iter_rows())


@pytest.mark.parametrize(("name", "kind"), [("schools", "stage"), ("clinics", "kind")])
def test_a_name_says_the_kind(world: World, name: str, kind: str) -> None:
    """A name ends with the word for its kind, and kinds are codes of the catalogue."""
    words = {code: word for code, (word, _) in (STAGES | CLINICS).items()}
    frame: pl.DataFrame = getattr(world, name)
    assert all(one.endswith(words[code]) for one, code in frame.select("name", kind).iter_rows())


def test_only_hospitals_have_a_rank(world: World) -> None:
    """Of other institutions it is known that they have none; outpatient clinics are not graded."""
    clinics = world.clinics
    graded = clinics.filter(pl.col("grade").is_not_null() & (pl.col("grade") != "00"))
    assert set(graded["kind"]) == {"A"}
    assert clinics.filter(pl.col("grade").is_null())["kind"].unique().to_list() == ["D"]


@pytest.mark.parametrize("name", ["schools", "clinics"])
def test_the_last_are_spoken_of_by_nobody(world: World, name: str) -> None:
    """A fixed number, so that they can be spoilt without harm to other registers."""
    reserved = getattr(world, name)["reserved"]
    assert reserved.tail(RESERVED).all()
    assert reserved.sum() == RESERVED


def test_schools_were_founded_before_today(world: World) -> None:
    """No school is younger than a year or older than the first modern ones."""
    founded = world.schools["founded_on"]
    assert founded.min().year >= 1905  # type: ignore[union-attr]
    assert founded.max() < world.today.astype(object)


def test_running_numbers_count_by_county_in_row_order() -> None:
    """Rows of one county are numbered as they stand."""
    homes = pl.DataFrame({"county": ["350502", "350581", "350502"]})
    assert running(homes, 3).to_list() == ["001", "001", "002"]
