"""Behaviour of the register: a delivery's state from its folder, the ledgers and the table."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import register.landed
from catalog_specs.models.resource import Resource
from catalog_specs.rules.refusals import DeliveryRefusal
from register.approvals import APPROVALS, HELD, Answer, Approval, Held
from register.bundles import Bundle
from register.entries import Entries, Stored
from register.landed import UNINDEXED, landed
from register.outcomes import OUTCOMES, Applied, Promotion, record_outcomes
from register.receipts import read_receipt, write_receipt
from register.records import REPLAYED, Delivery, Outcome, VerdictKind
from register.register import Register, State, open_register, open_registers
from register.verdicts import VERDICTS, standing
from storage.delta.tables import table_id
from storage.layout import RECEIPT, Layout
from tests.city import NOW, PERSON, VISIT
from tests.city.registers import delivery, verdict_on
from tests.city.resources import catalog_of, person, visit
from tests.city.tables import apply, bench, someone, stored

REFUSED = DeliveryRefusal.MANY_DELETIONS
AT = NOW.isoformat()


def land(layout: Layout, one: Delivery) -> Delivery:
    """Put a delivery's receipt where landing would."""
    folder = layout.delivery(one.resource, one.delivery)
    folder.mkdir(parents=True)
    write_receipt(folder / RECEIPT, one)
    return one


def judge(layout: Layout, one: Delivery, kind: VerdictKind, *reasons: str) -> None:
    """Record a verdict."""
    assert VERDICTS.record(layout, (verdict_on(one, kind, *reasons),))


def outcome(one: Delivery, kind: VerdictKind = VerdictKind.PASSED) -> Outcome:
    """Return an outcome without figures."""
    department, _, resource = one.resource.partition("/")
    return Outcome(department, resource, one.delivery, one.files, verdict=kind)


def promote(layout: Layout, one: Delivery, table: str) -> None:
    """Record that a delivery was applied to a table."""
    done = Promotion(0, 0, 0, 0, table, one.sequence, committed=True)
    assert record_outcomes(layout, Bundle((one,)), [(outcome(one), done)], NOW)


def hold(layout: Layout, one: Delivery, behind: Delivery | None = None) -> None:
    """Record that a delivery waits."""
    name = behind.delivery if behind else None
    assert HELD.record(layout, (Held(one.resource, one.delivery, one.sequence, 9, 9, name, AT),))


def record_answer(layout: Layout, one: Delivery, answer: Answer) -> None:
    """Record an approval, or its refusal."""
    said = (Approval(one.resource, one.delivery, "批1", "岗", answer, AT),)
    assert APPROVALS.record(layout, said)


def make_table(home: Path, ref: str = PERSON) -> str:
    """Make an authoritative table and return its identity."""
    layout = Layout(home)
    with bench(home) as con:
        rows = [someone(1)] if ref == PERSON else []
        apply(con, layout, catalog_of(), delivery(ref, 1), rows)
    found = table_id(layout.authoritative(ref))
    assert found
    return found


def test_nothing_landed_is_an_empty_register(tmp_path: Path) -> None:
    """There is nothing to do, and no ledger has to exist."""
    register = open_register(Layout(tmp_path), person())
    assert register.idle
    assert (register.unjudged, register.pending, register.awaiting_approval) == ((), (), ())
    assert (register.newest_whole, register.newest_day, register.landed.newest) == (0, "", None)


