"""The run: in which order its stops come, and that a fault ends one turn and nothing else."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import pytest

from catalog_specs.errors import TableError
from flow.city import City
from flow.desk.done import Desk
from flow.run import RunResult, run
from outlets.shares.project import Projection, Withdrawal
from quality.gate.gate import Gate
from register.records import Outcome, VerdictKind
from register.undeclared import UNDECLARED, Outside
from tests.city import GRANT, GRANT_FILE, PERSON, REGION, VISIT
from tests.city.declared import change, compiled
from tests.city.homes import city_of
from tests.city.tables import fill, persons

ORDER = [REGION, PERSON, VISIT]
"""The resources with something taken in, each after those that it refers to."""


@dataclass
class Turns:
    """What happens in a resource's turn, instead of landing, judging and promoting."""

    deeds: dict[str, Callable[[], Iterator[Outcome]]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    views: int = 0

    def taking(self, city: City, opening: Callable[[], Gate], ref: str, *_: object) -> object:
        """Stand for `flow.stops.taking`."""
        del city
        self.taken.append(ref)
        self.gates.append(opening())
        return self.deeds.get(ref, lambda: iter(()))()

    def refresh_views(self, *_: object) -> bool:
        """Stand for `flow.derived.refresh_views`, which takes longer than all the rest."""
        self.views += 1
        return True


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Return what resources do in their turns: nothing, unless a test says so."""
    made = Turns()
    monkeypatch.setattr("flow.turns.taking", made.taking)
    monkeypatch.setattr("flow.run.refresh_views", made.refresh_views)
    return made


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return the city over an empty home."""
    return replace(city_of(compiled(), tmp_path), actor="收数岗")


def outcome(ref: str, number: int = 1, kind: VerdictKind = VerdictKind.PASSED) -> Outcome:
    """Return an outcome of a resource."""
    department, _, resource = ref.partition("/")
    return Outcome(department, resource, f"{number:06}-a", ("甲.csv",), verdict=kind)


def breaking(error: BaseException, *before: Outcome) -> Callable[[], Iterator[Outcome]]:
    """Return a turn that breaks off after some outcomes."""

    def turn() -> Iterator[Outcome]:
        yield from before
        raise error

    return turn


def failed(result: RunResult) -> list[tuple[str, str, str]]:
    """Return stop, subject and code of what failed."""
    return [(one.stop, one.subject, str(one.code)) for one in result.failures]


def drop(city: City, ref: str) -> None:
    """Put a file into an inbox."""
    path = city.layout.inbox(ref) / "x.csv"
    path.parent.mkdir(parents=True)
    path.write_text("x", encoding="utf-8")


def test_resources_have_their_turns_in_the_order_of_reference(city: City, turns: Turns) -> None:
    """Then come shares, releases and views; a listener hears each stop begin and end."""
    heard: list[tuple[str, str, int, int]] = []
    turns.deeds = {REGION: lambda: iter([outcome(REGION)]), VISIT: lambda: iter([outcome(VISIT)])}

    result = run(city, listener=lambda *said: heard.append(said))

    assert [ref for ref in turns.taken if ref in ORDER] == ORDER
    assert [one.resource for one in result.outcomes] == ["region", "visit"]
    stops = list(dict.fromkeys(stop for stop, *_ in heard))
    assert stops == ["gate", "shares", "open_data"]
    for stop in stops:
        *_, (_, what, done, total) = [one for one in heard if one[0] == stop]
        assert (what, done) == ("", total)
    assert result.views_rebuilt
    assert result.failures == ()


def test_a_run_may_be_narrowed_to_some_resources(city: City, turns: Turns) -> None:
    """What follows from the tables is brought up to date all the same."""
    result = run(city, resources=[PERSON])

    assert turns.taken == [PERSON]
    assert result.views_rebuilt


def test_what_is_derived_may_be_left_to_a_later_run(city: City, turns: Turns) -> None:
    """Deliveries go the whole way; the next run, with nothing waiting, makes the views of them."""
    turns.deeds = {REGION: lambda: iter([outcome(REGION)])}

    first = run(city, derive=False)

    assert [one.resource for one in first.outcomes] == ["region"]
    assert (first.shares, first.releases, first.views_rebuilt) == ((), (), False)
    assert (first.desk, first.report, turns.views) == (Desk(), None, 0)
    assert not city.layout.desk_state.exists()
    turns.deeds = {}
    second = run(city)
    assert (second.outcomes, second.views_rebuilt) == ((), True)
    assert (city.layout.desk_state.exists(), turns.views) == (True, 1)


def test_a_fault_ends_one_turn_and_nothing_else(city: City, turns: Turns) -> None:
    """What came about before it is told, and the resources that refer to it have their turns."""
    fault = TableError("it is broken", where=PERSON, remedy="mend it")
    turns.deeds = {PERSON: breaking(fault, outcome(PERSON)), VISIT: lambda: iter([outcome(VISIT)])}

    result = run(city)

    assert failed(result) == [("resource", PERSON, str(fault.code))]
    assert [one.resource for one in result.outcomes] == ["person", "visit"]
    assert result.views_rebuilt


def test_each_delivery_is_told_once(city: City, turns: Turns) -> None:
    """One that waits is told of with every promotion of a turn; the last word counts."""
    held = outcome(PERSON, kind=VerdictKind.HELD)
    turns.deeds = {PERSON: lambda: iter([held, outcome(PERSON, 2), replace(held, deleted=9)])}

    assert [(o.delivery[:6], o.deleted) for o in run(city).outcomes] == [
        ("000001", 9),
        ("000002", 0),
    ]


def test_after_a_fault_the_next_turn_gets_a_fresh_gate(city: City, turns: Turns) -> None:
    """All turns before it share one."""
    turns.deeds = {PERSON: breaking(KeyError("x"))}

    run(city)

    by_turn = dict(zip(turns.taken, turns.gates, strict=True))
    assert by_turn[REGION] is by_turn[PERSON]
    assert by_turn[VISIT] is not by_turn[PERSON]


@pytest.mark.parametrize("waiting", [True, False])
def test_below_what_the_machine_broke_off_work_is_put_off(
    city: City, turns: Turns, waiting: bool
) -> None:
    """Judged now, its rows would be quarantined for want of it; who has no work is not told."""
    turns.deeds = {REGION: breaking(MemoryError())}
    if waiting:
        drop(city, PERSON)

    result = run(city)

    put_off = [("resource", PERSON, "RUN-003")] if waiting else []
    assert failed(result) == [("resource", REGION, "RUN-002"), *put_off]
    assert PERSON not in turns.taken
    assert (VISIT in turns.taken) is not waiting


@pytest.mark.parametrize("ends", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_process_is_raised(
    city: City, turns: Turns, ends: type[BaseException]
) -> None:
    """And nothing after it is begun."""
    turns.deeds = {REGION: breaking(ends())}

    with pytest.raises(ends):
        run(city)

    assert turns.views == 0


def test_withdrawals_come_first_and_are_told_once(city: City, turns: Turns) -> None:
    """A grant that ended loses its files before any turn, and no turn's fault delays it."""
    fill(city.layout, city.catalog, PERSON, persons(8))
    [made] = run(city).shares
    assert isinstance(made, Projection)
    revoked = replace(city, catalog=compiled(**{GRANT_FILE: change(status="revoked")}))
    seen: list[bool] = []

    def turn() -> Iterator[Outcome]:
        seen.append(city.layout.share_file(GRANT).exists())
        raise KeyError

    turns.deeds = {REGION: turn}
    result = run(revoked)

    assert seen == [False]
    assert [(one.grant, type(one), one.as_dict()["existed"]) for one in result.shares] == [
        (GRANT, Withdrawal, True)
    ]


def test_what_is_left_lying_is_told_with_its_reason(city: City, turns: Turns) -> None:
    """By the resource in whose inbox it lies, even if its turn breaks off."""
    drop(city, PERSON)
    (city.layout.inbox(PERSON) / "link.csv").symlink_to("/etc/hostname")
    turns.deeds = {PERSON: breaking(KeyError("x"))}

    [(ref, skipped)] = run(city).left

    assert (ref, skipped.name, skipped.reason) == (PERSON, "link.csv", "symlink")


def test_registers_that_cannot_be_read_are_told_by_each_turn(city: City, turns: Turns) -> None:
    """A run does not end because a ledger is broken before the first turn."""
    city.layout.ledgers.mkdir(parents=True)
    city.layout.ledger("verdicts").write_text("in the way", encoding="utf-8")

    run(city)

    assert [ref for ref in turns.taken if ref in ORDER] == ORDER


def test_columns_outside_the_catalogue_are_told_of_this_runs_deliveries(
    city: City, turns: Turns
) -> None:
    """What an earlier delivery brought was told by the run that took it."""
    for number, header in ((1, "旧"), (2, "新")):
        found = Outside(PERSON, f"{number:06}-a", header, 3, excepted=False, exception=None)
        UNDECLARED.record(city.layout, (found,))
    assert run(city).undeclared == ()
    turns.deeds = {PERSON: lambda: iter([outcome(PERSON, 2)])}

    assert [one.header for one in run(city).undeclared] == ["新"]


def test_what_nobody_takes_care_of_is_told(city: City, turns: Turns) -> None:
    """Deliveries to a resource that the catalogue does not have would wait for ever."""
    drop(city, "data_office/unknown")

    [orphan] = run(city).orphans

    assert (orphan.resource, turns.taken != []) == ("data_office/unknown", True)


def test_a_home_is_closed_to_others(city: City, turns: Turns) -> None:
    """Folders of an earlier version that anybody could enter are shut by the next run."""
    city.layout.lake.mkdir(mode=0o755)

    run(city)

    assert turns.taken
    assert stat.S_IMODE(city.layout.lake.stat().st_mode) == 0o700


def test_what_a_killed_run_left_at_work_is_removed(city: City, turns: Turns) -> None:
    """Although nothing waits, so that no workbench is opened that would do so."""
    left = city.layout.work / f"bench-{uuid4().hex}"
    left.mkdir(parents=True)
    (left / "bench.duckdb").touch()

    run(city, resources=(), derive=False)

    assert not left.exists()
    assert turns.taken == []
