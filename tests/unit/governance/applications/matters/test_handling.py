"""Handling matters: who may do what, and invented sequences against a plain model."""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_specs.errors import GrantError
from catalog_specs.working_days import working_days
from governance.applications.matters.delegations import DELEGATION, DelegationEvent
from governance.applications.matters.handling import Counter, Handled, Said, handle
from governance.applications.matters.interfaces import INTERFACE, InterfaceEvent
from governance.applications.matters.log import matters_in
from governance.applications.matters.machines import MACHINES
from governance.applications.matters.openings import OPENING, OpeningEvent
from governance.applications.stewards import Steward, register
from governance.store.database import Store, open_store
from storage.layout import Layout
from tests.city import NOW, PERSON, TODAY
from tests.unit.governance.applications.matters.scene import (
    ACCOUNTS,
    CATALOG,
    DELEGATED,
    KEEPER,
    KEEPER_TOO,
    REQUEST,
    Counters,
    on_record,
)
from tests.unit.governance.applications.offices import AUTHORITY, CLERK, PRODUCER

STRANGER, CALENDAR = "路人", working_days(CATALOG)


@pytest.fixture
def counters(store: Store) -> Counters:
    """Return the counters, with everybody on record."""
    on_record(store)
    return Counters(store)


def test_an_opening_is_taken_in_assessed_and_confirmed_by_three(counters: Counters) -> None:
    """The operator assesses by delegation; who took in or assessed does not confirm."""
    with pytest.raises(GrantError, match="no registered steward"):
        counters.do(KEEPER, OPENING, OpeningEvent.FILED, **REQUEST)
    delegation = counters.delegated()
    number = counters.do(KEEPER, OPENING, OpeningEvent.FILED, **REQUEST).matter.number
    with pytest.raises(GrantError, match="who applied"):
        counters.do(KEEPER, OPENING, OpeningEvent.ASSESSED, number)
    with pytest.raises(GrantError, match="no registered steward"):
        counters.do(AUTHORITY, OPENING, OpeningEvent.ASSESSED, number)
    counters.do(KEEPER_TOO, OPENING, OpeningEvent.ASSESSED, number)
    with pytest.raises(GrantError, match="no registered steward"):
        counters.do(PRODUCER, OPENING, OpeningEvent.CONFIRMED, number)
    assert counters.do(AUTHORITY, OPENING, OpeningEvent.CONFIRMED, number).matter.state == "open"
    counters.do(CLERK, DELEGATION, DelegationEvent.ENDED, delegation)
    with pytest.raises(GrantError, match="no registered steward"):
        counters.do(KEEPER, OPENING, OpeningEvent.REPORTED, number)


def test_an_extension_is_not_allowed_by_who_asked_for_it(counters: Counters) -> None:
    """One person may be steward of the producer and of the authority under two accounts."""
    with counters.store.writing() as session:
        twin = Steward("data_office", "民政科二", "岗", date(2026, 1, 5), "报1")
        register(session, twin, f"姓名{PRODUCER}", (NOW, "tests"))
    number = counters.do(CLERK, INTERFACE, InterfaceEvent.ASKED, resource=PERSON).matter.number
    counters.do(PRODUCER, INTERFACE, InterfaceEvent.EXTENSION_ASKED, number, days=5)
    with pytest.raises(GrantError, match="who applied"):
        counters.do("民政科二", INTERFACE, InterfaceEvent.EXTENDED, number)
    counters.do(AUTHORITY, INTERFACE, InterfaceEvent.EXTENDED, number)


def test_what_cannot_be_entered_does_not_happen(counters: Counters) -> None:
    """The log comes first: without it nothing is stored."""

    def failing(handled: Handled) -> None:
        raise OSError(handled.machine.kind)

    with pytest.raises(OSError, match="delegation"), counters.by(CLERK) as counter:
        handle(
            Counter(CATALOG, counter.session, CLERK, NOW, failing),
            DELEGATION, DelegationEvent.GIVEN, None, Said("文1", "", DELEGATED),
        )  # fmt: skip
    with counters.store.reading() as session:
        assert matters_in(session) == ()


@pytest.mark.parametrize("said", [Said("", "必要"), Said("文1", " ")])
def test_document_and_reason_are_asked_for(counters: Counters, said: Said) -> None:
    """An interface is asked for in writing, and because of something."""
    facts = Said(said.document, said.reason, {"resource": PERSON})
    with pytest.raises(GrantError, match="document or the reason"), counters.by(CLERK) as counter:
        handle(counter, INTERFACE, InterfaceEvent.ASKED, None, facts)
    with pytest.raises(GrantError, match="no such interface request"):
        counters.do(PRODUCER, INTERFACE, InterfaceEvent.PROVIDED, 7)


