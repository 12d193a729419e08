"""The years in which each code of an administrative division was in force.

Belongs here: working them out from the list of one year and the changes of all. Keep out: judging
by them (the kind `division`). Changes are known by their year alone, so that in that year both the
code that went and the code that came are in force.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["FIRST", "Span", "division_spans", "last_year"]

_HERE = Path(__file__).parent
FIRST = 1980
"""Nothing is known of earlier years: they are judged by this one."""
_LISTED = 2023
"""The year of the list of standing codes."""
_ALWAYS = ("710000", "810000", "820000", "830000")
"""Taiwan, Hong Kong, Macao and, in numbers of residence permits, residents of Taiwan."""
_GOES, _COMES = 0, 1


class Span(NamedTuple):
    """That a code was in force from one year to another, both inclusive."""

    code: str
    first: int
    last: int


@cache
def division_spans() -> tuple[Span, ...]:
    """Return every span of every code; `last` of one in force is the last year that is known."""
    standing = frozenset(row["code"] for row in _rows("standing.csv"))
    changes: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for row in _rows("changes.csv"):
        for code, what in ((row["old"], _GOES), (row["new"], _COMES)):
            if code:
                changes[code].add((int(row["year"]), what))
    end = last_year()
    found = [
        span
        for code in sorted({*changes, *standing, *_ALWAYS})
        for span in _spans(code, sorted(changes.get(code, ())), code in standing, end)
    ]
    opened = {span.code[:2]: span.first for span in found if span.code.endswith("0000")}
    return tuple(  # nothing is older than its province: 海南 is of 1988, 重庆 of 1997
        span._replace(first=max(span.first, opened.get(span.code[:2], FIRST)))
        for span in (*found, *_urban(found))
    )


@cache
def last_year() -> int:
    """Return the last year of which changes are known: later ones are judged by it."""
    return max(int(row["year"]) for row in _rows("changes.csv"))


def _spans(code: str, changes: list[tuple[int, int]], standing: bool, end: int) -> Iterator[Span]:
    """Yield the spans of one code.

    A code whose first change is that it goes was there before. One that comes twice was divided in
    between, and one that goes twice went once. One that nothing says the end of, and that is on the
    list no more, went before the list.
    """
    if code in _ALWAYS:
        changes = []
    first: int | None = FIRST if not changes or changes[0][1] == _GOES else None
    for year, what in changes:
        if what == _COMES:
            first = year if first is None else first
        elif first is not None:
            yield Span(code, first, year)
            first = None
    if first is not None:
        known = standing or first > _LISTED or code in _ALWAYS
        yield Span(code, first, end if known else _LISTED)


def _urban(spans: list[Span]) -> Iterator[Span]:
    """Yield 市辖区 (…01) of every prefecture: a code of GB/T 2260 that is no place of its own."""
    for span in spans:
        if span.code.endswith("00") and not span.code.endswith("0000"):
            yield span._replace(code=f"{span.code[:4]}01")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
