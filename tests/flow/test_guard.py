"""The snapshot guard: what would delete too much waits until somebody answers for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flow.city import City
from flow.stops import judge_waiting, land_waiting, promote_waiting
from flow.waiting import waiting_work
from register.approvals import APPROVALS, Answer, Approval
from register.outcomes import OUTCOMES
from register.records import VerdictKind
from register.verdicts import verdicts
from tests.city import NOW
from tests.city.homes import copied
from tests.city.lake import content
from tests.city.regions import REF, drop, go, made, stored, told
from tests.city.registers import awaiting_approval
from tests.harness.placing import opened, remove

CASE = "泉数审〔2026〕7号"


def say(city: City, delivery: str, decision: Answer) -> None:
    """Decide about a delivery."""
    approval = Approval(REF, delivery, CASE, city.actor, decision, NOW.isoformat())
    assert APPROVALS.record(city.layout, (approval,))
    assert not APPROVALS.record(city.layout, (approval,))


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return a city with 30 regions, which no test changes."""
    city = made(tmp_path_factory.mktemp("thirty"))
    drop(city, range(30), "1.csv")
    assert told(go(city)) == [("passed", ())]
    return city


@pytest.fixture
def guarded(thirty: City, tmp_path: Path) -> City:
    """Return a city with 30 regions, a snapshot of 20 that waits, and one of 31 behind it."""
    city = copied(thirty, tmp_path)
    drop(city, range(20), "2.csv")
    drop(city, range(31), "3.csv")
    return city


def test_a_snapshot_that_deletes_much_waits_and_so_does_what_follows(guarded: City) -> None:
    """Nothing is applied, every run says so, and no sensor starts another run for it."""
    assert guarded.layout.home.joinpath("lake").exists()
    result = go(guarded)
    (first,) = awaiting_approval(guarded)
    waits = [("held", ("snapshot_loss:10/30",)), ("held", (f"behind:{first.delivery}",))]
    assert told(result) == waits
    assert not result.clean
    assert all(o.delivered == o.accepted + o.quarantined > 0 for o in result.outcomes)
    assert (first.deleted, first.stored) == (10, 30)
    assert stored(guarded) == set(range(30))
    assert len(OUTCOMES.read(guarded.layout)) == 1
    assert waiting_work(guarded) == {}
    assert told(go(guarded)) == waits
    assert awaiting_approval(guarded) == (first,)


def test_an_approved_snapshot_is_applied_under_its_document(guarded: City) -> None:
    """The commit names the approval; what waited behind it follows in its order."""
    go(guarded)
    (first,) = awaiting_approval(guarded)
    say(guarded, first.delivery, Answer.APPROVE)
    assert set(waiting_work(guarded)) == {"civil_affairs"}
    result = go(guarded)
    assert told(result) == [("passed", ()), ("passed", ())]
    assert [(o.deleted, o.inserted) for o in result.outcomes] == [(10, 0), (0, 11)]
    assert stored(guarded) == set(range(31))
    assert waiting_work(guarded) == {}
    assert go(guarded).outcomes == ()


def test_a_refused_snapshot_is_rejected_and_what_follows_goes_on(guarded: City) -> None:
    """All its rows are quarantined under GATE-108, the sums hold, the next one is applied."""
    go(guarded)
    (first,) = awaiting_approval(guarded)
    say(guarded, first.delivery, Answer.REFUSE)
    result = go(guarded)
    assert told(result) == [("rejected", ("GATE-108",)), ("passed", ())]
    assert (result.outcomes[0].accepted, result.outcomes[0].quarantined) == (0, 20)
    kept = content(guarded.layout.quarantine(REF))
    assert kept["delivery"].to_list() == [first.delivery] * 20
    assert kept["rules"].to_list() == [["GATE-108"]] * 20
    assert stored(guarded) == set(range(31))
    kinds = [verdict.kind for verdict in verdicts(guarded.layout, REF)]
    assert kinds == [VerdictKind.PASSED, VerdictKind.REJECTED, VerdictKind.PASSED]
    with opened(guarded.layout.city_views) as con:
        shown = con.execute(
            "SELECT kind FROM quality.verdicts WHERE resource = ? ORDER BY sequence", [REF]
        ).fetchall()
    assert shown == [(kind.value,) for kind in kinds]
    assert go(guarded).outcomes == ()
    assert waiting_work(guarded) == {}


@pytest.mark.parametrize("decision", [Answer.APPROVE, Answer.REFUSE])
def test_a_removed_table_is_made_again_without_asking(guarded: City, decision: Answer) -> None:
    """The decision is kept apart from the table: a rebuild comes to the same rows."""
    go(guarded)
    (first,) = awaiting_approval(guarded)
    say(guarded, first.delivery, decision)
    go(guarded)
    before = content(guarded.layout.authoritative(REF))
    remove(guarded.layout.tables / "authoritative")
    assert {one.verdict for one in go(guarded).outcomes} == {VerdictKind.PASSED}
    assert content(guarded.layout.authoritative(REF)).equals(before)
    assert awaiting_approval(guarded) == ()


def test_the_stops_one_by_one_wait_alike(guarded: City) -> None:
    """Judged first and promoted later, as Dagster does it, the same deliveries wait."""
    land_waiting(guarded, REF)
    judge_waiting(guarded, REF)
    held = [one.verdict for one in promote_waiting(guarded, REF)]
    assert held == [VerdictKind.HELD, VerdictKind.HELD]
    assert stored(guarded) == set(range(30))


def test_what_comes_later_waits_behind(guarded: City) -> None:
    """A delivery that lands in a later run does not overtake the one that waits."""
    go(guarded)
    (first,) = awaiting_approval(guarded)
    drop(guarded, range(29), "4.csv")
    assert set(waiting_work(guarded)) == {"civil_affairs"}
    behind = ("held", (f"behind:{first.delivery}",))
    assert told(go(guarded))[1:] == [behind, behind]
    assert waiting_work(guarded) == {}
    assert stored(guarded) == set(range(30))
