"""Waiting work: what a runner would find to do, named so that the same work is known again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flow import waiting as looking
from flow.city import City
from flow.waiting import quiet_before, waiting_work, waits
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


def found_idle(home: ByHand, monkeypatch: pytest.MonkeyPatch) -> City:
    """Remember one resource as idle; folders count as settled, however new they are."""
    monkeypatch.setattr(looking, "_SETTLED", -looking._SETTLED)
    city = at_work(home)
    quiet, person = quiet_before(city), city.catalog.resource(PERSON)
    quiet.found_idle(person, quiet.look(person))
    quiet.remember([person])
    return city


def still(city: City) -> bool:
    """Say whether a later run knows the resource to be idle."""
    quiet, person = quiet_before(city), city.catalog.resource(PERSON)
    return quiet.still(person, quiet.look(person))


def test_what_was_idle_is_so_while_nothing_changes(
    home: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An inbox that is made, and is empty, is no change; another catalogue is."""
    home.judge(home.land({}))
    city = found_idle(home, monkeypatch)
    home.layout.inbox(PERSON).mkdir(parents=True)
    assert still(city)
    assert not still(replace(city, catalog=replace(city.catalog, digest="another")))


def _delivered(home: ByHand) -> None:
    drop(home)


def _landed(home: ByHand) -> None:
    home.land({})


def _decided(home: ByHand) -> None:
    hold(home, home.land({}))


def _written_to(home: ByHand) -> None:
    log = home.layout.authoritative(PERSON) / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020}.json").write_text("{}", encoding="utf-8")


@pytest.mark.parametrize("change", [_delivered, _landed, _decided, _written_to])
def test_whatever_may_be_work_gives_a_resource_its_turn(
    home: ByHand, monkeypatch: pytest.MonkeyPatch, change: Callable[[ByHand], None]
) -> None:
    """A file, a delivery, an entry of a ledger, a commit of anybody."""
    home.judge(home.land({}))
    city = found_idle(home, monkeypatch)
    assert still(city)
    change(home)
    assert not still(city)


def test_a_folder_that_changed_just_now_is_not_believed(home: ByHand) -> None:
    """Two changes of one tick of the clock have one time: the next run looks again."""
    home.land({})
    city = at_work(home)
    quiet, person = quiet_before(city), city.catalog.resource(PERSON)
    quiet.found_idle(person, quiet.look(person))
    assert quiet.now == {}
