"""Firms: valid codes, usual names, a legal representative.

Belongs here: firms and cooperatives as registered. Keep out: taxes, licences, penalties
(`builders`).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.society.calendar import add_years, day, days_between, to_workday
from demo_city.society.dice import Dice
from demo_city.society.identifiers import credit_codes
from demo_city.society.names import firm_words, landlines, mobiles, trades
from demo_city.society.persons import birthday, of_age, reserve
from demo_city.society.places import Places

__all__ = ["COOPERATIVE", "make_firms"]

COOPERATIVE = "50"
COOPERATIVES_SINCE = np.datetime64("2007-07-02")
"""First working day under the law on farmers' cooperatives."""
FORMS = {
    "10": "有限公司",
    "20": "股份有限公司",
    "30": "厂",
    "40": "（有限合伙）",
    "50": "农民专业合作社",
    "60": "公司",
    "70": "（泉州）有限公司",
    "80": "有限公司泉州分公司",
}
TYPES = {"10": 78, "20": 2, "30": 7, "40": 2, "50": 5, "60": 0.5, "70": 2.5, "80": 3}
INDUSTRIES = {"C": 30, "F": 34, "L": 7, "I": 6, "E": 6, "G": 4, "H": 4, "M": 3, "R": 2, "K": 1.5,
              "O": 1, "P": 0.5, "Q": 1}  # fmt: skip
STATUSES = {"1": 90, "2": 1, "3": 3, "4": 6}
LEAST = 160


def make_firms(
    places: Places, persons: pl.DataFrame, dice: Dice, today: np.datetime64
) -> pl.DataFrame:
    """Return one row for each firm, about one for eight persons; `reserved` as with persons.

    Columns: credit_code, name, entity_type, representative, representative_id, capital,
    registered_on, business_until, industry, status, phone, county, county_name, town, town_name,
    address, reserved.
    """
    size = max(LEAST, persons.height // 8)
    adults = of_age(persons, 22, 70)
    owners = adults[dice.whole(0, adults.height - 1, size)]
    homes = places.draw(dice, size)
    kind = dice.weighted(TYPES, size)
    industry = np.where(kind == COOPERATIVE, "A", dice.weighted(INDUSTRIES, size))
    earliest = np.maximum(birthday(owners, 20), day("1984-01-01"))
    earliest = np.where(kind == COOPERATIVE, np.maximum(earliest, COOPERATIVES_SINCE), earliest)
    opened = to_workday(days_between(dice, earliest, np.full(size, today - 7)))
    until = pl.Series(add_years(opened, 20 + 10 * dice.whole(0, 3, size)))
    return pl.DataFrame(
        {
            "credit_code": codes(homes, kind),
            "name": firm_names(dice, homes, kind, industry),
            "entity_type": kind,
            "representative": owners["name"],
            "representative_id": owners["resident_id"],
            "capital": np.round(dice.skewed(3, 30_000, size)),
            "registered_on": opened,
            "business_until": until.set(pl.Series(dice.chance(0.55, size)), None),
            "industry": industry,
            "status": dice.weighted(STATUSES, size),
            "phone": pl.select(
                pl.when(pl.Series(dice.chance(0.7, size)))
                .then(mobiles(dice, size))
                .otherwise(landlines(dice, size))
            ).to_series(),
            "reserved": np.arange(size) >= size - reserve(size),
        }
    ).hstack(homes.select("county", "county_name", "town", "town_name", "address"))


def codes(homes: pl.DataFrame, kind: np.ndarray[tuple[int], np.dtype[np.str_]]) -> pl.Series:
    """Return credit codes: 93 for cooperatives, 91 for everybody else."""
    size = homes.height
    division = homes["county"].cast(pl.Int64).to_numpy()
    serial = 31_000_000 + np.arange(size)
    both = pl.DataFrame(
        {
            "plain": credit_codes("91", division, serial),
            "farm": credit_codes("93", division, serial),
            "is_farm": kind == COOPERATIVE,
        }
    )
    return both.select(pl.when("is_farm").then("farm").otherwise("plain")).to_series()


def firm_names(
    dice: Dice,
    homes: pl.DataFrame,
    kind: np.ndarray[tuple[int], np.dtype[np.str_]],
    industry: np.ndarray[tuple[int], np.dtype[np.str_]],
) -> pl.Series:
    """Build names of place, word, trade and form, e.g. 晋江市恒达鞋服有限公司."""
    parts = pl.DataFrame(
        {
            "place": homes["county_name"],
            "word": firm_words(dice, homes.height),
            "trade": trades(dice, industry),
            "form": np.asarray(list(FORMS.values()))[np.searchsorted(list(FORMS), kind)],
        }
    )
    return parts.select(pl.concat_str("place", "word", "trade", "form")).to_series()
