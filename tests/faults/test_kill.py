"""Killed anywhere, a run leaves the old state or the new one, and the next run finishes its work.

Belongs here: choosing the points, killing there, looking at the home, running again.
"""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue

import pytest

from audit.lake import unexplained
from audit.log import AuditLog
from audit.verifier import check_log
from storage.layout import Layout
from tests.city.deliveries import deliver_further
from tests.faults.conftest import Reference
from tests.faults.forks import Forks
from tests.faults.invariants import half_way
from tests.faults.points import Fault, Kind
from tests.faults.state import leftovers, state
from tests.tiers import then_thorough

GOLDEN = 0.6180339887498949
"""Spreads any number of points evenly, each new one into the widest gap."""
STEPS = {
    "mkdir": "make room",
    "rename": "show",
    "link": "show",
    "symlink": "show",
    "unlink": "clear",
    "rmdir": "clear",
}
"""What a call is a step of; every other one prepares what nobody sees yet."""
IN_STEPS = ("landing", "quarantine", "authoritative", "ledgers")
"""Places of which points are taken of every step; of any other place, one of any step."""
OF_FOLDERS = ("make room", "clear")
"""Steps that are the same in a table's folder and in its log."""
MISSED = 2
"""Points that a run may pass by another way than the undisturbed one did."""
EMPTY = ("dagster", "keys", "lake", "logs", "recalls", "work")
"""Folders of a home that a run only makes; one point is taken of all of them."""
HANDED_ON = ("open_data", "reports", "shares", "views")
"""What is made of the lake for others; the quick test takes one point of all of them."""
BESIDE = ("audit", "governance.db")
"""Places that a run changes beside the lake's tables; of all others it takes one together."""
STAGED = ("landing", "authoritative")
"""Places of which the quick test takes points of every step; of the others, one of any step."""

Groups = dict[tuple[str, str], list[Kind]]
"""Kinds of points by what they have in common, in a fixed order."""


@dataclass(frozen=True)
class Killed:
    """What became of one killed run and of the run after it."""

    fault: Fault
    struck: str | None
    problems: tuple[str, ...]


def kinds_of(points: Counter[Kind]) -> Groups:
    """Put the points of each kind into a group of its own."""
    return {kind: [kind] for kind in sorted(points)}


def steps_of(points: Counter[Kind]) -> Groups:
    """Group the kinds that do a step of the same work: one leaves the next one's state behind."""
    groups: Groups = {}
    for kind in sorted(points):
        groups.setdefault(_step_of(*kind), []).append(kind)
    return groups


def stages_of(points: Counter[Kind]) -> Groups:
    """Group the steps once more: a table's folder with its log, and what is made of the lake."""
    groups: Groups = {}
    for kind in sorted(points):
        groups.setdefault(_stage_of(*kind), []).append(kind)
    return groups


def _stage_of(call: str, place: str) -> tuple[str, str]:
    """Name what a call is a step of, and the table or the part of a home."""
    table = _table_of(place)
    if table in STAGED:
        return STEPS.get(call, "prepare"), table
    if table in IN_STEPS or table in BESIDE:
        return "any", table
    return "any", "handed on" if table in HANDED_ON else "home"


def _table_of(place: str) -> str:
    return place.removesuffix(" log").partition(".db-")[0]  # a store's journal is the store's


def _step_of(call: str, place: str) -> tuple[str, str]:
    """Name what a call is a step of, and where."""
    table = _table_of(place)
    if table not in IN_STEPS:
        return "any", "home" if table in EMPTY else table
    step = STEPS.get(call, "prepare")
    return step, table if step in OF_FOLDERS else place


