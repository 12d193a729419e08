"""The city at work: a compiled catalogue bound to one installation, its locks and its workers.

Belongs here: what every stop needs to know, the locks between runners, doing things side by side.
Keep out: the stops, and which of them wait for each other (`turns`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from audit.log import AuditLog
from audit.tally import Tally, tallied
from catalog_specs.catalog import Catalog
from governance.grants.rights import Rights
from governance.grants.standing import standings
from governance.keys import KeyRing
from quality.reconciliation.bounds import Bounds
from storage.engines.spark.address import Address
from storage.engines.workbench import Limits
from storage.layout import Layout
from storage.locks import locked

__all__ = ["GIGABYTE", "City"]

GIGABYTE = 10**9

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class City:
    """A compiled catalogue bound to one installation: its home, keys, limits, clock and actor.

    `bounds` are those of comparisons with sources. `landed_bytes` are those that landed files may
    take on the disk where an object store has them too.
    `workers` are the resources that a run takes in at a time, each within the limits of its own,
    and the shares and releases that it brings up to date at a time.
    `governance_db` is the address of the governance store; empty means a file of the home. `alerts`
    are the addresses that officers are told of cases at, as Apprise writes them. `spark` is where a
    second engine answers, if there is one.
    """

    catalog: Catalog
    layout: Layout
    keys: KeyRing
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    actor: str = "quanshu"
    workers: int = 1
    governance_db: str = field(default="", repr=False)  # both may hold passwords
    alerts: tuple[str, ...] = field(default=(), repr=False)
    bounds: Bounds = field(default_factory=Bounds)
    landed_bytes: int = 10 * GIGABYTE
    spark: Address | None = None

    @property
    def keys_now(self) -> KeyRing:
        """Return the keys as they are now, whatever they were when the process began."""
        return self.keys.current()

    @property
    def rights(self) -> Rights:
        """Return who may be given what now: the store is asked each time, and never remembered.

        Raises:
            SettingsError: the governance store cannot be read.
        """
        return Rights(self.catalog, standings(self.layout, self.governance_db))

    @property
    def audit(self) -> AuditLog:
        """Return the audit log, which every act is entered in before it is done."""
        return AuditLog(self.layout)

    @property
    def tally(self) -> Tally:
        """Return the counts of the audit log, by days of the city; only what is new is read.

        Raises:
            AuditError: the log is damaged.
        """
        return tallied(self.audit, ZoneInfo(self.catalog.profile.timezone))

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the lock of one resource or stop, so that two runners never write it at once."""
        with locked(self.layout, name):
            yield

    def side_by_side(self, some: Sequence[A], do: Callable[[A], B]) -> list[B]:
        """Do the same with each of some that wait for nobody, `workers` at a time.

        Whoever asks is one of the workers. What came of them is returned in the order given. After
        an error, which is raised, none begins that has not begun.
        """
        left, done = deque(enumerate(some)), dict[int, B]()

        def work() -> None:
            try:
                while found := _taken(left):
                    done[found[0]] = copy_context().run(do, found[1])
            except BaseException:
                left.clear()
                raise

        others = min(self.workers, len(some)) - 1
        with ThreadPoolExecutor(max(1, others), "side-by-side") as pool:
            begun = [pool.submit(copy_context().run, work) for _ in range(others)]
            work()
            for one in begun:
                one.result()
        return [done[place] for place in range(len(some))]


def _taken(left: deque[A]) -> A | None:
    """Take the first that is left, whoever else takes some."""
    try:
        return left.popleft()
    except IndexError:
        return None
