"""Turns: each resource goes the whole way to its table, several of them side by side.

Belongs here: whose turn it is, and what came of a turn. Keep out: the stops (`flow.stops`), what
comes before all turns and follows from them (`flow.run`).
A resource waits for those whose tables its rules and comparisons read. The thread that asks is one
of the workers, so that an interrupt reaches its queries at once; it passes it on to the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Condition, Lock

from catalog_specs.models.resource import Resource
from catalog_specs.rules.error_codes import ErrorCode
from flow.city import City
from flow.derived import Listener
from flow.failures import Failure, Faults
from flow.pulling import pull_waiting
from flow.results import Pull
from flow.stops import Step, each_once, left_lying, opened_gate, taking
from flow.waiting import Quiet, quiet_before, waits
from landing.landing import Skipped
from quality.gate.gate import Gate
from register.records import Outcome
from register.register import Register, open_registers
from storage.engines.connection import EngineError, end_if_interrupted

__all__ = ["Turn", "take_turns"]

PAUSE = 0.02
"""Seconds between two interrupts of a worker that has not stopped."""


@dataclass
class Turn:
    """One resource's turn, and what came of it."""

    resource: Resource
    faults: Faults
    outcomes: list[Outcome] = field(default_factory=list)
    left: list[tuple[str, Skipped]] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)


def take_turns(city: City, chosen: Sequence[Resource], tell: Listener) -> tuple[Turn, ...]:
    """Give every resource its turn, `city.workers` at a time; returns them in the order given.

    A fault ends one turn and no other. What ends the process is raised when every worker is idle.
    """
    schedule, quiet = _Schedule(city, chosen), quiet_before(city)
    work = _Work(city, schedule, _Registers(city, chosen), quiet, tell, len(chosen))
    workers = [_Worker(work) for _ in range(max(1, min(city.workers, len(chosen))))]
    first, *others = workers
    with ThreadPoolExecutor(max(1, len(others)), "turns") as pool:
        busy = [pool.submit(copy_context().run, one.run) for one in others]
        try:
            first.run()
        except BaseException:
            # again and again: a query that has not begun does not notice, and a turn has several
            while wait(busy, PAUSE).not_done:
                for one in others:
                    one.interrupt()
            raise
        for future in busy:
            future.result()
    tell("gate", "", len(chosen), len(chosen))
    with suppress(OSError):  # a full disk: the next run looks at each of them again
        quiet.remember(chosen)
    return schedule.turns


@dataclass
class _Registers:
    """The registers of all, opened once, and only when the first of them is asked for."""

    city: City
    chosen: Collection[Resource]
    _opened: Mapping[str, Register] | None = None
    _lock: Lock = field(default_factory=Lock)

    def get(self, ref: str) -> Register | None:
        """Return one of them; None leaves it to the resource, which then tells what is wrong."""
        with self._lock:
            if self._opened is None:
                try:
                    self._opened = open_registers(self.city.layout, self.chosen)
                except Exception as error:  # noqa: BLE001 - each resource meets and tells it
                    end_if_interrupted(error)
                    self._opened = {}
        return self._opened.get(ref)


