"""The base rhythm: two deliveries a day of every resource, in bulk, as the ledgers have them.

Belongs here: receipts, verdicts, rule results and outcomes of deliveries that bring what came
before. Keep out: deliveries that are taken the real way (`acts`). Eight thousand of those would
take an hour.
Nothing is invented: what the ledgers say of the newest real delivery of a resource is said again
of further ones, under other names and at other moments, in one commit for each ledger. It is
remembered, so that a ledger of thousands is read only when something real came in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landing.repeats import REPEATS, Repeat
from register.landed import landed
from register.outcomes import OUTCOMES
from register.receipts import write_receipt
from register.rule_results import RULE_RESULTS, Origin
from register.verdicts import VERDICTS
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["deliver_again", "say_again"]


@dataclass(frozen=True)
class _Again:
    """Deliveries of one resource that bring what `model` brought."""

    ref: str
    model: str
    names: Sequence[str]
    sequences: Sequence[int]
    moments: Sequence[str]


Said = dict[tuple[str, str, str], pa.Table]
"""Ledger, resource and delivery → the rows of the ledger that speak of it."""


def deliver_again(layout: Layout, moments: Mapping[str, Sequence[datetime]], said: Said) -> int:
    """Write that resources brought the same records at these moments; return how many came.

    `said` is what is known of the newest deliveries, and is afterwards.
    """
    made = [_landed(layout, ref, some) for ref, some in moments.items() if some]
    if not made:
        return 0
    for ledger, moment in (
        (VERDICTS, "judged_at"), (RULE_RESULTS, "judged_at"), (OUTCOMES, "recorded_at")
    ):  # fmt: skip
        _record(layout, ledger, moment, made, said)
    return sum(len(one.names) for one in made)


def _landed(layout: Layout, ref: str, moments: Sequence[datetime]) -> _Again:
    """Write a receipt for each delivery."""
    newest = landed(layout, ref).newest
    assert newest
    said = [one.isoformat() for one in moments]
    sequences = [newest.sequence + place for place in range(1, len(said) + 1)]
    digests = [f"{sequence:064x}"[::-1] for sequence in sequences]
    names = [f"{place:06}-{digest[:12]}" for place, digest in zip(sequences, digests, strict=True)]
    for name, sequence, digest, at in zip(names, sequences, digests, said, strict=True):
        path = layout.receipt(ref, name)
        path.parent.mkdir(parents=True)
        one = replace(
            newest, delivery=name, sequence=sequence, sha256=digest, landed_at=at, renamed=False
        )
        write_receipt(path, one)
    return _Again(ref, newest.delivery, names, sequences, said)


def _record(
    layout: Layout, ledger: Ledger[Any], moment: str, made: Sequence[_Again], said: Said
) -> None:
    if any((ledger.name, one.ref, one.model) not in said for one in made):
        known = ledger.table(layout)
        if ledger is RULE_RESULTS:  # what the clock said of the model it says of no other delivery
            known = known.filter(pc.equal(known["origin"], Origin.GATE.value))
        for one in made:
            about = pc.and_(
                pc.equal(known["resource"], one.ref), pc.equal(known["delivery"], one.model)
            )
            said[ledger.name, one.ref, one.model] = known.filter(about)
    rows = []
    for one in made:
        model = said.pop((ledger.name, one.ref, one.model))
        rows.append(_rows(model, moment, one))
        said[ledger.name, one.ref, one.names[-1]] = model
    ledger.record_rows(layout, pa.concat_tables(rows), f"again/{made[0].ref}/{made[0].names[0]}")


def _rows(model: pa.Table, moment: str, again: _Again) -> pa.Table:
    """Return the model's rows once for each delivery, with its name, its place and its moment."""
    times = model.num_rows
    assert times
    rows = model.take(pa.array([*range(times)] * len(again.names)))
    said = {"delivery": again.names, "sequence": again.sequences, moment: again.moments}
    for name, values in said.items():
        place = rows.schema.get_field_index(name)
        if place >= 0:
            cells = pa.array(
                [one for one in values for _ in range(times)], rows.schema.types[place]
            )
            rows = rows.set_column(place, rows.schema.field(place), cells)
    return rows


def say_again(layout: Layout, again: Sequence[tuple[str, datetime]]) -> int:
    """Write that resources delivered their newest file once more; the first of a day is told."""
    days = {(ref, at.date()): at for ref, at in reversed(again)}
    facts = [
        Repeat(
            ref.partition("/")[0],
            ref,
            landed(layout, ref).names[-1],
            day.isoformat(),
            at.isoformat(),
        )
        for (ref, day), at in days.items()
    ]
    if facts:
        once = f"again/{facts[0].resource}/{facts[0].day}"
        REPEATS.record_rows(layout, REPEATS.rows(facts), once)
    return len(again)
