"""Entries of the ledgers about one resource: verdicts, outcomes, held deliveries, approvals.

Belongs here: reading them once, of one resource or of all, and finding a delivery's entries. Keep
out: what follows from them (`register`).
Rows stay as they are stored, and become values one by one when asked for: of ten thousand
deliveries a turn looks at a few.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from register.approvals import APPROVALS, HELD, Approval, Held
from register.landed import in_order
from register.outcomes import OUTCOMES, Applied
from register.records import Outcome, Verdict, VerdictKind
from register.verdicts import VERDICTS, standing
from storage.delta.tables import table_id
from storage.layout import Layout
from storage.places.object_path import Place

Fact = TypeVar("Fact", Held, Approval)

__all__ = ["Entries", "Stored", "entries_of", "entries_of_all"]

_VERDICT = tuple(name for name in VERDICTS.shape.names if name != "gx_result")
"""Single rules and the engine's results are long, and nothing that follows asks for them."""


@dataclass(frozen=True)
class Stored:
    """The ledgers' rows about one resource, as they stood when they were read.

    `table` is where the authoritative table lies that the outcomes may speak of.
    """

    table: Place
    verdicts: pa.Table
    outcomes: pa.Table
    held: tuple[Held, ...]
    approvals: Mapping[str, Approval]
    """Delivery → its recorded approval."""

    @cached_property
    def kinds(self) -> Mapping[str, VerdictKind]:
        """Return delivery → what the gate said of it."""
        kinds = {one.value: one for one in VerdictKind}
        said = map(kinds.__getitem__, self.verdicts["kind"].to_pylist())
        return dict(zip(self._judged, said, strict=True))

    @cached_property
    def passed(self) -> tuple[str, ...]:
        """Return the deliveries that passed, in order."""
        passed = self.verdicts.filter(pc.equal(self.verdicts["kind"], VerdictKind.PASSED.value))
        return in_order(passed["delivery"].to_pylist())

    @cached_property
    def told(self) -> frozenset[str]:
        """Return the deliveries that have an outcome."""
        return frozenset(self._outcomes)

    def verdict(self, delivery: str) -> Verdict | None:
        """Return the verdict that stands on a delivery."""
        place = self._judged.get(delivery)
        return None if place is None else VERDICTS.fact(_row(self.verdicts, place))

    def outcome(self, delivery: str) -> Outcome | None:
        """Return the last outcome of a delivery."""
        place = self._outcomes.get(delivery)
        return None if place is None else OUTCOMES.fact(_row(self.outcomes, place)).outcome

    @cached_property
    def applied(self) -> frozenset[str]:
        """Return the deliveries that were applied to the very table that is there now."""
        present = table_id(self.table)
        if present is None:
            return frozenset()
        mine = self.outcomes.filter(pc.equal(self.outcomes["table_id"], present))
        return frozenset(mine["delivery"].to_pylist())

    @cached_property
    def _judged(self) -> Mapping[str, int]:
        return _places(self.verdicts)

    @cached_property
    def _outcomes(self) -> Mapping[str, int]:
        return _places(self.outcomes)


@dataclass(frozen=True)
class Entries:
    """What the ledgers say of one resource: as it was read, and what was recorded since."""

    stored: Stored
    judged: Mapping[str, Verdict] = field(default_factory=dict)
    """Verdicts that were recorded since, by delivery."""
    done: Mapping[str, Outcome] = field(default_factory=dict)
    """Outcomes that were recorded since, by delivery."""

    @property
    def held(self) -> tuple[Held, ...]:
        """Return everything that ever waited, in order."""
        return self.stored.held

    @property
    def approvals(self) -> Mapping[str, Approval]:
        """Return delivery → its recorded approval."""
        return self.stored.approvals

    @cached_property
    def kinds(self) -> Mapping[str, VerdictKind]:
        """Return delivery → what the gate said of it."""
        return {**self.stored.kinds, **{name: one.kind for name, one in self.judged.items()}}

    @cached_property
    def passed(self) -> tuple[str, ...]:
        """Return the deliveries that passed, in order."""
        before = self.stored.passed
        if self.judged.keys() & self.stored.kinds.keys():  # a verdict that was changed by decision
            before = tuple(name for name in before if name not in self.judged)
        now = [name for name, one in self.judged.items() if one.kind is VerdictKind.PASSED]
        return in_order((*before, *now)) if now else before

    @cached_property
    def told(self) -> frozenset[str]:
        """Return the deliveries that have an outcome, whatever the table it speaks of."""
        return self.stored.told | self.done.keys()

    def verdict(self, delivery: str) -> Verdict | None:
        """Return the verdict that stands on a delivery."""
        return self.judged.get(delivery) or self.stored.verdict(delivery)

    @cached_property
    def applied(self) -> frozenset[str]:
        """Return the deliveries that the authoritative table holds."""
        passed = (n for n, one in self.done.items() if one.verdict is VerdictKind.PASSED)
        return self.stored.applied.union(passed)

    @property
    def newest_outcome(self) -> Applied | None:
        """Return the outcome of the newest delivery that had one when the ledgers were read."""
        rows = self.stored.outcomes
        return OUTCOMES.fact(_row(rows, rows.num_rows - 1)) if rows.num_rows else None

    def outcome(self, delivery: str) -> Outcome | None:
        """Return the last outcome of a delivery."""
        return self.done.get(delivery) or self.stored.outcome(delivery)

    def with_verdicts(self, judged: Sequence[Verdict]) -> Entries:
        """Return the entries with verdicts that were recorded just now."""
        return replace(self, judged={**self.judged, **{one.delivery: one for one in judged}})

    def with_outcomes(self, done: Sequence[Outcome]) -> Entries:
        """Return the entries with outcomes that were recorded just now."""
        return replace(self, done={**self.done, **{one.delivery: one for one in done}})


