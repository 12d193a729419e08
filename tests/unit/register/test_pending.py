"""Behaviour of what waits: a delivery is over when the ledger says so of this very table."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from register.applied import pending
from register.records import Verdict, VerdictKind
from storage.delta.tables import table_id
from storage.layout import Layout
from tests.cities.tables import apply, bench, city, delivery, someone, stored

PERSON = "civil/person"


@dataclass(frozen=True)
class Row:
    """A row of the deliveries ledger, as far as `pending` looks."""

    delivery: str
    table_id: str | None


def test_a_removed_table_is_made_again_from_what_passed(tmp_path: Path) -> None:
    """The ledger counts for the very table only: without it, everything waits again."""
    layout, catalog = Layout(tmp_path), city()
    batches = {n: [someone(i, visits=i % n) for i in range(n, n + 12)] for n in (1, 2, 4)}
    verdicts = [_verdict(n, VerdictKind.PASSED) for n in (4, 1, 2)]
    verdicts += [_verdict(3, VerdictKind.REJECTED)]
    with bench(tmp_path) as con:

        def take(waiting: tuple[Verdict, ...]) -> list[Row]:
            done = [
                (
                    one,
                    apply(
                        con, layout, catalog, delivery(PERSON, one.sequence), batches[one.sequence]
                    ),
                )
                for one in waiting
            ]
            return [Row(one.delivery, promotion.table_id) for one, promotion in done]

        waiting = pending(layout, PERSON, verdicts, [])
        assert [one.sequence for one in waiting] == [1, 2, 4]
        recorded = take(waiting)
        before = stored(con, layout, catalog, PERSON)
        assert pending(layout, PERSON, verdicts, recorded) == ()
        assert [one.sequence for one in pending(layout, PERSON, verdicts, recorded[:2])] == [4]
        old = table_id(layout.authoritative(PERSON))
        shutil.rmtree(layout.authoritative(PERSON))
        waiting = pending(layout, PERSON, verdicts, recorded)
        assert [one.sequence for one in waiting] == [1, 2, 4]
        recorded += take(waiting)
        assert stored(con, layout, catalog, PERSON) == before
    assert table_id(layout.authoritative(PERSON)) != old
    assert pending(layout, PERSON, verdicts, recorded) == ()


def _verdict(sequence: int, kind: VerdictKind) -> Verdict:
    batch = delivery(PERSON, sequence).delivery
    return Verdict(PERSON, batch, sequence, kind, 12, 12, 0, (), (), "", "")
