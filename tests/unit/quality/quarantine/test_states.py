"""States of quarantined records, and the questions people ask of them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from quality.quarantine.overtaken import SUPERSEDED
from quality.quarantine.states import Chosen, State, counts, descriptions, records
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import PERSON, VISIT
from tests.city.by_hand import OF, ByHand
from tests.city.records import good_people
from tests.city.resources import catalog_of, person

REF = PERSON


@pytest.fixture
def catalog() -> Catalog:
    """Return a city with a person snapshot."""
    return catalog_of(person())


@pytest.fixture
def home(tmp_path: Path, catalog: Catalog) -> ByHand:
    """Return a home in which two of three persons are quarantined, one by two rules."""
    made = ByHand(Layout(tmp_path), catalog, REF)
    records = good_people({}, {"sex": "8"}, {"sex": "7", "income": "0.01"})
    made.judge(made.land(*records), {2: ("sex:code_list",), 3: ("income:range", "sex:code_list")})
    return made


@pytest.fixture
def layout(home: ByHand) -> Layout:
    """Return that home's layout."""
    return home.layout


def found(layout: Layout, catalog: Catalog, **chosen: object) -> list[tuple[int, str]]:
    """Return row and state of the chosen records."""
    with open_workbench(layout.work) as con:
        kept = records(con, layout, catalog.resource(REF), Chosen(**chosen), 100)  # type: ignore[arg-type]
    return [(one.row, one.state.value) for one in kept]


def test_what_nobody_replayed_is_open(layout: Layout, catalog: Catalog) -> None:
    """It is its own origin, with its text as delivered."""
    with open_workbench(layout.work) as con:
        first, second = records(con, layout, catalog.resource(REF), Chosen(), 100)

    assert (first.row, second.row) == (2, 3)
    assert {first.state, second.state} == {State.OPEN}
    assert (first.origin_delivery, first.origin_row) == (first.delivery, 2)
    assert second.rules == ("income:range", "sex:code_list")
    assert '"7"' in second.raw


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        ({"rule": "income:range"}, [3]),
        ({"rule": "sex:code_list"}, [2, 3]),
        ({"rows": (2,)}, [2]),
        ({"state": State.SETTLED}, []),
        ({"delivery": "000009-none"}, []),
        ({"rule": "sex:code_list", "rows": (3,), "state": State.OPEN}, [3]),
    ],
)
def test_records_are_chosen(
    layout: Layout, catalog: Catalog, chosen: dict[str, object], rows: list[int]
) -> None:
    """Every condition given must hold; one that is not given leaves nothing out."""
    assert [row for row, _ in found(layout, catalog, **chosen)] == rows


def test_counts_go_by_rule_and_hold_no_value(layout: Layout, catalog: Catalog) -> None:
    """A record that fails two rules counts with each of them."""
    with open_workbench(layout.work) as con:
        told = counts(con, layout, catalog, REF, Chosen())
        one_rule = counts(con, layout, catalog, REF, Chosen(rule="income:range"))

    assert [(one.rule, one.records, one.open, one.settled) for one in told] == [
        ("income:range", 1, 1, 0),
        ("sex:code_list", 2, 2, 0),
    ]
    assert all(one.description for one in told)
    assert [(one.rule, one.records) for one in one_rule] == [("income:range", 1)]


def test_a_newer_snapshot_stands_for_an_older_one(home: ByHand, catalog: Catalog) -> None:
    """What the older had quarantined is settled by it, whatever the newer holds."""
    layout = home.layout
    newer = home.judge(home.land(*good_people({}, {"sex": "6"})), {2: ("sex:code_list",)}).delivery

    assert found(layout, catalog) == [(2, "superseded"), (3, "superseded"), (2, "open")]
    assert found(layout, catalog, delivery=newer) == [(2, "open")]


def test_without_a_quarantine_there_is_nothing(tmp_path: Path, catalog: Catalog) -> None:
    """A resource of which nothing was ever quarantined has no counts and no records."""
    layout = Layout(tmp_path)
    with open_workbench(layout.work) as con:
        assert counts(con, layout, catalog, REF, Chosen()) == ()
        assert records(con, layout, catalog.resource(REF), Chosen(), 9) == ()


