"""The register: what became of every delivery of a resource, opened once and asked by every stage.

Belongs here: each delivery's state, and every question that is answered by it: what is unjudged,
pending, held, void, over. Keep out: doing anything about it.
A delivery's state follows from its folder in landing and from the entries of the ledgers, by the
one rule of `Register.state`. Under the resource's lock it is the present state. Otherwise it is as
old as its opening, and facts that another process recorded since are recognised by the transaction
of the ledger when they are recorded again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from catalog_specs.models.resource import Resource
from register.approvals import Answer, Approval, Held
from register.entries import Entries, entries_of, entries_of_all
from register.landed import Landed, in_order, landed, sequence_of
from register.records import Outcome, Verdict, VerdictKind
from storage.layout import Layout

__all__ = ["Entry", "Register", "State", "open_register", "open_registers"]


class State(StrEnum):
    """What has become of a delivery."""

    LANDED = "landed"
    """It awaits a verdict."""
    PASSED = "passed"
    """It awaits its turn to be applied: approved, applied to a table that is gone, or just next."""
    HELD = "held"
    """It passed, would delete too much, and waits for a decision."""
    BEHIND = "behind"
    """It passed, and waits behind one that is held."""
    REJECTED = "rejected"
    """The gate rejected it."""
    REFUSED = "refused"
    """It was held, and refused by decision."""
    APPLIED = "applied"
    """The authoritative table holds it."""
    OVERTAKEN = "overtaken"
    """Whatever it brought or left in quarantine, a newer snapshot that passed stands for it."""


WAITING = frozenset({State.LANDED, State.PASSED, State.HELD, State.BEHIND})
"""States of deliveries that are not over."""


@dataclass(frozen=True)
class Entry:
    """One delivery with its state, and what the ledgers say of it."""

    delivery: str
    sequence: int
    state: State
    verdict: Verdict | None
    outcome: Outcome | None
    held: Held | None
    approval: Approval | None


@dataclass(frozen=True)
class Register:
    """What became of every delivery of one resource, as it stood when it was opened."""

    layout: Layout
    resource: Resource
    landed: Landed
    entries: Entries

    @property
    def ref(self) -> str:
        """Return the resource's name."""
        return self.resource.ref

    # ── one delivery ────────────────────────────────────────────────────────────────────────────

    def state(self, delivery: str) -> State:
        """Return what has become of a delivery."""
        kind = self.entries.kinds.get(delivery)
        approval = self.entries.approvals.get(delivery)
        if kind is None:
            return State.LANDED
        if kind is VerdictKind.REJECTED:
            refused = approval is not None and approval.decision is Answer.REFUSE
            return State.REFUSED if refused else State.REJECTED
        if delivery in self.entries.applied:
            return State.OVERTAKEN if sequence_of(delivery) < self.newest_whole else State.APPLIED
        if approval is not None:
            return State.REFUSED if approval.decision is Answer.REFUSE else State.PASSED
        if delivery in self._undecided:
            return State.HELD
        return State.BEHIND if delivery in self._behind else State.PASSED

    def entry(self, delivery: str) -> Entry:
        """Return a delivery with all that is known of it."""
        return Entry(
            delivery,
            sequence_of(delivery),
            self.state(delivery),
            self.entries.verdict(delivery),
            self.entries.outcome(delivery),
            self.held.get(delivery) or self._behind.get(delivery),
            self.entries.approvals.get(delivery),
        )

    # ── questions ───────────────────────────────────────────────────────────────────────────────

    @cached_property
    def unjudged(self) -> tuple[str, ...]:
        """Return the deliveries that await a verdict, in order."""
        return tuple(name for name in self.landed.names if name not in self.entries.kinds)

    @property
    def newest_judged(self) -> str | None:
        """Return the newest delivery that has a verdict."""
        return max(self.entries.kinds, key=sequence_of, default=None)

    @cached_property
    def pending(self) -> tuple[str, ...]:
        """Return the passed deliveries that the table does not hold yet, in order.

        A delivery counts as applied when the ledger says so *of this very table*: a table that was
        removed and is made anew gets every passed delivery again, from landing. A delivery that was
        committed but not recorded is returned as well; promoting it recovers its counts.
        """
        return tuple(name for name in self.passed if name not in self.entries.applied)

    @cached_property
    def unrecorded(self) -> tuple[str, ...]:
        """Return the rejected deliveries whose outcome is not recorded yet, in order."""
        return in_order(name for name in self.rejected if name not in self.entries.told)

    @property
    def waiting(self) -> tuple[Entry, ...]:
        """Return the deliveries that are not over, in order, with all that is known of them."""
        asked = map(self.entry, in_order((*self.unjudged, *self.pending)))
        return tuple(one for one in asked if one.state in WAITING)

    @property
    def idle(self) -> bool:
        """Say whether nothing is to be done: each delivery is over, or waits for a decision."""
        return not (self.unjudged or self.pending or self.unrecorded)

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Return the landed deliveries without an outcome that wait for no approval.

        One that was applied to a table that is gone has an outcome.
        """
        return tuple(
            name
            for name in self.landed.names
            if name not in self.entries.told
            and name not in self._undecided
            and name not in self._behind
        )

    @property
    def passed(self) -> tuple[str, ...]:
        """Return the deliveries that passed, in order."""
        return self.entries.passed

    def passed_between(self, since: int, before: int) -> tuple[str, ...]:
        """Return the deliveries that passed, from a sequence on and before another, in order."""
        return tuple(name for name in self.passed if since <= sequence_of(name) < before)

    @property
    def rejected(self) -> frozenset[str]:
        """Return the deliveries of which nothing was taken in: rejected, or refused by decision."""
        kinds = self.entries.kinds.items()
        return frozenset(name for name, kind in kinds if kind is VerdictKind.REJECTED)

    @property
    def held(self) -> Mapping[str, Held]:
        """Return every delivery that was ever held for its own sake, approved or not."""
        return {one.delivery: one for one in self.entries.held if one.behind is None}

    @property
    def awaiting_approval(self) -> tuple[Held, ...]:
        """Return the deliveries that wait for a decision about themselves, in order."""
        return tuple(self._undecided.values())

    @cached_property
    def replays(self) -> tuple[str, ...]:
        """Return the deliveries of records that were quarantined before, in order."""
        return tuple(name for name, said in self.landed.said.items() if said.replay)

    @cached_property
    def newest_whole(self) -> int:
        """Return the sequence of the newest whole snapshot that passed; 0 without one.

        Whatever an older delivery brought or left in quarantine is in it by now, is quarantined
        again, or is gone. A replay of a snapshot only adds, for it is not everything.
        """
        if not self.resource.whole:
            return 0
        said = self.landed.said
        whole = (name for name in self.passed if name in said and not said[name].replay)
        return max(map(sequence_of, whole), default=0)

    @property
    def newest_day(self) -> str:
        """Return the newest day that a passed delivery stands for; "" without one."""
        said, kinds = self.landed.said, self.entries.kinds
        days = (
            one.as_of
            for name, one in said.items()
            if one.as_of and kinds.get(name) is VerdictKind.PASSED
        )
        return max(days, default="")

    # ── as a turn goes on ───────────────────────────────────────────────────────────────────────

    def looked_again(self) -> Register:
        """Return the register with what has landed by now."""
        return replace(self, landed=landed(self.layout, self.ref))

    def opened_again(self) -> Register:
        """Return the register with what the ledgers say by now."""
        return replace(self, entries=entries_of(self.layout, self.ref))

    def judged(self, verdicts: Sequence[Verdict]) -> Register:
        """Return the register with verdicts that were recorded just now."""
        return replace(self, entries=self.entries.with_verdicts(verdicts))

    def promoted(self, outcomes: Sequence[Outcome]) -> Register:
        """Return the register with what promotion has just told of each delivery."""
        if any(map(self._turned, outcomes)):
            return self.opened_again()
        return replace(self, entries=self.entries.with_outcomes(outcomes))

    # ── what the questions share ────────────────────────────────────────────────────────────────

    def _turned(self, outcome: Outcome) -> bool:
        """Say whether promotion held a delivery that had passed, or refused it."""
        return outcome.verdict is not self.entries.kinds.get(outcome.delivery)

    @cached_property
    def _undecided(self) -> Mapping[str, Held]:
        approvals = self.entries.approvals
        return {name: one for name, one in self.held.items() if name not in approvals}

    @cached_property
    def _behind(self) -> Mapping[str, Held]:
        waiting = self._undecided
        return {one.delivery: one for one in self.entries.held if one.behind in waiting}


def open_register(layout: Layout, resource: Resource) -> Register:
    """Open the register of one resource: a look into landing, and one read of each ledger."""
    entries = entries_of(layout, resource.ref)
    return Register(layout, resource, landed(layout, resource.ref), entries)


def open_registers(layout: Layout, resources: Iterable[Resource]) -> Mapping[str, Register]:
    """Open the registers of many resources, with one read of each ledger for all."""
    chosen = {one.ref: one for one in resources}
    found = entries_of_all(layout, chosen)
    return {
        ref: Register(layout, one, landed(layout, ref), found[ref]) for ref, one in chosen.items()
    }
