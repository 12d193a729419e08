"""The offices under invented sequences of acts, against a plain model, on both databases."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_specs.errors import GrantError
from catalog_specs.models.sharing import Grant
from governance.applications.filing import Done, Office, apply, decide, move
from governance.applications.stewards import Steward, end_term, register
from governance.grants.decisions import decide as decide_today
from governance.grants.life import GrantEventKind, lived
from governance.grants.log import events_in
from governance.grants.standing import Standing, digest_of
from governance.store.database import Store, open_store
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW, TODAY
from tests.city.declared import change, compiled
from tests.unit.governance.applications.offices import AUTHORITY, CLERK, PRODUCER, on_record

ACCOUNTS = {CLERK: "data_office", AUTHORITY: "data_office", PRODUCER: "civil_affairs"}
RETIRED, STRANGER = "离任", "路人"
CATALOG = compiled(**{GRANT_FILE: change(resources__0__items__5="income")})
WHOLE = CATALOG.grants[GRANT]
BASIC = compiled().grants[GRANT]
LEVELS = (BASIC, WHOLE, WHOLE.model_copy(update={"valid_to": date(2036, 1, 1)}))
"""What may be asked for, each covering those before it; the first needs nobody's approval."""
ENDS = {
    "suspend": GrantEventKind.SUSPENDED,
    "resume": GrantEventKind.RESUMED,
    "revoke": GrantEventKind.REVOKED,
}
ANY = st.tuples(
    st.sampled_from(["apply", "yes", "no", *ENDS]),
    st.sampled_from([*ACCOUNTS, RETIRED, STRANGER]),
    st.integers(0, 2),
)
USUAL = st.sampled_from(
    [
        *(("apply", account, level) for account in (CLERK, AUTHORITY) for level in range(3)),
        *(("yes", account, 0) for account in (PRODUCER, AUTHORITY, CLERK) for _ in range(3)),
        *((act, AUTHORITY, 0) for act in ENDS),
        ("no", PRODUCER, 0),
    ]
)
SEQUENCES = st.lists(st.one_of(USUAL, USUAL, USUAL, ANY), min_size=5, max_size=12)
"""Mostly acts of those who may act, so that sequences come somewhere."""


@dataclass
class Model:
    """A grant as a clerk would keep it on a card; False means that the act is refused."""

    state: str = ""
    granted: int | None = None
    pending: int | None = None
    given: set[str] = field(default_factory=set)
    applicant: str = ""
    acts: int = 0

    def do(self, act: str, account: str, level: int) -> bool:
        """Do one act; say whether it was allowed."""
        department = ACCOUNTS.get(account, "")
        if act == "apply":
            return department == "data_office" and self._apply(account, level)
        if act in {"yes", "no"}:
            return self._decide(account, department, yes=act == "yes")
        return self.state != "" and department == "data_office" and self._end(act)

    def _apply(self, account: str, level: int) -> bool:
        live = self.state in {"granted", "suspended"}
        known = self.pending == level if self.pending is not None else (
            live and self.granted is not None and level <= self.granted
        )  # fmt: skip
        if known:
            return True
        self.acts += 1
        self.applicant, self.pending, self.given = account, level, set()
        if not live:
            self.state, self.granted = "applied", None
        if level == 0:
            self._grant()
        return True

    def _decide(self, account: str, department: str, *, yes: bool) -> bool:
        asked = {"data_office", "civil_affairs"} - self.given
        if self.pending is None or department not in asked or account == self.applicant:
            return False
        self.acts += 1
        self.given.add(department)
        if not yes:
            self.pending, self.given = None, set()
            self.state = "refused" if self.state == "applied" else self.state
        elif len(asked) == 1:
            self._grant()
        return True

    def _grant(self) -> None:
        self.granted, self.pending, self.given = self.pending, None, set()
        self.state = "granted" if self.state == "applied" else self.state

    def _end(self, act: str) -> bool:
        before = self.state
        if act == "revoke":
            self.state, self.pending, self.given = "revoked", None, set()
        elif act == "suspend" and before in {"granted", "suspended"}:
            self.state = "suspended"
        elif act == "resume" and before == "suspended":
            self.state = "granted"
        else:
            return False
        self.acts += before != self.state
        return True


def walk(store: Store, number: int, sequence: list[tuple[str, str, int]]) -> Counter[str]:
    """Do a sequence on a grant of its own, and compare after each act; return where it came."""
    seen: Counter[str] = Counter()
    code, model = f"g{number}", Model()
    levels = [one.model_copy(update={"code": code}) for one in LEVELS]
    entered: list[Done] = []
    with store.writing() as session:
        for act, account, level in sequence:
            office = Office(CATALOG, session, account, NOW, entered.append)
            allowed = True
            try:
                _do(office, act, levels[level])
            except GrantError:
                allowed = False
            assert allowed is model.do(act, account, level), (act, account, level, model)
            _compare(office, levels, model)
            assert len(entered) == model.acts
            seen[f"{model.state}{'+' if model.pending is not None else ''}"] += 1
    return seen


def _do(office: Office, act: str, grant: Grant) -> None:
    if act == "apply":
        apply(office, grant)
    elif act in ENDS:
        move(office, grant.code, ENDS[act], "文1", "必要")
    else:
        decide(office, grant.code, "文1", "必要", yes=act == "yes")


def _compare(office: Office, levels: list[Grant], model: Model) -> None:
    events, contents = events_in(office.session, levels[0].code)
    life = lived(events)
    if life is None:
        assert model.state == ""
        return
    standing = Standing.of(levels[0].code, life, contents)
    places = {digest_of(one): place for place, one in enumerate(levels)}
    granted = places[digest_of(standing.content)] if standing.content else None
    pending = places[digest_of(standing.pending)] if standing.pending else None
    given = {one.department for one in life.given}
    assert (standing.state.value, granted, pending, given) == (
        model.state, model.granted, model.pending, model.given,
    )  # fmt: skip
    for place, grant in enumerate(levels):
        holds = model.state == "granted" and granted is not None and place <= granted
        # what was granted without condition has no approvals, and holds no conditional item
        assert decide_today(CATALOG, grant, standing, TODAY).allowed is holds


def run_sequences(layout: Layout, address: str, count: int) -> Counter[str]:
    """Walk so many invented sequences over one store; return how often each state was reached."""
    done: Counter[str] = Counter()
    with open_store(layout, address) as store:
        on_record(store)
        with store.writing() as session:
            one = Steward("civil_affairs", RETIRED, "岗", date(2026, 1, 5), "报1")
            register(session, one, "姓名离任", (NOW, "tests"))
            place = ("civil_affairs", RETIRED)
            end_term(session, place, date(2026, 3, 1), "报2", (NOW, "tests"))

        @settings(
            max_examples=count, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(SEQUENCES)
        def walked(sequence: list[tuple[str, str, int]]) -> None:
            done.update(walk(store, done["sequences"], sequence))
            done["sequences"] += 1

        walked()
    return done


def test_invented_sequences_end_as_the_card_says(tmp_path: Path, address: str) -> None:
    """State, what is granted and waits, who may act, and one entry for each change."""
    done = run_sequences(Layout(tmp_path), address, 40 if address else 150)
    assert done["sequences"] >= 25
    reached = {"applied+", "refused", "granted", "granted+", "suspended", "suspended+", "revoked"}
    assert reached <= done.keys()


@pytest.mark.large
def test_two_thousand_sequences_end_as_the_card_says(tmp_path: Path, address: str) -> None:
    """The same with two thousand on each database."""
    assert run_sequences(Layout(tmp_path), address, 2_000)["sequences"] >= 2_000
