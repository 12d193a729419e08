"""Tracing: which copy a file that turned up is, or is a part of, from the file alone (五(十)).

Belongs here: the three ways of telling, and how sure each is. Keep out: reading the file
(`found_files`), how copies are marked (`watermark`).

The digest tells a file that nobody touched; the mark in its metadata one that was renamed or
edited. The order of its rows tells the rest: of a file that is not ours the distinct values of a
column stand in some order, and under the key of a copy each of their orders is as likely as any
other. `n` values in ascending order then come about once in `n!`, and of `m` pairs of neighbours
`k` ascend no oftener than Chernoff's bound says. Both are multiplied by the number of all tests
made; a copy is named only where less than `BOUND` is left. Sorting the rows takes this away.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import exp, lgamma, log
from typing import Any

import polars as pl

from catalog_specs.vocabulary import Term
from governance.keys import KeyRing
from outlets.handover.watermark import cell_text, copy_key, keyed, mark, row_text, version_of
from register.copies import Copy

__all__ = ["BOUND", "MOST_VALUES", "Evidence", "Seen", "Trace", "chance_of", "trace", "unmarked"]

BOUND = 1e-9
"""The chance, at most, that a file which is no copy of ours is said to be one."""
MOST_VALUES = 4_000
"""Values of a column that are looked at; a few hundred are more than enough."""
_TEXT = "text"


class Evidence(Term):
    """By what a copy was known."""

    DIGEST = ("digest", "文件摘要")
    MARK = ("mark", "元数据标记")
    ORDER = ("order", "行序水印")


@dataclass(frozen=True)
class Seen:
    """What a file shows: its digest, the marks in it, and its first rows in their order."""

    sha256: str
    marks: tuple[str, ...] = ()
    rows: pl.DataFrame | None = None


@dataclass(frozen=True)
class Trace:
    """A copy that the file is, by what it was known, and the chance that this is a mistake."""

    copy: str
    grant: str
    consumer: str
    evidence: Evidence
    chance: float
    values: int = 0
    """How many distinct values stood in the order of the copy."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def trace(seen: Seen, copies: Sequence[Copy], keys: KeyRing) -> tuple[Trace, ...]:
    """Return the copies that a file is, or is a part of, the surest first; none is a true answer.

    Copies whose version of the master key is gone are known by their digest alone: see `unmarked`.

    Raises:
        SettingsError: copies are marked, and the master key is missing.
    """
    same = [one for one in copies if seen.sha256 in (one.sha256, *one.files)]
    if same:
        return tuple(_told(one, Evidence.DIGEST, 0.0) for one in same)
    marked = [one for one in copies if _made_with(one, keys)]
    carried = [
        one
        for one in marked
        if any(hmac.compare_digest(_mark(one, keys), found) for found in seen.marks)
    ]
    if carried:
        return tuple(_told(one, Evidence.MARK, 2.0**-128) for one in carried)
    return _by_order(seen.rows, marked, keys) if seen.rows is not None else ()


def unmarked(copies: Sequence[Copy], keys: KeyRing) -> int:
    """Return how many copies were marked with a version of the master key that is gone."""
    return sum(
        version_of(one.watermark) is not None and not _made_with(one, keys) for one in copies
    )


def _made_with(copy: Copy, keys: KeyRing) -> bool:
    version = version_of(copy.watermark)
    return version is not None and keys.has(version)


def chance_of(ascending: Sequence[bool]) -> float:
    """Return the logarithm of a bound for the chance that an order ascends as far by accident.

    `ascending` says of each two neighbours, of distinct values in random order, whether the second
    comes after the first. Twice the lesser of two bounds is a bound.
    """
    pairs = ascending[::2]  # every value is in one pair, so that the pairs know nothing of another
    rate = sum(pairs) / len(pairs) if pairs else 0.0
    chernoff = 0.0
    if rate > 0.5:  # noqa: PLR2004 - a coin
        entropy = sum(part * log(part) for part in (rate, 1 - rate) if part)
        chernoff = -len(pairs) * (log(2) + entropy)
    whole = -lgamma(len(ascending) + 2) if all(ascending) else 0.0
    return min(0.0, log(2) + min(chernoff, whole))


def _by_order(rows: pl.DataFrame, copies: Sequence[Copy], keys: KeyRing) -> tuple[Trace, ...]:
    texts = list(_columns(rows))
    tests = max(1, len(copies) * len(texts))
    found = []
    stacked = pl.DataFrame({_TEXT: pl.concat(texts)}) if texts else pl.DataFrame({_TEXT: []})
    for one in copies if texts else ():
        key = copy_key(keys, one.copy, version_of(one.watermark))
        ranks = stacked.select(keyed(pl.col(_TEXT), key)).to_series()
        chance, values = min(_tested(ranks, texts))
        sure = exp(min(0.0, chance + log(tests)))
        if sure <= BOUND:
            found.append(_told(one, Evidence.ORDER, sure, values))
    return tuple(sorted(found, key=lambda told: told.chance))


def _tested(ranks: pl.Series, texts: Sequence[pl.Series]) -> Iterator[tuple[float, int]]:
    """Yield for each column the chance of its order, and how many values it was told from."""
    start = 0
    for text in texts:
        part = ranks.slice(start, len(text))
        start += len(text)
        ascending = (part.slice(1) > part.slice(0, len(text) - 1)).to_list()
        yield chance_of(ascending), len(text)


def _columns(rows: pl.DataFrame) -> Iterator[pl.Series]:
    """Yield the distinct texts of every column, and of whole rows, in the order of the file."""
    every = [cell_text(name, kind) for name, kind in rows.schema.items()]
    for text in (*every, row_text(rows.schema)):
        found = rows.lazy().select(text.alias(_TEXT)).filter(pl.col(_TEXT) != "")
        distinct = found.unique(maintain_order=True).head(MOST_VALUES).collect().to_series()
        if len(distinct) > 1:
            yield distinct


def _mark(copy: Copy, keys: KeyRing) -> str:
    return mark(copy_key(keys, copy.copy, version_of(copy.watermark)), copy.copy)


def _told(copy: Copy, evidence: Evidence, chance: float, values: int = 0) -> Trace:
    return Trace(copy.copy, copy.grant, copy.consumer, evidence, chance, values)