def spread(points: Counter[Kind], groups: Groups, wanted: int) -> list[Fault]:
    """Choose points of every group, evenly over all of them: more where there are more."""
    sizes = {group: sum(points[kind] for kind in kinds) for group, kinds in groups.items()}
    taken = Counter(dict.fromkeys(groups, 1))
    while sum(taken.values()) < wanted:
        open_groups = [group for group in groups if taken[group] < sizes[group]]
        taken[max(open_groups, key=lambda group: sizes[group] / taken[group])] += 1
    turn = count()
    places = (
        (group, int((next(turn) * GOLDEN % 1 + n) * sizes[group] / taken[group]))
        for group in groups
        for n in range(taken[group])
    )
    return [_point(points, groups[group], place) for group, place in places]


def _point(points: Counter[Kind], kinds: list[Kind], place: int) -> Fault:
    """Return the point at a place among all of some kinds."""
    for kind in kinds:
        if place < points[kind]:
            return Fault(1 + place, kind)
        place -= points[kind]
    raise IndexError


def killed(runner: Forks, reference: Reference, fault: Fault, home: Path, *, more: bool) -> Killed:
    """Kill a run at a point, look at what it left, run again, compare."""
    reference.home(home)
    ended = runner.run(home, fault)
    if ended.struck is None:
        return Killed(fault, None, () if ended.code == 0 else (ended.said,))
    problems = [] if ended.code == -signal.SIGKILL else [f"exit {ended.code}"]
    problems += half_way(home, reference.history)
    if more:
        deliver_further(home)
    again = runner.run(home)
    problems += [again.said] if again.code else []
    if not problems:
        problems += state(home).differences(reference.further if more else reference.end)
        problems += [f"left lying: {name}" for name in leftovers(home) if not _uncommitted(name)]
        log = AuditLog(Layout(home))
        list(check_log(log.folder, log.verifiers)[1])
        problems += [f"unexplained: {one}" for one in unexplained(log)]
    shutil.rmtree(home)
    return Killed(fault, ended.struck, tuple(problems))


def _uncommitted(name: str) -> bool:
    """Say whether it is a file of a Delta table that no commit ever named: nobody reads it."""
    return ".parquet" in name or "#" in name


def all_killed(
    runners: tuple[Forks, ...], reference: Reference, faults: list[Fault], folder: Path
) -> Iterator[Killed]:
    """Kill at every point, a run on each runner; after every third kill more is delivered."""
    free: SimpleQueue[Forks] = SimpleQueue()
    for runner in runners:
        free.put(runner)

    def one(number: int) -> Killed:
        runner = free.get()
        try:
            home = folder / str(number)
            return killed(runner, reference, faults[number], home, more=number % 3 == 0)
        finally:
            free.put(runner)

    with ThreadPoolExecutor(len(runners)) as pool:
        yield from pool.map(one, range(len(faults)))


def proven(done: list[Killed], wanted: int) -> None:
    """Show every problem, and that enough points were reached."""
    struck = [one for one in done if one.struck]
    for one in done:
        print(one.fault.kind, one.fault.number, one.struck, *one.problems)  # noqa: T201 - the record
    assert [f"{one.struck}: {'; '.join(one.problems)}" for one in done if one.problems] == []
    assert len(struck) >= wanted, "too few points were reached: the run's course varies too much"


@pytest.mark.parametrize("grouped", then_thorough([stages_of], [steps_of]))
def test_a_kill_anywhere_leaves_old_or_new_and_the_next_run_finishes(
    runners: tuple[Forks, ...],
    reference: Reference,
    tmp_path: Path,
    grouped: Callable[[Counter[Kind]], Groups],
) -> None:
    """A point of every stage between inbox and authoritative: nothing is lost or doubled."""
    groups = grouped(reference.points)
    faults = spread(reference.points, groups, len(groups))
    proven([*all_killed(runners, reference, faults, tmp_path)], len(groups) - MISSED)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_kill_at_two_hundred_points(
    runners: tuple[Forks, ...], reference: Reference, tmp_path: Path
) -> None:
    """The same at a seventh of all points there are, of every kind in every place."""
    faults = spread(reference.points, kinds_of(reference.points), 220)
    proven([*all_killed(runners, reference, faults, tmp_path)], 200)