def test_every_rule_and_refusal_has_its_words(catalog: Catalog) -> None:
    """In Chinese, for those who are to correct the records."""
    said = descriptions(catalog, REF)

    assert said["sex:code_list"]
    assert said["GATE-102"]


# ── any history ─────────────────────────────────────────────────────────────────────────────────

BAD = ("some:rule",)
WHOLE = {PERSON: (1, 3), VISIT: ()}
"""Of each resource the deliveries that stand for everything: those of a snapshot."""


@pytest.mark.parametrize("ref", WHOLE)
def test_states_follow_from_what_is_stored(tmp_path: Path, ref: str) -> None:
    """Whatever was replayed how often, accepted or not, or not judged yet.

    1 and 3 are deliveries in which all records fail, 2, 4 and 5 replays of some that are open by
    then; the last of them has no verdict yet.
    """
    source = random.Random(31)
    home = ByHand(Layout(tmp_path), catalog_of(), ref)
    known: dict[tuple[int, int], str] = {}
    names = [f"{number:06}-{'a' * 12}" for number in range(6)]
    first = [{"resident_id": str(n)} for n in range(400)]

    def is_open(place: tuple[int, int]) -> bool:
        return known[place] == "open"

    def land(number: int) -> None:
        home.judge(home.land(*first), dict.fromkeys(range(1, 401), BAD))
        known.update({(number, row): "open" for row in range(1, 401)})
        if number in WHOLE[ref]:
            known.update({p: "superseded" for p in known if p[0] < number and is_open(p)})

    def replay(number: int, *, judged: bool = True) -> None:
        places = [p for p in known if is_open(p) and source.random() < 0.6]
        one = home.replay(*({OF: (names[delivery], row)} for delivery, row in places))
        failing: dict[int, tuple[str, ...]] = {}
        for row, place in enumerate(places, start=1):
            fate = source.choice(("settled", "replayed", "late")) if judged else "waiting"
            known[place] = "replayed" if fate == "late" else fate
            if fate in {"replayed", "late"}:
                failing[row] = BAD if fate == "replayed" else (*BAD, SUPERSEDED)
                known[number, row] = "open" if fate == "replayed" else "superseded"
        if judged:
            home.judge(one, failing)

    land(1)
    replay(2)
    land(3)
    replay(4)
    replay(5, judged=False)

    with open_workbench(home.layout.work) as con:
        kept = records(con, home.layout, home.resource, Chosen(), 10_000)
        told = counts(con, home.layout, home.catalog, ref, Chosen(rule=BAD[0]))
    assert {(int(one.delivery[:6]), one.row): one.state.value for one in kept} == known
    assert {one.value for one in State} == set(known.values())
    figures = {state.value: sum(getattr(one, state.value) for one in told) for state in State}
    assert figures == {state: [*known.values()].count(state) for state in figures}
    assert all(sum(_states(one)) == one.records for one in told)


def _states(one: Any) -> list[int]:
    return [getattr(one, state.value) for state in State]


def test_a_record_of_a_delivery_that_was_replayed_whole_is_open_no_more(tmp_path: Path) -> None:
    """What its file said now stands for all of its records, each under a number of its own."""
    home = ByHand(Layout(tmp_path), catalog_of(), VISIT)
    refused = home.judge(home.land({"resident_id": "1"}, {"resident_id": "2"}), {1: BAD, 2: BAD})
    home.judge(home.replay(*({"resident_id": str(n), OF: (refused.delivery, 0)} for n in (1, 2))))

    with open_workbench(home.layout.work) as con:
        kept = records(con, home.layout, home.resource, Chosen(), 10)
    assert [one.state for one in kept] == [State.SETTLED] * 2


def test_rows_of_a_delivery_without_a_verdict_do_not_count(tmp_path: Path) -> None:
    """They are what an interrupted attempt left, and the next one replaces them."""
    home = ByHand(Layout(tmp_path), catalog_of(), VISIT)
    home.quarantine(home.land({"resident_id": "1"}), {1: BAD})

    with open_workbench(home.layout.work) as con:
        assert records(con, home.layout, home.resource, Chosen(), 10) == ()