class _Schedule:
    """Whose turn it is: the first that waits for nobody, in the order given."""

    def __init__(self, city: City, chosen: Sequence[Resource]) -> None:
        self._chosen = chosen
        self._waiting = list(chosen)
        self._over: dict[str, Turn] = {}
        self._change = Condition()
        before: set[str] = set()
        self._behind: dict[str, set[str]] = {}
        for one in chosen:  # of two that refer to each other, the first waits for nobody
            self._behind[one.ref] = before.intersection(city.catalog.upstream(one))
            before.add(one.ref)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Return the turns that are over, in the order given."""
        return tuple(self._over[one.ref] for one in self._chosen if one.ref in self._over)

    def next(self) -> Resource | None:
        """Return whose turn it is, waiting for those before it; None when all had theirs."""
        with self._change:
            while self._waiting:
                ready = (r for r in self._waiting if self._behind[r.ref] <= self._over.keys())
                found = next(ready, None)
                if found is not None:
                    self._waiting.remove(found)
                    return found
                self._change.wait()
        return None

    def over(self, turn: Turn) -> int:
        """End a turn; returns how many are over."""
        with self._change:
            self._over[turn.resource.ref] = turn
            self._change.notify_all()
            return len(self._over)

    def stop(self) -> None:
        """Let nobody have a turn any more."""
        with self._change:
            self._waiting.clear()
            self._change.notify_all()

    def broken(self, refs: Iterable[str]) -> str | None:
        """Return the first of some resources whose turn the machine broke off."""
        with self._change:
            for ref in refs:
                turn = self._over.get(ref)
                if turn and any(one.passing for one in turn.faults.found if one.subject == ref):
                    return ref
        return None


@dataclass(frozen=True)
class _Work:
    """What all workers share."""

    city: City
    schedule: _Schedule
    registers: _Registers
    quiet: Quiet
    tell: Listener
    total: int

    def turn(self, resource: Resource, gate: Callable[[], Gate], done: int) -> Turn:
        """Give one resource its turn."""
        ref = resource.ref
        turn = Turn(resource, Faults(self.city.layout))
        self.tell("gate", resource.name, done, self.total)
        look = self.quiet.look(resource)
        if self.quiet.still(resource, look) or self._put_off(turn):
            return turn
        with turn.faults.apart("resource", ref):
            turn.left += [(ref, one) for one in left_lying(self.city, ref)]
            if resource.feed.pull is not None:
                self.tell("gate", f"{resource.name} · 抽取 / pulling", done, self.total)
                with turn.faults.apart("pull", ref):
                    turn.pulls.append(Pull(ref, pull_waiting(self.city, ref)))
            came: list[Outcome] = []
            step = self._step(resource, done)
            try:
                for one in taking(self.city, gate, ref, self.registers.get(ref), step):
                    came.append(one)  # noqa: PERF402 - what came before a fault is told
            finally:
                turn.outcomes += each_once(came)
        if not (turn.outcomes or turn.left or turn.pulls or turn.faults.found):
            self.quiet.found_idle(resource, look)
        return turn

    def _put_off(self, turn: Turn) -> bool:
        """Let a resource wait for one that it refers to and that the machine broke off; tell it.

        That one is whole after the next run: judged before, rows would be quarantined for want of
        it. What fails for its own sake delays nobody: others are judged by what is authoritative.
        """
        ref = turn.resource.ref
        missing = self.schedule.broken(self.city.catalog.upstream(turn.resource))
        if missing is None:
            return False
        with turn.faults.apart("resource", ref):
            if waits(self.city, ref):
                what, remedy = f"waits for {missing}, which broke off", "run again"
                put_off = Failure("resource", ref, ErrorCode.PUT_OFF, what, ref, remedy)
                turn.faults.found.append(put_off)
        return True

    def _step(self, resource: Resource, done: int) -> Step:
        return lambda step: self.tell("gate", f"{resource.name} · {step}", done, self.total)


@dataclass
class _Worker:
    """Takes one turn after another on a workbench of its own."""

    work: _Work
    _stack: ExitStack = field(default_factory=ExitStack)
    _gate: Gate | None = None

    def run(self) -> None:
        """Take turns until none is left; after a fault the next one gets a fresh workbench."""
        schedule, done = self.work.schedule, 0
        try:
            with closing(self):
                while (resource := schedule.next()) is not None:
                    turn = self.work.turn(resource, self._opened, done)
                    if turn.faults.found:
                        with turn.faults.apart("resource", resource.ref):
                            self.close()
                    done = schedule.over(turn)
        except BaseException:
            schedule.stop()
            raise

    def interrupt(self) -> None:
        """End the query that is running, from another thread."""
        gate = self._gate
        if gate is not None:
            with suppress(EngineError):  # it may be closed just now
                gate.interrupt()

    def close(self) -> None:
        """Close the gate, if it is open; the next one is opened on a fresh workbench."""
        self._gate = None
        self._stack.close()

    def _opened(self) -> Gate:
        """Return the gate; open it if it is not."""
        self._gate = self._gate or self._stack.enter_context(opened_gate(self.work.city))
        return self._gate