Deed = Callable[[Layout, Delivery, Delivery, str], None]
PASSED, REJECTED = VerdictKind.PASSED, VerdictKind.REJECTED
STATES: dict[str, tuple[Sequence[Deed], State]] = {
    "landed": ((), State.LANDED),
    "judged, and its turn has not come": (
        (lambda layout, _, second, __: judge(layout, second, PASSED),),
        State.PASSED,
    ),
    "rejected": (
        (lambda layout, _, second, __: judge(layout, second, REJECTED, "GATE-101"),),
        State.REJECTED,
    ),
    "applied to the table": (
        (
            lambda layout, _, second, __: judge(layout, second, PASSED),
            lambda layout, _, second, table: promote(layout, second, table),
        ),
        State.APPLIED,
    ),
    "applied to a table that is gone": (
        (
            lambda layout, _, second, __: judge(layout, second, PASSED),
            lambda layout, _, second, __: promote(layout, second, "gone"),
        ),
        State.PASSED,
    ),
    "held": (
        (
            lambda layout, _, second, __: judge(layout, second, PASSED),
            lambda layout, _, second, __: hold(layout, second),
        ),
        State.HELD,
    ),
    "behind one that is held": (
        (
            lambda layout, _, second, __: judge(layout, second, PASSED),
            lambda layout, first, _, __: hold(layout, first),
            lambda layout, first, second, __: hold(layout, second, first),
        ),
        State.BEHIND,
    ),
    "behind one that has an answer": (
        (
            lambda layout, _, second, __: judge(layout, second, PASSED),
            lambda layout, first, _, __: hold(layout, first),
            lambda layout, first, second, __: hold(layout, second, first),
            lambda layout, first, _, __: record_answer(layout, first, Answer.REFUSE),
        ),
        State.PASSED,
    ),
    "approved": (
        (
            lambda layout, _, second, __: judge(layout, second, PASSED),
            lambda layout, _, second, __: hold(layout, second),
            lambda layout, _, second, __: record_answer(layout, second, Answer.APPROVE),
        ),
        State.PASSED,
    ),
    "refused, and not judged anew yet": (
        (
            lambda layout, _, second, __: judge(layout, second, PASSED),
            lambda layout, _, second, __: hold(layout, second),
            lambda layout, _, second, __: record_answer(layout, second, Answer.REFUSE),
        ),
        State.REFUSED,
    ),
    "refused": (
        (
            lambda layout, _, second, __: judge(layout, second, PASSED),
            lambda layout, _, second, __: hold(layout, second),
            lambda layout, _, second, __: record_answer(layout, second, Answer.REFUSE),
            lambda layout, _, second, __: judge(layout, second, REJECTED, REFUSED),
        ),
        State.REFUSED,
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_a_delivery_has_the_state_that_its_entries_give(tmp_path: Path, name: str) -> None:
    """Each history of a snapshot's second delivery, in the register of one and of all resources."""
    layout, (deeds, state) = Layout(tmp_path), STATES[name]
    table = make_table(tmp_path)
    first, second = (land(layout, delivery(PERSON, n, 3)) for n in (1, 2))
    judge(layout, first, PASSED)
    for deed in deeds:
        deed(layout, first, second, table)

    register = open_register(layout, person())
    entry = register.entry(second.delivery)
    assert entry.state is register.state(second.delivery) is state
    assert (entry.sequence, entry.verdict is None) == (2, state is State.LANDED)
    alike = open_registers(layout, (visit(), person()))
    assert alike[PERSON].entry(second.delivery) == entry
    assert alike[VISIT].idle


def test_a_newer_whole_snapshot_overtakes_what_came_before(tmp_path: Path) -> None:
    """A replay of one only adds, and overtakes nothing; nor does what other feeds bring."""
    layout, table = Layout(tmp_path), make_table(tmp_path)
    first, second, third = (
        land(layout, replace(delivery(PERSON, n, 3), origin=origin))
        for n, origin in ((1, "inbox"), (2, "inbox"), (3, REPLAYED))
    )
    for one in (first, second, third):
        judge(layout, one, PASSED)
        promote(layout, one, table)
    register = open_register(layout, person())
    states = [register.state(one.delivery) for one in (first, second, third)]
    assert states == [State.OVERTAKEN, State.APPLIED, State.APPLIED]
    assert (register.newest_whole, register.replays) == (2, (third.delivery,))
    upsert = person().model_copy(update={"feed": visit().feed})
    assert open_register(layout, upsert).newest_whole == 0


def test_a_removed_table_is_made_again_from_what_passed(tmp_path: Path) -> None:
    """The ledger counts for the very table only: without it, everything is pending again."""
    layout, catalog = Layout(tmp_path), catalog_of()
    batches = {n: [someone(i, children=i % n) for i in range(n, n + 12)] for n in (1, 2, 4)}
    for n in (4, 1, 2, 3):
        judge(layout, delivery(PERSON, n), REJECTED if n == 3 else PASSED)

    def pending() -> list[int]:
        register = open_register(layout, person())
        return [int(name[:6]) for name in register.pending]

    with bench(tmp_path) as con:

        def take(sequence: int) -> None:
            one = delivery(PERSON, sequence)
            done = apply(con, layout, catalog, one, batches[sequence])
            record_outcomes(layout, Bundle((one,)), [(outcome(one), done)], NOW)

        assert pending() == [1, 2, 4]
        take(1)
        take(2)
        assert pending() == [4]
        take(4)
        before = stored(con, layout, catalog, PERSON)
        assert pending() == []
        old = table_id(layout.authoritative(PERSON))
        shutil.rmtree(layout.authoritative(PERSON))
        assert pending() == [1, 2, 4]
        for n in (1, 2, 4):
            take(n)
        assert stored(con, layout, catalog, PERSON) == before
    assert table_id(layout.authoritative(PERSON)) != old
    assert pending() == []


# ── any history ─────────────────────────────────────────────────────────────────────────────────


@dataclass
class Hand:
    """What one derives by hand as a history goes on, beside the entries it leaves."""

    deliveries: list[Delivery] = field(default_factory=list)
    states: dict[str, State] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    approvals: dict[str, Approval] = field(default_factory=dict)
    verdicts: list[tuple[Delivery, VerdictKind, tuple[str, ...]]] = field(default_factory=list)
    outcomes: list[Applied] = field(default_factory=list)

    def land(self, *, replay: bool) -> None:
        """Land one more, by itself or as a replay."""
        made = delivery(PERSON, len(self.deliveries) + 1, 3)
        self.deliveries.append(replace(made, origin=REPLAYED) if replay else made)
        self.states[made.delivery] = State.LANDED

    def judge(self, *, passes: bool) -> None:
        """Judge the oldest that is unjudged."""
        for one in self.deliveries:
            if self.states[one.delivery] is State.LANDED:
                kind = PASSED if passes else REJECTED
                self.verdicts.append((one, kind, ()))
                self.states[one.delivery] = State.PASSED if passes else State.REJECTED
                return

    def promote(self, *, guarded: bool) -> None:
        """Apply what passed, in order, till one is held; what is refused is judged anew."""
        first: Delivery | None = None
        for one in self.deliveries:
            state, approval = self.states[one.delivery], self.approvals.get(one.delivery)
            if approval and approval.decision is Answer.REFUSE:
                if state is State.REFUSED and (one, REJECTED, (REFUSED,)) not in self.verdicts:
                    self.verdicts.append((one, REJECTED, (REFUSED,)))
            elif state is State.PASSED and first is None and guarded and not approval:
                self._hold(one, None)
                first = one
            elif state is State.HELD and first is None:
                first = one
            elif state in {State.PASSED, State.BEHIND} and first is not None:
                self._hold(one, first)
            elif state in {State.PASSED, State.BEHIND}:
                self._apply(one)

    def record_answer(self, *, approve: bool) -> None:
        """Answer the oldest that is held; what waits behind it may go on."""
        for one in self.deliveries:
            if self.states[one.delivery] is State.HELD:
                answer = Answer.APPROVE if approve else Answer.REFUSE
                said = Approval(PERSON, one.delivery, "批1", "岗", answer, AT)
                self.approvals[one.delivery] = said
                self.states[one.delivery] = State.PASSED if approve else State.REFUSED
                for wait in self.held:
                    if wait.behind == one.delivery and self._is(wait, State.BEHIND):
                        self.states[wait.delivery] = State.PASSED
                return

    def _hold(self, one: Delivery, behind: Delivery | None) -> None:
        name = behind.delivery if behind else None
        self.held.append(Held(PERSON, one.delivery, one.sequence, 9, 9, name, AT))
        self.states[one.delivery] = State.BEHIND if behind else State.HELD

    def _apply(self, one: Delivery) -> None:
        self.outcomes.append(Applied(outcome(one), one.sequence, "table", 1, True, AT))
        self.states[one.delivery] = State.APPLIED

    def _is(self, wait: Held, state: State) -> bool:
        return self.states[wait.delivery] is state

    def expected(self) -> dict[str, State]:
        """Return the states, with what newer whole snapshots that passed have overtaken."""
        last: dict[str, VerdictKind] = {}
        for one, kind, _ in self.verdicts:
            last[one.delivery] = kind
        whole = [
            one.sequence
            for one in self.deliveries
            if last.get(one.delivery) is PASSED and one.origin != REPLAYED
        ]
        newest = max(whole, default=0)
        return {
            one.delivery: State.OVERTAKEN
            if self.states[one.delivery] is State.APPLIED and one.sequence < newest
            else self.states[one.delivery]
            for one in self.deliveries
        }


def registered(hand: Hand, layout: Layout, resource: Resource) -> Register:
    """Return the register of a history, without a disk."""
    verdicts = VERDICTS.rows([verdict_on(one, kind, *why) for one, kind, why in hand.verdicts])
    outcomes = OUTCOMES.rows(hand.outcomes)
    table = layout.authoritative(PERSON)
    stored = Stored(table, standing(verdicts), outcomes, tuple(hand.held), hand.approvals)
    vars(stored)["applied"] = frozenset(one.delivery for one in hand.outcomes)
    lying = register.landed.Landed(layout, PERSON, tuple(one.delivery for one in hand.deliveries))
    said = {one.delivery: register.landed.said_of(one) for one in hand.deliveries}
    vars(lying)["said"] = said  # what the receipts would say
    return Register(layout, resource, lying, Entries(stored))


DEEDS: tuple[Callable[[Hand], None], ...] = (
    lambda hand: hand.land(replay=False),
    lambda hand: hand.land(replay=True),
    lambda hand: hand.judge(passes=True),
    lambda hand: hand.judge(passes=False),
    lambda hand: hand.promote(guarded=True),
    lambda hand: hand.promote(guarded=False),
    lambda hand: hand.record_answer(approve=True),
    lambda hand: hand.record_answer(approve=False),
)


@settings(max_examples=1_000, deadline=None)
@given(history=st.lists(st.sampled_from(DEEDS), max_size=30))
def test_any_history_gives_the_states_that_one_derives_by_hand(
    history: Sequence[Callable[[Hand], None]],
) -> None:
    """Whatever is landed, judged, held, approved, promoted and replayed, in whatever order."""
    hand = Hand()
    for deed in history:
        deed(hand)
    found = registered(hand, Layout(Path("nowhere")), person())
    expected = hand.expected()
    assert {name: found.state(name) for name in found.landed.names} == expected
    assert [one for one in found.landed.names if expected[one] is State.LANDED] == [*found.unjudged]
    waiting = {one.delivery for one in found.awaiting_approval}
    assert waiting == {name for name, state in expected.items() if state is State.HELD}
    over = {State.APPLIED, State.OVERTAKEN, State.LANDED, State.REJECTED}
    told_anew = {one.delivery for one, _, why in hand.verdicts if why == (REFUSED,)}
    pending = {name for name, state in expected.items() if state not in over} - told_anew
    assert {*found.pending} == pending


# ── what opening costs ──────────────────────────────────────────────────────────────────────────


def test_a_receipt_is_opened_for_what_is_not_over_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 300 deliveries that are over no receipt is read a second time, whatever is asked."""
    layout = Layout(tmp_path)
    made = [land(layout, delivery(PERSON, n, 3)) for n in range(1, 301)]
    VERDICTS.record(layout, [verdict_on(one, PASSED) for one in made])
    land(layout, delivery(PERSON, 301, 3))
    opened: list[str] = []

    def reading(path: Path) -> Delivery:
        opened.append(path.parent.name)
        return read_receipt(path)

    monkeypatch.setattr(register.landed, "read_receipt", reading)

    def ask_everything() -> int:
        opened.clear()
        found = open_register(layout, person())
        assert [one.sequence for one in found.landed.deliveries(found.unjudged)] == [301]
        assert len(opened) == 1
        assert (found.newest_day, found.replays, found.newest_whole) == ("", (), 300)
        assert found.landed.newest == delivery(PERSON, 301, 3)
        assert found.landed.repeated("b" * 64) is None
        return len(opened)

    assert ask_everything() == 1 + 301 + 1  # the first time, each once
    assert ask_everything() == 1 + 1
    for n in range(302, 302 + UNINDEXED):
        land(layout, delivery(PERSON, n, 3))
    opened.clear()
    assert len(landed(layout, PERSON).said) == 301 + UNINDEXED
    assert len(opened) == UNINDEXED
    land(layout, delivery(PERSON, 302 + UNINDEXED, 3))
    assert len(landed(layout, PERSON).said) == 302 + UNINDEXED
    opened.clear()
    assert len(landed(layout, PERSON).said) == 302 + UNINDEXED
    assert opened == []
