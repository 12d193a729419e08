"""Header names: unique names for columns, and the recognition of a repeated header.

Belongs here: what a column without a name of its own is called, and whether a record is the header
once more (files joined, print titles). Keep out: finding the header.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import Enum, auto

__all__ = [
    "PERSONAL_NUMBER",
    "Again",
    "header_again",
    "is_nameless",
    "places_of",
    "plain_name",
    "stands_again",
    "told_apart",
]

PERSONAL_NUMBER = re.compile(r"\d{10,}[0-9Xx]")
"""A mobile number, a resident id, a bank card: no header that people are shown may hold one."""


_BY_PLACE = re.compile(r".#[1-9][0-9]*$")


def told_apart(names: Sequence[str], declared: Collection[str]) -> tuple[str, ...]:
    """Call the fifth column `#5` when it has no name, `备注#5` when an earlier one has its name.

    So every column of a file is seen (三(二)), and a column whose name occurs twice can be declared
    by its place: as `备注#5`. A declared name that occurs twice, with none declared by place, stays
    twice and is refused, because nobody knows which is meant.
    """
    by_place = {one.rpartition("#")[0] for one in declared if _BY_PLACE.search(one)}
    met: set[str] = set()
    told: list[str] = []
    for place, name in enumerate(names, start=1):
        own = f"{name}#{place}" if f"{name}#{place}" in declared and name in by_place else name
        while not own or (own in met and (own not in declared or own in by_place)):
            own += f"#{place}"
        told.append(own)
        met.add(own)
    return tuple(told)


def places_of(headers: Sequence[str]) -> dict[str, int]:
    """Return the place of every column, from 0; a repeated name is made unique by its place.

    So the stored records of a refused delivery have the cells of every column.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(headers):
        own = name
        while not own or own in places:
            own += f"#{place + 1}"
        places[own] = place
    return places


def stands_again(cells: Sequence[str], names: Sequence[str]) -> tuple[int, ...] | None:
    """Return where each name of a header stands in a record that is the header again; else None.

    The header may come again in another order: then other cells stand below it.
    """
    written = [plain_name(cell) for cell in cells]
    if sorted(written) != sorted(names) or not any(written):
        return None
    places: dict[str, list[int]] = {}
    for place, name in enumerate(written):
        places.setdefault(name, []).append(place)
    return tuple(places[name].pop(0) for name in names)


def is_nameless(header: str) -> bool:
    """Say whether a header stands for a column without a name."""
    return header.startswith("#") and header[1:].isdecimal()


class Again(Enum):
    """What a record is to a header row."""

    NO = auto()
    SAME = auto()
    """The header once more: no record."""
    OTHER = auto()
    """The same names in another order: the records below do not fit the first header."""


def header_again(cells: Sequence[str], header: Sequence[str]) -> Again:
    """Say whether a record is the header row again; both without what surrounds a name."""
    places = stands_again(cells, header)
    if places is None:
        return Again.NO
    return Again.SAME if list(places) == sorted(places) else Again.OTHER


def plain_name(cell: str) -> str:
    """Return a name without the white space (ideographic too) and byte-order marks around it."""
    return cell.strip().strip("\ufeff").strip()
