"""Promotion in order: what passed is applied once, what is held stops what follows."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from catalog_specs.errors import CheckError
from flow.city import City
from flow.promotion import promote_pending
from flow.stops import opened_gate
from quality.gate.gate import Gate
from register.approvals import APPROVALS, HELD, Answer, Approval
from register.outcomes import OUTCOMES
from register.records import Delivery, Outcome, VerdictKind
from register.verdicts import verdicts
from storage.delta.tables import commits, version
from storage.layout import Layout
from tests.city import FIRM, NOW, PERSON, VISIT
from tests.city.by_hand import ByHand
from tests.city.homes import KEYS
from tests.city.records import person_id
from tests.city.resources import catalog_of

BAD = ("some:rule",)
CASE = "批〔2026〕1号"
PASSED, REJECTED, HELD_VERDICT = VerdictKind.PASSED, VerdictKind.REJECTED, VerdictKind.HELD


def hand(folder: Path, ref: str) -> ByHand:
    """Return an empty home."""
    return ByHand(Layout(folder), catalog_of(), ref)


@contextmanager
def at_work(home: ByHand) -> Iterator[tuple[City, Gate]]:
    """Yield the city over a home, and its gate."""
    made = City(home.catalog, home.layout, KEYS, lambda: NOW, actor="收数岗")
    with opened_gate(made) as gate:
        yield made, gate


def promoted(home: ByHand) -> tuple[Outcome, ...]:
    """Promote what is pending, as the register stands now."""
    with at_work(home) as (made, gate):
        return promote_pending(made, gate, home.register())


def told(outcomes: Sequence[Outcome]) -> list[tuple[int, VerdictKind, tuple[str, ...]]]:
    """Return sequence, verdict and reasons of each outcome."""
    return [(int(one.delivery[:6]), one.verdict, one.reasons) for one in outcomes]


def people(numbers: Sequence[int], **changed: str) -> list[dict[str, Any]]:
    """Return persons by their numbers."""
    return [{"resident_id": person_id(n), "name": f"人{n}", **changed} for n in numbers]


def stored(home: ByHand) -> pl.DataFrame:
    """Return the authoritative rows."""
    return pl.read_delta(str(home.layout.authoritative(home.ref)))


def answer(home: ByHand, one: Delivery, said: Answer) -> None:
    """Record an approval, or its refusal."""
    approval = Approval(home.ref, one.delivery, CASE, "岗", said, NOW.isoformat())
    assert APPROVALS.record(home.layout, (approval,))


# ── in order, once ──────────────────────────────────────────────────────────────────────────────


def test_what_passed_is_applied_in_order_and_once(tmp_path: Path) -> None:
    """Each delivery has its outcome, from its verdict and from what it did to the table."""
    home = hand(tmp_path, PERSON)
    home.judge(home.land(*people(range(40))), {3: BAD})
    home.judge(home.land(*people(range(1, 41))))

    first, second = promoted(home)

    assert (first.delivered, first.accepted, first.quarantined) == (40, 39, 1)
    assert (first.inserted, first.deleted, second.inserted, second.deleted) == (39, 0, 2, 1)
    assert first.files == ("feed.csv",)
    assert stored(home).height == 40
    assert [one.outcome.delivery for one in OUTCOMES.read(home.layout)] == [*home.records]
    assert promoted(home) == ()
    assert version(home.layout.authoritative(PERSON)) == 1


def test_what_was_rejected_is_recorded_once_and_changes_nothing(tmp_path: Path) -> None:
    """With its reason; what has no verdict yet is not touched at all."""
    home = hand(tmp_path, PERSON)
    home.judge(home.land(*people(range(3))), dict.fromkeys((1, 2, 3), BAD), REJECTED, *BAD)
    home.land(*people(range(3)))

    assert told(promoted(home)) == [(1, REJECTED, BAD)]
    assert promoted(home) == ()
    assert version(home.layout.authoritative(PERSON)) is None


def test_a_commit_that_was_not_recorded_is_recorded_with_its_counts(tmp_path: Path) -> None:
    """A run was killed between the two: nothing is applied again, and the outcome says what was."""
    home = hand(tmp_path, VISIT)
    visit = {"visit_no": "1", "visit_day": "2024-01-01"}
    home.judge(home.land(*({**visit, "resident_id": str(n)} for n in range(5))), {2: BAD})
    before = promoted(home)
    shutil.rmtree(home.layout.ledger("deliveries"))

    after = promoted(home)

    assert [replace(one, seconds=0) for one in after] == [replace(one, seconds=0) for one in before]
    assert version(home.layout.authoritative(VISIT)) == 0


def test_a_table_that_was_removed_is_made_again(tmp_path: Path) -> None:
    """Every passed delivery is applied to the new one, and recorded as applied to it."""
    home = hand(tmp_path, PERSON)
    home.judge(home.land(*people(range(30))), {30: BAD})
    home.judge(home.land(*people(range(31))))
    promoted(home)
    before = stored(home)
    home.layout.authoritative(PERSON).rename(tmp_path / "aside")

    assert [kind for _, kind, _ in told(promoted(home))] == [PASSED, PASSED]
    assert stored(home).sort("resident_id").equals(before.sort("resident_id"))


@pytest.mark.parametrize("counted", [{1: BAD}, {1: BAD, 2: BAD, 3: BAD}])
def test_a_quarantine_that_disagrees_with_the_verdict_stops_it(
    tmp_path: Path, counted: dict[int, Sequence[str]]
) -> None:
    """Rows that a verdict quarantined are never applied because the record of them is gone."""
    home = hand(tmp_path, PERSON)
    one = home.judge(home.land(*people(range(5))), counted)
    home.layout.quarantine(PERSON).rename(tmp_path / "aside")
    home.quarantine(one, {2: BAD, 4: BAD})

    with pytest.raises(CheckError, match="holds 2 rows where the verdicts count"):
        promoted(home)

    assert version(home.layout.authoritative(PERSON)) is None
    assert OUTCOMES.read(home.layout) == ()


def test_every_record_of_any_history_is_accounted_for(tmp_path: Path) -> None:
    """Delivered is accepted and quarantined; accepted is inserted, updated and unchanged.

    And the table holds of every key what was accepted of it last.
    """
    source, home = random.Random(12), hand(tmp_path, VISIT)
    last: dict[str, str] = {}
    for number in range(8):
        keys = source.sample(range(60), source.randint(0, 50))
        records = [{"resident_id": str(n), "visit_no": "1", "visit_day": "2024-01-01",
                    "outcome": source.choice("甲乙丙")} for n in keys]  # fmt: skip
        failing = {n: BAD for n in range(1, len(keys) + 1) if source.random() < 0.3}
        rejected = number in {2, 5}
        if rejected:
            failing = dict.fromkeys(range(1, len(keys) + 1), BAD)
        home.judge(home.land(*records), failing, REJECTED if rejected else PASSED)
        last |= {one["resident_id"]: one["outcome"]
                 for row, one in enumerate(records, 1) if row not in failing}  # fmt: skip

    outcomes = promoted(home)

    assert sorted(one.delivery for one in outcomes) == [*home.records]
    for one in outcomes:
        assert one.delivered == one.accepted + one.quarantined
        applied = one.inserted + one.updated + one.unchanged
        assert (applied, one.deleted) == (one.accepted, 0)
    rows = stored(home).select("resident_id", "outcome").rows()
    assert sorted(rows) == sorted(last.items())


# ── the guard of snapshots ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def guarded(tmp_path: Path) -> ByHand:
    """Return a home with 30 persons, a snapshot of 20 that is pending, and one of 31 behind it."""
    home = hand(tmp_path, PERSON)
    home.judge(home.land(*people(range(30))))
    assert [one.inserted for one in promoted(home)] == [30]
    home.judge(home.land(*people(range(20))), {1: BAD})
    home.judge(home.land(*people(range(31))))
    return home


def test_a_snapshot_that_deletes_much_is_held_and_so_is_what_follows(guarded: ByHand) -> None:
    """Said every time, recorded once, and nothing is applied meanwhile."""
    first = guarded.register().pending[0]
    expected = [
        (2, HELD_VERDICT, ("snapshot_loss:10/30",)),
        (3, HELD_VERDICT, (f"behind:{first}",)),
    ]

    assert told(promoted(guarded)) == expected
    waits = HELD.read(guarded.layout)
    assert [(one.deleted, one.stored, one.behind) for one in waits] == [
        (10, 30, None),
        (0, 30, first),
    ]
    assert told(promoted(guarded)) == expected
    assert HELD.read(guarded.layout) == waits
    assert stored(guarded).height == 30
    assert len(OUTCOMES.read(guarded.layout)) == 1


def test_held_outcomes_count_what_their_verdicts_counted(guarded: ByHand) -> None:
    """The sums hold for what waits as for what was applied."""
    assert [(one.delivered, one.accepted, one.quarantined) for one in promoted(guarded)] == [
        (20, 19, 1),
        (31, 31, 0),
    ]


def test_an_approved_one_is_applied_under_its_document(guarded: ByHand) -> None:
    """What waited behind it goes on in its order; only the commit it is about names the case."""
    promoted(guarded)
    answer(guarded, guarded.register().landed.deliveries()[1], Answer.APPROVE)

    first, second = promoted(guarded)

    assert (first.deleted, first.verdict, second.inserted) == (10, PASSED, 11)
    assert stored(guarded).height == 31
    log = commits(guarded.layout.authoritative(PERSON))
    assert [one.get("approval") for one in log] == [None, CASE, None]


def test_a_refused_one_is_rejected_and_the_next_goes_on(guarded: ByHand) -> None:
    """All its rows are quarantined, its verdict is turned, and it is never asked about again."""
    promoted(guarded)
    second = guarded.register().landed.deliveries()[1]
    answer(guarded, second, Answer.REFUSE)

    refused, applied = promoted(guarded)

    assert told([refused, applied]) == [(2, REJECTED, ("GATE-108",)), (3, PASSED, ())]
    assert (refused.accepted, refused.quarantined) == (0, 20)
    kept = pl.read_delta(str(guarded.layout.quarantine(PERSON)))
    assert kept.filter(delivery=second.delivery).height == 20
    kinds = [one.kind for one in verdicts(guarded.layout, PERSON)]
    assert kinds == [PASSED, REJECTED, PASSED]
    assert promoted(guarded) == ()
    assert stored(guarded).height == 31


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [(19, 1, False), (20, 13, True), (100, 70, False), (100, 69, True)],
)
def test_small_tables_and_small_losses_are_not_held(
    tmp_path: Path,
    before: int,
    after: int,
    held: bool,
) -> None:
    """Below twenty rows no table is guarded; exactly the share that the profile allows may go."""
    home = hand(tmp_path, PERSON)
    assert home.catalog.profile.snapshot_loss.value == 30
    home.judge(home.land(*people(range(before))))
    home.judge(home.land(*people(range(after))))

    assert (promoted(home)[1].verdict is HELD_VERDICT) is held


def test_what_is_no_snapshot_is_never_held(tmp_path: Path) -> None:
    """A change feed may delete whatever it names: it says so itself."""
    home = hand(tmp_path, FIRM)
    firms = [{"uscc": str(n), "firm_name": "甲", "_op": "I", "_seq": "1"} for n in range(40)]
    home.judge(home.land(*firms))
    home.judge(home.land(*({**one, "_op": "D", "_seq": "2"} for one in firms)))

    assert [(one.inserted, one.deleted) for one in promoted(home)] == [(40, 0), (0, 40)]
