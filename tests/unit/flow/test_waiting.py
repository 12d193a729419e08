"""Waiting work: what a runner would find to do, named so that the same work is known again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flow.city import City
from flow.waiting import waiting_work, waits
from register.approvals import HELD, Held
from register.bundles import Bundle
from register.outcomes import record_outcomes
from register.records import Delivery, Outcome, VerdictKind
from storage.layout import Layout
from tests.city import FIRM, NOW, PERSON, REGION, VISIT
from tests.city.by_hand import ByHand
from tests.city.homes import KEYS
from tests.city.resources import catalog_of


@pytest.fixture
def home(tmp_path: Path) -> ByHand:
    """Return an empty home."""
    return ByHand(Layout(tmp_path), catalog_of(), PERSON)


def at_work(home: ByHand) -> City:
    """Return the city over a home."""
    return City(home.catalog, home.layout, KEYS, lambda: NOW)


def drop(home: ByHand, name: str = "p.csv", ref: str = PERSON, text: str = "x") -> Path:
    """Put a file into an inbox."""
    path = home.layout.inbox(ref) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def finish(home: ByHand, one: Delivery) -> None:
    """Record what became of a delivery."""
    done = Outcome("civil_affairs", "person", one.delivery, one.files, verdict=VerdictKind.REJECTED)
    assert record_outcomes(home.layout, Bundle((one,)), [(done, None)], NOW)


def hold(home: ByHand, one: Delivery, behind: Delivery | None = None) -> None:
    """Record that a delivery waits for an approval."""
    name = behind.delivery if behind else None
    wait = Held(PERSON, one.delivery, one.sequence, 9, 9, name, NOW.isoformat())
    assert HELD.record(home.layout, (wait,))


def _held(home: ByHand) -> None:
    first, second = home.judge(home.land({})), home.judge(home.land({}))
    hold(home, first)
    hold(home, second, first)


DEEDS: dict[str, tuple[Callable[[ByHand], object], bool]] = {
    "nothing was ever there": (lambda _: None, False),
    "a file lies in the inbox": (drop, True),
    "a file lies there that is not taken": (lambda home: drop(home, ".hidden.csv"), False),
    "a delivery awaits its verdict": (lambda home: home.land({}), True),
    "a delivery passed and was not applied": (lambda home: home.judge(home.land({})), True),
    "a delivery is over": (lambda home: finish(home, home.judge(home.land({}))), False),
    "a delivery waits for an approval, and one behind it": (_held, False),
    "a landing was broken off": (
        lambda home: (home.layout.landing(PERSON) / ".landing-x").mkdir(parents=True),
        True,
    ),
}


@pytest.mark.parametrize("what", DEEDS)
def test_work_is_what_a_run_would_do_something_about(home: ByHand, what: str) -> None:
    """Of the department alone that provides the resource, and so says the resource itself."""
    deed, expected = DEEDS[what]
    deed(home)

    assert set(waiting_work(at_work(home))) == ({"civil_affairs"} if expected else set())
    assert waits(at_work(home), PERSON) is expected
    assert not waits(at_work(home), VISIT)


def test_the_digest_names_exactly_this_work(home: ByHand) -> None:
    """The same work has the same one; whatever joins, goes or changes gives another."""
    seen = []

    def look() -> str:
        seen.append(waiting_work(at_work(home))["civil_affairs"])
        return seen[-1]

    first = drop(home)
    assert look() == look()
    drop(home, "q.csv")
    look()
    first.write_text("longer", encoding="utf-8")
    look()
    drop(home, ref=REGION)
    look()
    one = home.land({})
    look()
    finish(home, home.judge(one))
    assert look() == seen[-3]
    first.unlink()
    look()

    assert len({*seen}) == len(seen) - 2


def test_departments_are_told_apart(home: ByHand) -> None:
    """Work of one starts no run of another, and changes no digest of its."""
    drop(home)
    before = waiting_work(at_work(home))
    drop(home, ref=FIRM)

    after = waiting_work(at_work(home))
    assert (set(after), after["civil_affairs"]) == (
        {"civil_affairs", "data_office"},
        before["civil_affairs"],
    )
