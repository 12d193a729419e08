"""Places: counties, towns and villages from the catalogue's own code lists.

Belongs here: the region tables, drawing places and addresses. Keep out: who lives there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from catalog_specs.catalog import Catalog
from demo_city.society.dice import Dice

__all__ = ["Places", "positions", "read_places"]

EMPTY_COUNTY = "350527"
"""金门县: in the code list, without anybody on this city's registers."""
SHORTER = {"社区居委会": "社区", "居委会": "社区", "村委会": "村"}
COUNTY_DIGITS = 6
TOWN_DIGITS = 9
SPREAD = 0.06
"""How far, in degrees, things lie from their county's representative point."""


@dataclass(frozen=True)
class Places:
    """Region tables: `counties` (code, name, longitude, latitude), `towns`, `villages`.

    `towns` and `villages` carry their parents' codes and names; `homes` are the villages that
    people and firms may be registered in, with the `area` an address speaks of.
    """

    counties: pl.DataFrame
    towns: pl.DataFrame
    villages: pl.DataFrame
    homes: pl.DataFrame

    def draw(self, dice: Dice, size: int, suffix: str = "号") -> pl.DataFrame:
        """Draw `size` places: county, town (codes), county_name, town_name, village, address."""
        rows = self.homes[dice.whole(0, self.homes.height - 1, size)]
        number = pl.Series(dice.whole(1, 280, size))
        return rows.with_columns(
            address=pl.format("福建省泉州市{}{}{}{}", "county_name", "town_name", "area", number)
            + suffix
        )


def read_places(catalog: Catalog) -> Places:
    """Return the region tables of a catalogue that has the lists county, town and village."""
    counties = listed(catalog, "county").join(county_points(catalog), on="code", how="left")
    towns = (
        listed(catalog, "town")
        .with_columns(county=pl.col("code").str.head(COUNTY_DIGITS))
        .join(
            counties.select(county="code", county_name="name"), on="county", maintain_order="left"
        )
    )
    villages = (
        listed(catalog, "village")
        .with_columns(town=pl.col("code").str.head(TOWN_DIGITS))
        .join(
            towns.select("county", "county_name", town="code", town_name="name"),
            on="town",
            maintain_order="left",
        )
    )
    return Places(counties, towns, villages, homes_of(villages))


def listed(catalog: Catalog, code_list: str) -> pl.DataFrame:
    """Return a code list as a table of code and name."""
    values = catalog.code_lists[code_list].values
    return pl.DataFrame({"code": list(values), "name": list(values.values())})


def county_points(catalog: Catalog) -> pl.DataFrame:
    """Return each county's representative point from the table beside the county list."""
    table = catalog.code_lists["county"].table
    name = table.file if table else "counties.csv"
    file = catalog.root / "code_lists" / name
    read = pl.read_csv(file, infer_schema=False)
    return read.select("code", pl.col("longitude", "latitude").cast(pl.Float64))


def homes_of(villages: pl.DataFrame) -> pl.DataFrame:
    """Return the villages an address can name; virtual communities and farms are left out."""
    area = pl.col("name")
    for long, short in SHORTER.items():
        area = area.str.replace(f"{long}$", short)
    return (
        villages.filter(
            pl.col("county") != EMPTY_COUNTY, pl.col("name").str.contains("(居委会|村委会)$")
        )
        .with_columns(area=area.str.replace("村村$", "村"))
        .rename({"code": "village"})
        .drop("name")
    )


def positions(places: Places, dice: Dice, county: pl.Series) -> tuple[NDArray[np.float64], ...]:
    """Return longitude and latitude near the point of each row's county, six digits."""
    points = county.to_frame("code").join(places.counties, on="code", maintain_order="left")
    drawn = []
    for axis in ("longitude", "latitude"):
        shift = dice.generator.uniform(-SPREAD, SPREAD, county.len())
        drawn.append(np.round(points[axis].to_numpy() + shift, 6))
    return tuple(drawn)