FACTS: dict[str, dict[str, dict[str, Any]]] = {
    "opening": {"filed": REQUEST, "filed_again": REQUEST},
    "interface": {
        "asked": {"resource": PERSON},
        "extension_asked": {"days": 5},
        "provided": {"specification": "规范1"},
    },
    "delegation": {"given": {**DELEGATED, "until": "2026-04-01"}, "accepted": {"nda": "密1"}},
}
DOERS = {
    "opening": [KEEPER, KEEPER_TOO, AUTHORITY, CLERK],
    "interface": [PRODUCER, AUTHORITY, CLERK],
    "delegation": [CLERK, KEEPER],
}
WAYS = {
    "opening": [
        ("filed", KEEPER, 0), ("assessed", KEEPER_TOO, 0), ("confirmed", AUTHORITY, 0),
        ("reported", KEEPER, 0), ("adjusted", CLERK, 0), ("filed_again", KEEPER, 0),
    ],
    "interface": [("asked", CLERK, 0), ("extension_asked", PRODUCER, 9), ("extended", CLERK, 0)],
    "delegation": [("given", CLERK, 0), ("accepted", KEEPER, 0), ("prolonged", CLERK, 0)],
}  # fmt: skip
"""A good way through each machine; a sequence leaves it somewhere."""


def _acts(kind: str) -> st.SearchStrategy[tuple[str, list[tuple[str, str, int]]]]:
    """Return sequences of acts of one kind: what, by whom, and so many days later."""
    events = [one.value for one in MACHINES[kind].events]
    usual = st.tuples(
        st.sampled_from(events), st.sampled_from(DOERS[kind]), st.sampled_from([0, 0, 3, 9])
    )
    other = st.tuples(st.sampled_from(events), st.sampled_from([*ACCOUNTS, STRANGER]), st.just(0))
    begun = st.integers(0, len(WAYS[kind])).map(lambda place: WAYS[kind][:place])
    rest = st.lists(st.one_of(usual, usual, other), min_size=2, max_size=6)
    return st.tuples(st.just(kind), st.tuples(begun, rest).map(lambda two: [*two[0], *two[1]]))


SEQUENCES = st.one_of(_acts("opening"), _acts("interface"), _acts("delegation"))


@dataclass
class Card:
    """A matter as a clerk would keep it on a card; False means that the act is refused."""

    kind: str
    state: str = ""
    first: date = TODAY
    did: dict[str, set[str]] = field(default_factory=dict)
    asked: bool = False
    extended: bool | None = None
    until: date = date(2026, 4, 1)

    def do(self, act: str, account: str, today: date) -> bool:
        """Do one act; say whether it was allowed."""
        unit = ACCOUNTS.get(account, "")
        if not getattr(self, f"_{self.kind}")(act, account, unit, today):
            return False
        self.did.setdefault(act, set()).add(account)
        return True

    def _opening(self, act: str, account: str, unit: str, today: date) -> bool:
        del today
        filers = self.did.get("filed", set()) | self.did.get("filed_again", set())
        both = unit in {"keeper", "data_office"}
        table: dict[tuple[str, str], tuple[bool, str]] = {
            ("", "filed"): (both, "filed"),
            ("adjusting", "filed_again"): (both, "filed"),
            ("filed", "assessed"): (unit == "keeper" and account not in filers, "assessed"),
            ("filed", "unreasonable"): (unit == "keeper" and account not in filers, "adjusting"),
            ("assessed", "confirmed"): (
                unit == "data_office"
                and account not in filers
                and account not in self.did.get("assessed", set()),
                "open",
            ),
            ("assessed", "adjusted"): (unit == "data_office", "adjusting"),
            ("open", "adjusted"): (unit == "data_office", "adjusting"),
            ("open", "reported"): (both, "open"),
        }
        if self.state not in {"", "stopped", "withdrawn"}:
            table[self.state, "stopped"] = (unit == "data_office", "stopped")
            table[self.state, "withdrawn"] = (both, "withdrawn")
        return self._go(table, act)

    def _interface(self, act: str, account: str, unit: str, today: date) -> bool:
        producer = unit == "civil_affairs"
        worked = [self.first + timedelta(days=n) for n in range(1, 60)]
        due = [day for day in worked if CALENDAR.is_working_day(day)][9]
        may_extend = producer and not self.asked and today <= due
        decides = unit == "data_office" and self.asked and self.extended is None
        apart = account not in self.did.get("asked", set())
        table: dict[tuple[str, str], tuple[bool, str]] = {
            ("", "asked"): (unit == "data_office", "asked"),
            ("asked", "extension_asked"): (may_extend, "asked"),
            ("asked", "extended"): (decides, "asked"),
            ("asked", "not_extended"): (decides, "asked"),
            ("asked", "provided"): (producer and apart, "provided"),
            ("asked", "refused"): (producer and apart, "refused"),
            ("asked", "withdrawn"): (unit == "data_office", "withdrawn"),
        }
        if not self._go(table, act):
            return False
        self.first = today if act == "asked" else self.first
        self.asked = self.asked or act == "extension_asked"
        self.extended = {"extended": True, "not_extended": False}.get(act, self.extended)
        return True

    def _delegation(self, act: str, account: str, unit: str, today: date) -> bool:
        apart = account not in self.did.get("given", set())
        live = unit == "data_office" and today <= self.until
        table: dict[tuple[str, str], tuple[bool, str]] = {
            ("", "given"): (unit == "data_office", "given"),
            ("given", "accepted"): (unit == "keeper" and apart, "accepted"),
            ("accepted", "prolonged"): (live, "accepted"),
            ("given", "ended"): (unit in {"data_office", "keeper"}, "ended"),
            ("accepted", "ended"): (unit in {"data_office", "keeper"}, "ended"),
        }
        if not self._go(table, act):
            return False
        self.until += timedelta(days=30 if act == "prolonged" else 0)
        return True

    def _go(self, table: dict[tuple[str, str], tuple[bool, str]], act: str) -> bool:
        allowed, to = table.get((self.state, act), (False, ""))
        self.state = to if allowed else self.state
        return allowed


