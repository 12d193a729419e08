"""Marks: what stands in a cell, a sentence or a list: words, figures, lamps, links, codes.

Belongs here: making each of them safe HTML, escaped, and what a cell is sorted by. Keep out:
charts (`charts`), tables and sections (`parts`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from outlets.reports.words import Words

__all__ = [
    "NOTHING",
    "Cell",
    "alarm",
    "bar",
    "code",
    "lamp",
    "link",
    "moment",
    "number",
    "percent",
    "said",
    "stacked",
    "table_row",
]


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of safe HTML, and what a table sorts it by where its text does not say it."""

    html: str
    key: str = ""
    mark: str = ""
    """A class of its table cell."""

    def __html__(self) -> str:
        """Return the HTML, for templates."""
        return self.html

    @property
    def attributes(self) -> str:
        """Return the attributes of the table cell that it stands in."""
        key = f' data-k="{plain(self.key)}"' if self.key else ""
        mark = f' class="{plain(self.mark)}"' if self.mark else ""
        return key + mark


@lru_cache(maxsize=8192)  # codes, states and figures: a page has thousands, and few that differ
def plain(told: str) -> str:
    """Return a text as HTML that says just that."""
    return str(escape(told))


def table_row(cells: Sequence[Cell]) -> Markup:
    """Return a row of a table, whose first cell names it; thousands stand on one page."""
    first, *others = cells
    rest = "".join([f"<td{one.attributes}>{one.html}</td>" for one in others])
    return Markup(f"<tr><th scope=row{first.attributes}>{first.html}</th>{rest}</tr>")  # noqa: S704


LEAST = 0.01
"""The smallest share, in per cent, that two places can say."""
NOTHING = Cell("–", "-1", "mild")
"""Stands where there is nothing to say."""


@lru_cache(maxsize=4096)  # the same words stand on thousands of pages
def said(words: Words | str) -> str:
    """Return words as HTML: both languages, one of which the sheet shows."""
    if isinstance(words, str):
        return _escaped(words)
    zh, en = words
    if not en or zh == en:
        return _escaped(zh)
    return f"<span lang=zh>{_escaped(zh)}</span><span lang=en>{_escaped(en)}</span>"


def _escaped(told: str) -> str:
    """Return a text as HTML; what stands between backticks is code."""
    html = plain(told)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html) if "`" in html else html


def text(words: Words | str) -> Cell:
    """Return words as a cell."""
    return Cell(said(words))


@lru_cache(maxsize=4096)
def number(value: int | None) -> Cell:
    """Return a whole number with its thousands parted."""
    return NOTHING if value is None else Cell(f"{value:,}")


def alarm(count: int) -> Cell:
    """Return a number that ought to be zero, under a red lamp where it is not."""
    return lamp("stop", Words(str(count)), count) if count else Cell("0")


def percent(part: int, whole: int) -> Cell:
    """Return a share in per cent, to two places: a share that is not 0 never reads as 0."""
    if not whole:
        return NOTHING
    share = 100 * part / whole
    told = "<0.01" if 0 < share < LEAST else f"{share:.2f}"
    return Cell(f"{plain(told)}%", f"{share:.4g}")


@lru_cache(maxsize=4096)
def bar(part: int, whole: int) -> Cell:
    """Return a share with a bar beside it; an empty one beside 0, so that figures stay in line."""
    share = percent(part, whole)
    if share is NOTHING:
        return share
    if not part:
        return Cell("0<span class=bar></span>", "0", "mild")
    width = round(100 * part / whole)
    return Cell(f'{share.html}<span class=bar><i style="width:{width}%"></i></span>', share.key)


@lru_cache(maxsize=1024)
def lamp(kind: str, words: Words, rank: int = 0) -> Cell:
    """Return a lamp: a shape and a colour by its kind, and always its word."""
    return Cell(f'<span class="lamp {plain(kind)}">{said(words)}</span>', str(rank))


def link(href: str, words: Words | str) -> Cell:
    """Return a link to a page of the report."""
    return Cell(f'<a href="{plain(href)}">{said(words)}</a>')


def code(value: str) -> Cell:
    """Return a code, an identifier or a path."""
    return Cell(f"<code>{plain(value)}</code>")


def moment(value: str | None, zone: ZoneInfo) -> Cell:
    """Return a moment of the ledgers on the city's wall clock, to the minute."""
    if not value:
        return NOTHING
    local = datetime.fromisoformat(value)
    local = local.astimezone(zone) if local.tzinfo else local
    return Cell(f"<time>{local:%Y-%m-%d %H:%M}</time>")


def stacked(first: Cell, second: Cell | str) -> Cell:
    """Return two things one below the other, the second smaller; sorted by the first."""
    below = second.html if isinstance(second, Cell) else plain(second)
    return Cell(f"{first.html}<span class=sub>{below}</span>", first.key)
