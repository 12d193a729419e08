"""Facts as of an earlier day: what ledgers and registers held before a moment.

Belongs here: leaving out what came later, and a table as it was then, by Delta's time travel. Keep
out: reading what there is now (`city`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from outlets.reports.facts.results import Results
from outlets.reports.facts.stored import Stored, stored_of
from register.entries import Entries
from register.register import Register
from storage.delta.tables import snapshot
from storage.engines.connection import end_if_interrupted
from storage.layout import Layout
from storage.moments import between

__all__ = ["register_until", "results_until", "stored_until"]


def register_until(register: Register, until: datetime) -> Register:
    """Return what had become of a resource's deliveries before a moment."""
    said, stored = register.landed.said, register.entries.stored
    names = tuple(name for name in register.landed.names if _before(said[name].landed_at, until))
    entries = replace(
        stored,
        verdicts=_until(stored.verdicts, "judged_at", until),
        outcomes=_until(stored.outcomes, "recorded_at", until),
        held=tuple(one for one in stored.held if _before(one.at, until)),
        approvals={name: one for name, one in stored.approvals.items() if _before(one.at, until)},
    )
    landed = replace(register.landed, names=names)
    return replace(register, landed=landed, entries=Entries(entries))


def results_until(results: Results, until: datetime) -> Results:
    """Return what rules had said before a moment."""
    return Results(_until(results.rows, "judged_at", until))


def stored_until(layout: Layout, then: Register) -> Stored:
    """Return what was stored of a resource, as its last outcome then left it.

    A version whose files were removed since has no count of rows any more.
    """
    outcomes = then.entries.stored.outcomes
    versions = outcomes.filter(outcomes["applied"])["table_version"].to_pylist()
    if not versions:
        return Stored()
    try:
        table = snapshot(layout.authoritative(then.ref), versions[-1])
    except Exception as error:  # noqa: BLE001 - history that is gone is told as a dash
        end_if_interrupted(error)
        return Stored(version=versions[-1])
    return replace(stored_of(table), version=versions[-1])


def _until(rows: pa.Table, column: str, until: datetime) -> pa.Table:
    return between(rows, column, end=until) if rows.num_rows else rows


def _before(moment: str, until: datetime) -> bool:
    return datetime.fromisoformat(moment) < until