def walk(store: Store, sequence: tuple[str, list[tuple[str, str, int]]]) -> Tally[str]:
    """Do a sequence on a matter of its own, and compare after each act; return where it came."""
    kind, acts = sequence
    card, number, now = Card(kind), None, NOW
    seen: Tally[str] = Tally()
    entered: list[Handled] = []
    with store.writing() as session:
        for act, account, days in acts:
            now += timedelta(days=days)
            today = TODAY + (now - NOW)
            facts = dict(FACTS[kind].get(act, {}))
            if act == "prolonged":
                facts = {"until": (card.until + timedelta(days=30)).isoformat()}
            counter = Counter(CATALOG, session, account, now, entered.append)
            before, done = len(entered), None
            if number is None and act != MACHINES[kind].begins:
                continue
            try:
                done = handle(counter, MACHINES[kind], act, number, Said("文1", "必要", facts))
            except GrantError:
                assert len(entered) == before
            assert (done is not None) is card.do(act, account, today), (act, account, today, card)
            if done is not None:
                number = done.matter.number
                assert len(entered) == before + 1
            if number is not None:
                stored = matters_in(session, kind, number)[0]
                assert stored.state == card.state
                seen[f"{kind} {card.state}"] += 1
    return seen


def run_sequences(layout: Layout, address: str, count: int) -> Tally[str]:
    """Walk so many invented sequences over one store; return how often each state was reached."""
    done: Tally[str] = Tally()
    with open_store(layout, address) as store:
        on_record(store)
        Counters(store).delegated(tasks=["opening"])

        @settings(
            max_examples=count, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(SEQUENCES)
        def walked(sequence: tuple[str, list[tuple[str, str, int]]]) -> None:
            done.update(walk(store, sequence))
            done["sequences"] += 1

        walked()
    return done


def test_invented_sequences_end_as_the_card_says(tmp_path: Path, address: str) -> None:
    """State, who may act, and one entry for each act, of all three machines."""
    done = run_sequences(Layout(tmp_path), address, 20 if address else 250)
    assert done["sequences"] >= 20
    if not address:
        reached = {f"{kind} {state}" for kind, one in MACHINES.items() for state in one.states}
        assert reached <= done.keys()


@pytest.mark.large
def test_two_thousand_sequences_end_as_the_card_says(tmp_path: Path, address: str) -> None:
    """The same with two thousand on SQLite, and fewer on a server."""
    count = 500 if address else 2_000
    assert run_sequences(Layout(tmp_path), address, count)["sequences"] >= count
