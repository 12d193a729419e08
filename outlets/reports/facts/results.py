"""Rule results as pages ask for them: of a resource, of its deliveries, of its rules.

Belongs here: reading the ledger once, looking results up among its rows. Keep out: the ledger
(`register.rule_results`).
Rows stay columns until a page asks: of a thousand deliveries few are shown anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import takewhile
from typing import overload

import pyarrow as pa
import pyarrow.compute as pc

from outlets.reports.words import Words
from register.rule_results import RULE_RESULTS, rule_results
from storage.delta.table_shape import arrow_schema
from storage.layout import Layout

__all__ = ["SCHEMA", "Judged", "Judgements", "Results", "present_line", "read_results"]


@dataclass(frozen=True)
class Judged:
    """One rule on one delivery."""

    delivery: str | None
    """None where a recheck or the clock asked."""
    rule: str
    fingerprint: str
    wording: str
    wording_en: str
    dimension: str
    level: str
    clause: str
    judged: int
    failing: int
    passed: bool
    judged_at: str
    origin: str
    partitions: str | None = None

    @property
    def words(self) -> Words:
        """Return the rule in the words by which it judged."""
        return Words(self.wording, self.wording_en)

    @property
    def share(self) -> float:
        """Return the share of records that failed, between 0 and 1."""
        return self.failing / self.judged if self.judged else float(not self.passed)


class Judgements(Sequence[Judged]):
    """One rule's results in their order, the newest last; each is a row until it is asked for."""

    def __init__(self, rows: pa.Table, places: Sequence[int]) -> None:
        """Stand for some rows of a table."""
        self._rows, self._places = rows, places

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Judged: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Judged, ...]: ...
    def __getitem__(self, place: int | slice) -> Judged | tuple[Judged, ...]:
        """Return one of them, or some that follow one another."""
        if isinstance(place, slice):
            return _facts(self._rows.take(pa.array(self._places[place], pa.int64())))
        return _facts(self._rows.slice(self._places[place], 1))[0]

    def __iter__(self) -> Iterator[Judged]:
        """Yield all of them."""
        return iter(self[:])

    def __reversed__(self) -> Iterator[Judged]:
        """Yield all of them, the newest first."""
        return reversed(self[:])


@dataclass(frozen=True)
class Results:
    """What the rules of one resource said, in the order in which they judged."""

    rows: pa.Table

    @classmethod
    def none(cls) -> Results:
        """Return the results of a resource that nothing was judged of."""
        return cls(SCHEMA.empty_table())

    @cached_property
    def stamp(self) -> str:
        """Return what changes whenever a result is added."""
        newest = self.rows["judged_at"][-1].as_py() if self.rows.num_rows else ""
        return f"{self.rows.num_rows}@{newest}"

    def stamp_of(self, delivery: str) -> str:
        """Return what changes whenever a result of one delivery is added."""
        start, count = self._places.get(delivery, (0, 0))
        return f"{count}@{self.rows['judged_at'][start + count - 1].as_py() if count else ''}"

    def of_delivery(self, delivery: str) -> tuple[Judged, ...]:
        """Return the results of one delivery, as the rules are reported."""
        start, count = self._places.get(delivery, (0, 0))
        return _facts(self.rows.slice(start, count))

    @cached_property
    def of_rules(self) -> Mapping[str, Judgements]:
        """Return rule → its results, the newest last."""
        found: dict[str, list[int]] = {}
        for place, rule in enumerate(self.rows["rule"].to_pylist()):
            found.setdefault(rule, []).append(place)
        return {rule: Judgements(self.rows, places) for rule, places in found.items()}

    def failing_since(self, day: str) -> Mapping[str, tuple[Judged, ...]]:
        """Return rule → its results since a day that found anything."""
        if day not in self._failing:
            lately = pc.greater_equal(self.rows["judged_at"], day)
            rows = self.rows.filter(pc.and_(lately, pc.greater(self.rows["failing"], 0)))
            found: dict[str, list[Judged]] = {}
            for one in _facts(rows):
                found.setdefault(one.rule, []).append(one)
            self._failing[day] = {rule: tuple(results) for rule, results in found.items()}
        return self._failing[day]

    @cached_property
    def rechecked(self) -> tuple[str, Mapping[str, int]] | None:
        """Return when stored rows were asked last, and what failed then in each partition.

        A record counts once for each rule that it fails. None where no partition was ever asked.
        """
        asked = self.rows.filter(pc.is_valid(self.rows["partitions"]))
        if not asked.num_rows:
            return None
        at = pc.max(asked["judged_at"])
        total: Counter[str] = Counter()
        for one in asked.filter(pc.equal(asked["judged_at"], at))["partitions"].to_pylist():
            total.update(json.loads(one))
        return str(at), total

    @cached_property
    def _failing(self) -> dict[str, Mapping[str, tuple[Judged, ...]]]:
        """Return what several pages ask for: day → results since."""
        return {}

    @cached_property
    def _places(self) -> Mapping[str, tuple[int, int]]:
        """Return delivery → where its results begin, and how many there are."""
        found: dict[str, tuple[int, int]] = {}
        for place, name in enumerate(self.rows["delivery"].to_pylist()):
            start, count = found.get(name, (place, 0))
            found[name] = (start, count + 1)
        return found


def present_line(results: Sequence[Judged]) -> tuple[Judged, ...]:
    """Return a rule's judgements by its present definition; by another it asked something else."""
    line = takewhile(lambda one: one.fingerprint == results[-1].fingerprint, reversed(results))
    return tuple(reversed([*line]))


def read_results(layout: Layout) -> Mapping[str, Results]:
    """Return resource → its results, in the order in which they were judged."""
    order = [(name, "ascending") for name in ("resource", "judged_at", "delivery")]
    rows = rule_results(layout)
    lying = rows.sort_by(order) if rows.num_rows else rows
    found: dict[str, Results] = {}
    start = 0
    for one in lying["resource"].combine_chunks().value_counts().to_pylist():
        found[one["values"]] = Results(lying.slice(start, one["counts"]))
        start += one["counts"]
    return found


_COLUMNS = tuple(one.name for one in fields(Judged))
SCHEMA = arrow_schema(RULE_RESULTS.shape.columns)
"""Of the rows that results are made of."""


def _facts(rows: pa.Table) -> tuple[Judged, ...]:
    cells = [rows[name].to_pylist() for name in _COLUMNS]
    return tuple(Judged(*row) for row in zip(*cells, strict=True))
