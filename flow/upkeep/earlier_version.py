"""Remains of an earlier version: ledgers with too few columns or too many rows, an unsealed past.

Belongs here: looking for them in a home, bringing them along. Keep out: tables and the catalogue
(`evolution`), how a table gains a column (`storage.delta.appending`).
A ledger that lacks a column works: it reads as null, and the next fact brings it. An upgrade that
ends with nothing left to do is easier to trust. Versions until 2026-11 let two workers join the
same files of a ledger side by side, so that every fact in them was there twice (ADR 0082).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from audit.acts import Operation
from audit.lake import SEALED, tables_of
from catalog_specs.errors import UnreadableError
from flow.acts import about_city, at_work
from flow.city import City
from flow.failures import Failure, Faults
from flow.upkeep.sealing import seal_lake
from flow.upkeep.tidying import held
from outlets.views.ledgers import LEDGERS
from storage.delta.appending import gain_columns
from storage.delta.commits import Commit, retrying
from storage.delta.fast_write import removed_if_refused, write_content
from storage.delta.log_entries import Replacement, commit_replacement
from storage.delta.table_shape import Shape, empty_select
from storage.delta.tables import Snapshot, glance, snapshot
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench
from storage.ledger import Ledger
from storage.places.object_path import Place
from storage.sql import identifiers, literal, parquet

__all__ = ["bring_ledgers", "drop_repeated", "lacking", "repeated", "take_over_past"]

_ONCE = "facts-once"
"""The application transaction of commits that leave each fact of a ledger once."""


def lacking(city: City) -> Mapping[str, tuple[str, ...]]:
    """Return the ledgers of a home that lack columns, each with these."""
    found = {}
    for ledger in LEDGERS:
        table = glance(ledger.path(city.layout))
        there = {one.name for one in table.columns} if table else set(ledger.shape.names)
        missing = tuple(name for name in ledger.shape.names if name not in there)
        if missing:
            found[ledger.name] = missing
    return found


def bring_ledgers(city: City) -> Mapping[str, tuple[str, ...]]:
    """Give ledgers the columns that they lack; no row is rewritten. Returns what was done."""
    done = lacking(city)
    known = {ledger.name: ledger for ledger in LEDGERS}
    for name in done:
        act = about_city(city, Operation.MAINTAIN, "补齐台账的新列", f"ledgers/{name}")
        with city.lock(f"tidying.{name}"), at_work(city, act):
            gain_columns(known[name].path(city.layout), known[name].shape)
    return done


def repeated(city: City) -> Mapping[str, int]:
    """Return the ledgers that hold facts more than once, each with the rows that are too many."""
    done = {}
    with open_workbench(city.layout.work, city.limits) as con:
        for ledger in LEDGERS:
            found = glance(ledger.path(city.layout))
            if found is not None and (many := _repeated(con, found)):
                done[ledger.name] = many
    return done


def _repeated(con: Connection, found: Snapshot) -> int:
    rows = found.scan_sql()
    [(every, once)] = con.execute(
        f"SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT * FROM {rows})) FROM {rows}"
    ).fetchall()
    return int(every - once)


def drop_repeated(city: City) -> Mapping[str, int]:
    """Leave each fact of each ledger once, the first that is there; returns the rows that went.

    A fact has a name under which it is recorded once (`Ledger.once`), so rows that are alike in
    every column are one fact. Whoever appends meanwhile is not kept waiting.
    """
    done = repeated(city)
    for ledger in (one for one in LEDGERS if one.name in done):
        act = about_city(city, Operation.MAINTAIN, "去除台账中的重复记录", f"ledgers/{ledger.name}")
        with (
            city.lock(f"tidying.{ledger.name}"),
            at_work(city, act),
            open_workbench(city.layout.work, city.limits) as con,
        ):
            path = ledger.path(city.layout)
            retrying(path, partial(_once, con, path, ledger))
    return done


def _once(con: Connection, path: Place, ledger: Ledger[Any]) -> None:
    found = snapshot(path)
    assert found is not None  # noqa: S101 - it holds facts
    shape = Shape(ledger.shape.name, ledger.shape.description, found.columns)
    added = write_content(con, _first_of_each(found), path, shape)
    commit = Commit(_ONCE, (found.transaction_version(_ONCE) or 0) + 1, {"ledger": ledger.name})
    with removed_if_refused(added):
        commit_replacement(found, Replacement(found.files, added), shape, commit)


def _first_of_each(found: Snapshot) -> str:
    """Return a query for rows without those that are alike, in the order in which they came."""
    files = [*reversed(found.files)]  # the log names the newest first
    names = identifiers(one.name for one in found.columns)
    read = parquet(files, "union_by_name = true", "filename = true", "file_row_number = true")
    place = f"list_position({literal(files)}, filename) * {1 << 40} + file_row_number"
    empty = empty_select(found.columns)
    every = f"(SELECT *, {place} AS _place FROM {read}) UNION ALL BY NAME {empty}"
    first = f"SELECT {names}, min(_place) AS _place FROM ({every}) GROUP BY {names}"
    return f"SELECT {names} FROM ({first}) ORDER BY _place"


def take_over_past(city: City, document: str | None = None) -> tuple[Failure, ...]:
    """Seal what lies in a home whose lake was never sealed: no act could explain it then.

    Once for a home. A table with a commit that was foreign to that version too is left out, and is
    held until somebody decides. Returns what failed.
    """
    faults = Faults(city.layout)
    if not any(SEALED in entry.act.facts for entry in city.audit.read()):
        seal_lake(city, faults, frozenset(_ours(city)), document)
    return tuple(faults.found)


def _ours(city: City) -> list[str]:
    ours = []
    for name, path in tables_of(city.layout):
        try:
            if not held(city, path, name):
                ours.append(name)
        except UnreadableError:
            continue  # nothing of it can be said
    return ours
