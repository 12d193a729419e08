"""Moving: tables and landed files taken from a disk to an object store, with all their history.

Belongs here: what is moved, the order, the act, holding what came to what was. Keep out: putting
files (`storage.places.transfers`), whose prefix it is (`storage.places.claim`).
Most is copied while runs go on. Then no act may begin, what changed meanwhile is copied, and one
note is written: from that moment on the tables lie on the store. Killed before it, the home works
on its disk as ever; killed after it, former tables are left on the disk, and the next move removes
them. Every byte of a table's log is the same, so that the audit log explains it as before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audit.acts import Operation
from audit.lake import tables_of
from catalog_specs.errors import ObjectStoreError, UnreadableError
from catalog_specs.rules.homes.store_faults import StoreFault
from flow.acts import about_city, at_work
from flow.city import City
from storage.delta.tables import Snapshot, snapshot
from storage.layout import Layout
from storage.locks import out_of_use
from storage.places.claim import (
    forget_left,
    left_on_disk,
    lies_at,
    require_reservable,
    reserve,
    switch,
)
from storage.places.object_path import ObjectPath
from storage.places.tables import LEDGERS, TABLE_KINDS
from storage.places.transfers import Transfer, files_below
from storage.swaps import remove

__all__ = ["Move", "move", "plan"]

MOVED = "moved"
"""The state that remembers what was put: without it all is put once more."""
_LANDING = "landing"
"""The folder of what was landed: it goes to the store as well, and stays on the disk."""

Told = Callable[[int, int], None]
"""Is told how many bytes were put so far, and of how many."""


@dataclass(frozen=True)
class Move:
    """The tables of a home and where they go: files and bytes of each, and how many were put.

    Landing is among them, as if it were one. Of a plan, how many wait to be put.
    """

    to: str
    tables: dict[str, tuple[int, int]]
    files: int
    size: int
    done: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "to": self.to,
            "tables": [
                {"table": name, "files": files, "bytes": size}
                for name, (files, size) in self.tables.items()
            ],
            "files": self.files,
            "bytes": self.size,
            "done": self.done,
        }


def plan(city: City, to: ObjectPath) -> Move:
    """Return what a move would take; nothing is written.

    Raises:
        ObjectStoreError: the store cannot be reached, or is not for this home.
        UnreadableError: a table is damaged.
    """
    if _over(city.layout, to):
        return Move(str(to), {}, 0, 0, done=True)
    require_reservable(city.layout.store_note, to)
    tables = _folders(city.layout)
    here = files_below(city.layout.lake, tables)
    waiting = _transfer(city.layout, to).waiting(here)
    size = sum(one.size for one in waiting.values())
    return Move(str(to), tables, len(waiting), size, done=False)


def move(city: City, to: ObjectPath, told: Told = lambda *_: None) -> Move:
    """Move the tables of a home from its disk to a store; repeated, it goes on where it was.

    Raises:
        ObjectStoreError: the store cannot be reached or used, or is not for this home; others are
            at work in it all the time; what came is not what was.
        UnreadableError: a table is damaged: nothing was moved.
        AuditError: the act cannot be entered: nothing was moved.
    """
    layout = city.layout
    # no table is tidied, and nobody else moves them
    with city.lock("tidying"):
        if _over(layout, to):
            with out_of_use(layout):
                _remove_former(layout)
            return Move(str(to), {}, 0, 0, done=True)
        planned = plan(city, to)
        transfer = _transfer(layout, to)

        def put(_: int) -> None:
            told(transfer.size, max(planned.size, transfer.size))

        content = f"{len(planned.tables) - 1} 张数据表和台账及落地文件 → {to}"
        act = about_city(city, Operation.MAINTAIN, "把数据表迁入对象存储", content)
        with at_work(city, act) as performance:
            performance.enter()
            reserve(layout.store_note, to)
            transfer.repeat(files_below(layout.lake, planned.tables), put)
        with out_of_use(layout):
            tables = _folders(layout)
            here = files_below(layout.lake, tables)
            transfer.repeat(here, put)
            if not transfer.is_complete(here):
                raise ObjectStoreError(StoreFault.FAILED, where=str(to))
            _require_alike(layout, Layout(layout.home, to))
            switch(layout.store_note, to)
            _remove_former(layout)
    return Move(str(to), tables, transfer.files, transfer.size, done=True)


def _over(layout: Layout, to: ObjectPath) -> bool:
    """Say whether the tables lie there by now, whatever is left on the disk.

    Raises:
        ObjectStoreError: they lie on another store.
    """
    store = lies_at(layout.store_note)
    if store and store != str(to):
        raise ObjectStoreError(StoreFault.ANOTHER_STORE, where=store)
    return bool(store)


def _transfer(layout: Layout, to: ObjectPath) -> Transfer:
    target = Layout(layout.home, to).tables
    return Transfer(layout.lake, target, layout.state(MOVED))  # type: ignore[arg-type] # it is a store's


def _folders(layout: Layout) -> dict[str, tuple[int, int]]:
    """Return the files and bytes of every table, each of which can be read, and of landing."""
    names = []
    for name, place in tables_of(layout):
        if snapshot(place) is None:
            raise UnreadableError("the table's log cannot be read", where=str(place))
        names.append(name)
    found = {name: files_below(layout.lake, (name,)).values() for name in (*names, _LANDING)}
    return {name: (len(files), sum(one.size for one in files)) for name, files in found.items()}


def _require_alike(former: Layout, now: Layout) -> None:
    """Refuse unless every table is at the same version there, of the same files."""
    for name, place in tables_of(former):
        was, came = snapshot(place), snapshot(now.tables / name)
        if was is None or came is None or _known(was) != _known(came):
            raise ObjectStoreError(StoreFault.FAILED, where=str(now.tables / name))


def _known(found: Snapshot) -> tuple[str, int, list[str]]:
    below = len(str(found.path))
    return found.table_id, found.version, sorted(one[below:] for one in found.files)


def _remove_former(layout: Layout) -> None:
    if not left_on_disk(layout.store_note):
        return
    for kind in (*TABLE_KINDS, LEDGERS):
        remove(layout.lake / kind)
    layout.state(MOVED).unlink(missing_ok=True)
    forget_left(layout.store_note)
