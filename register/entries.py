"""Entries of the ledgers about one resource: verdicts, outcomes, held deliveries, approvals.

Belongs here: reading them once, of one resource or of all, and finding a delivery's entries. Keep
out: what follows from them (`register`).
Rows stay as they are stored, and become values one by one when asked for: of ten thousand
deliveries a turn looks at a few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from register.approvals import APPROVALS, HELD, Approval, Held
from register.outcomes import OUTCOMES, Applied
from register.records import Verdict, VerdictKind
from register.verdicts import VERDICTS, standing
from storage.layout import Layout

__all__ = ["Entries", "entries_of", "entries_of_all"]

_VERDICT = tuple(name for name in VERDICTS.shape.names if name not in {"rules", "gx_result"})
"""Single rules and the engine's results are long, and nothing that follows asks for them."""


@dataclass(frozen=True)
class Entries:
    """The ledgers' rows about one resource, as they stood when they were read."""

    verdicts: pa.Table
    outcomes: pa.Table
    held: tuple[Held, ...]
    """Everything that ever waited, in order."""
    approvals: Mapping[str, Approval]
    """Delivery → its recorded approval."""

    @cached_property
    def kinds(self) -> Mapping[str, VerdictKind]:
        """Return delivery → what the gate said of it, in the order of the ledger."""
        kinds = map(VerdictKind, self._verdicts["kind"].to_pylist())
        return dict(zip(self._judged, kinds, strict=True))

    @cached_property
    def told(self) -> frozenset[str]:
        """Return the deliveries that have an outcome, whatever the table it speaks of."""
        return frozenset(self.outcomes["delivery"].to_pylist())

    def verdict(self, delivery: str) -> Verdict | None:
        """Return the verdict that stands on a delivery, without its single rules."""
        place = self._judged.get(delivery)
        return None if place is None else VERDICTS.fact(_row(self._verdicts, place))

    def outcome(self, delivery: str) -> Applied | None:
        """Return the last outcome of a delivery."""
        place = self._outcomes.get(delivery)
        return None if place is None else OUTCOMES.fact(_row(self.outcomes, place))

    @property
    def newest_outcome(self) -> Applied | None:
        """Return the outcome of the newest delivery that has one."""
        last = self.outcomes.num_rows - 1
        return OUTCOMES.fact(_row(self.outcomes, last)) if last >= 0 else None

    def applied_to(self, table_id: str | None) -> frozenset[str]:
        """Return the deliveries that were applied to this very table; none without a table."""
        if table_id is None:
            return frozenset()
        mine = self.outcomes.filter(pc.equal(self.outcomes["table_id"], table_id))
        return frozenset(mine["delivery"].to_pylist())

    def with_verdicts(self, judged: Sequence[Verdict]) -> Entries:
        """Return the entries with verdicts that were recorded since."""
        rows = VERDICTS.rows(judged).select(self.verdicts.column_names)
        return replace(self, verdicts=pa.concat_tables([self.verdicts, rows]))

    def with_outcomes(self, done: Sequence[Applied]) -> Entries:
        """Return the entries with outcomes that were recorded since."""
        return replace(self, outcomes=pa.concat_tables([self.outcomes, OUTCOMES.rows(done)]))

    @cached_property
    def _verdicts(self) -> pa.Table:
        return standing(self.verdicts)

    @cached_property
    def _judged(self) -> Mapping[str, int]:
        return {name: n for n, name in enumerate(self._verdicts["delivery"].to_pylist())}

    @cached_property
    def _outcomes(self) -> Mapping[str, int]:
        return {name: n for n, name in enumerate(self.outcomes["delivery"].to_pylist())}


def entries_of(layout: Layout, ref: str) -> Entries:
    """Read every ledger once, of one resource."""
    return Entries(
        VERDICTS.table(layout, ref, _VERDICT),
        OUTCOMES.table(layout, ref),
        HELD.read(layout, ref),
        {one.delivery: one for one in APPROVALS.read(layout, ref)},
    )


def entries_of_all(layout: Layout, refs: Iterable[str]) -> Mapping[str, Entries]:
    """Read every ledger once, for all resources together."""
    verdicts = _parted(VERDICTS.table(layout, columns=_VERDICT))
    outcomes = _parted(OUTCOMES.table(layout))
    held, approvals = HELD.read(layout), APPROVALS.read(layout)
    return {
        ref: Entries(
            verdicts.get(ref, _VERDICTS),
            outcomes.get(ref, _OUTCOMES),
            tuple(one for one in held if one.resource == ref),
            {one.delivery: one for one in approvals if one.resource == ref},
        )
        for ref in refs
    }


_VERDICTS, _OUTCOMES = VERDICTS.rows(()).select(_VERDICT), OUTCOMES.rows(())


def _parted(rows: pa.Table) -> dict[str, pa.Table]:
    """Part rows that are sorted by resource, without copying any."""
    found, start = {}, 0
    counted = pc.value_counts(rows["resource"].combine_chunks()).to_pylist()
    for one in counted:  # in the order of first appearance
        found[one["values"]] = rows.slice(start, one["counts"])
        start += one["counts"]
    return found


def _row(rows: pa.Table, place: int) -> Mapping[str, object]:
    (row,) = rows.slice(place, 1).to_pylist()
    return dict(row)