def entries_of(layout: Layout, ref: str) -> Entries:
    """Read every ledger once, of one resource."""
    approvals = {one.delivery: one for one in APPROVALS.read(layout, ref)}
    verdicts = standing(VERDICTS.table(layout, ref, _VERDICT))
    outcomes, held = OUTCOMES.table(layout, ref), HELD.read(layout, ref)
    return Entries(Stored(layout.authoritative(ref), verdicts, outcomes, held, approvals))


def entries_of_all(layout: Layout, refs: Iterable[str]) -> Mapping[str, Entries]:
    """Read every ledger once, for all resources together."""
    read = _parted.of(
        VERDICTS.table(layout, columns=_VERDICT),
        OUTCOMES.table(layout),
        HELD.table(layout),
        APPROVALS.table(layout),
    )
    return {
        ref: Entries(
            Stored(
                layout.authoritative(ref),
                read.verdicts.get(ref, _VERDICTS),
                read.outcomes.get(ref, _OUTCOMES),
                tuple(read.held.get(ref, ())),
                {one.delivery: one for one in read.approvals.get(ref, ())},
            )
        )
        for ref in refs
    }


@dataclass(frozen=True)
class _Parts:
    """Rows of the ledgers, by resource."""

    verdicts: Mapping[str, pa.Table]
    outcomes: Mapping[str, pa.Table]
    held: Mapping[str, Sequence[Held]]
    approvals: Mapping[str, Sequence[Approval]]


class _Parted:
    """What was parted last: a run opens all registers half a dozen times, mostly of the same rows.

    The very tables are the key: whoever reads a ledger that did not change is given the same one.
    """

    def __init__(self) -> None:
        self._last: tuple[tuple[pa.Table, ...], _Parts] | None = None

    def of(self, *tables: pa.Table) -> _Parts:
        """Return the rows of verdicts, outcomes, held deliveries and approvals in their parts."""
        last = self._last
        if last is not None and all(map(operator.is_, last[0], tables)):
            return last[1]
        verdicts, outcomes, held, approvals = tables
        found = _Parts(
            _by_resource(standing(verdicts)),
            _by_resource(outcomes),
            _gathered(map(HELD.fact, held.to_pylist())),
            _gathered(map(APPROVALS.fact, approvals.to_pylist())),
        )
        self._last = tables, found
        return found


_parted = _Parted()


def _gathered(facts: Iterable[Fact]) -> Mapping[str, Sequence[Fact]]:
    found: dict[str, list[Fact]] = {}
    for one in facts:
        found.setdefault(one.resource, []).append(one)
    return found


_VERDICTS, _OUTCOMES = VERDICTS.rows(()).select(_VERDICT), OUTCOMES.rows(())


def _by_resource(rows: pa.Table) -> dict[str, pa.Table]:
    """Part rows that are sorted by resource, without copying any."""
    found, start = {}, 0
    counted = pc.value_counts(rows["resource"].combine_chunks()).to_pylist()
    for one in counted:  # in the order of first appearance
        found[one["values"]] = rows.slice(start, one["counts"])
        start += one["counts"]
    return found


def _places(rows: pa.Table) -> Mapping[str, int]:
    """Return delivery → the place of its last row."""
    return dict(zip(rows["delivery"].to_pylist(), range(rows.num_rows), strict=True))


def _row(rows: pa.Table, place: int) -> Mapping[str, object]:
    (row,) = rows.slice(place, 1).to_pylist()
    return dict(row)
