"""Places of county catalogues: the folders below `counties/` in the city's own (一(五)、三(一)).

Belongs here: which county a file belongs to, and which folder holds the whole catalogue. Keep
out: what a county may declare (`kinds`), and whether it agrees with the city (`laws.counties`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["CITY_FILE", "COUNTIES", "city_folder", "counties_in", "county_in", "of_two_counties"]

COUNTIES = "counties"
CITY_FILE = "catalog.yaml"


def county_in(file: str) -> str | None:
    """Return the county in whose folder a file of the catalogue lies; None for the city's own."""
    first, _, below = file.partition("/")
    county, _, within = below.partition("/")
    return county if first == COUNTIES and within else None


def of_two_counties(one: str | None, other: str | None) -> bool:
    """Say whether two declarations are of two counties, so that their areas do not overlap.

    The same kind of fact in both is then two facts, each with its one source (三(一)).
    """
    return one is not None and other is not None and one != other


def counties_in(files: Iterable[str]) -> tuple[str, ...]:
    """Return the counties that have any file, each once, in the order of their names."""
    return tuple(sorted({county for file in files if (county := county_in(file)) is not None}))


def city_folder(folder: Path) -> Path:
    """Return the folder of the whole catalogue: a county's folder compiles with its city's."""
    above = folder.resolve().parent
    within = above.name == COUNTIES and (above.parent / CITY_FILE).is_file()
    return above.parent if within else folder
