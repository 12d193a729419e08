"""Filling the analysts' file: its views made, and what it says of itself; only what differs again.

Belongs here: making views in a file, and reading back with what it was made. Keep out: which views
there are and when the file is built (`city_file`).
Every view is kept with a digest of its SQL. What has the same SQL lies in a copy of the former file
as it was, so that one delivery costs what it changes, however many resources there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from catalog_specs.errors import TableError
from outlets.views.sql import Commented
from storage.digests import sha256_of
from storage.engines.connection import Connection, EngineError, end_if_interrupted
from storage.engines.database_files import Contents, build_database, contents, opened
from storage.full_disk import is_full
from storage.sql import identifier, literal

__all__ = ["Former", "Stamp", "put_in_place", "stamped", "whole"]

_META = "_meta"
Place = tuple[str, str]
"""The schema and the name of a view."""


@dataclass(frozen=True)
class Stamp:
    """What a file was built of: `base` concerns all views, `digest` any of them.

    It is stored as one text. A file that lacks some of its views has an empty one.
    """

    base: str
    digest: str

    def __str__(self) -> str:
        """Return the text that is stored."""
        return f"{self.base} {self.digest}"


@dataclass(frozen=True)
class Former:
    """A file that holds what it was built with: of what, and how many views."""

    stamp: Stamp
    views: int


def stamped(path: Path) -> Former | None:
    """Return what a file was built of; None where it cannot say, or lacks anything of it."""
    if not path.exists():
        return None
    try:
        with opened(path) as con:
            (text, views) = con.execute("SELECT digest, views FROM _meta.built").fetchall()[0]
            listed = con.execute('SELECT "schema", "name", "rows" FROM _meta.contents').fetchall()
            if {(schema, name): rows for schema, name, rows in listed} != contents(con):
                return None
    except (EngineError, IndexError) as error:
        end_if_interrupted(error)
        return None
    base, _, digest = str(text).partition(" ")
    return Former(Stamp(base, digest), int(views))


def whole(path: Path) -> bool:
    """Say whether a file holds what it was built with."""
    return stamped(path) is not None


def put_in_place(
    path: Path, views: Sequence[Commented], stamp: Stamp, now: datetime, former: Former | None
) -> Mapping[str, Exception]:
    """Build a file of views aside and put it in place; return those that cannot be made.

    Of a former file with the same base it keeps what is still right. Where that goes wrong, for
    whatever reason, the file is built as if there were none.
    """
    if former and former.stamp.base == stamp.base:
        try:
            build_database(path, lambda con: _renew(con, views, (str(stamp), now)), begun=path)
        except (EngineError, TableError) as error:
            end_if_interrupted(error)
        else:
            return {}
    broken: dict[str, Exception] = {}
    build_database(path, lambda con: _fill(con, views, (str(stamp), now), broken))
    return broken


def _renew(con: Connection, views: Sequence[Commented], built: tuple[str, datetime]) -> Contents:
    """Make the views that differ from those of the file, and remove those that are gone."""
    _prepare(con)
    listed = con.execute('SELECT "schema", "name", "rows", made FROM _meta.contents').fetchall()
    before = {(schema, name): (made, rows) for schema, name, rows, made in listed}
    wanted = {(view.schema, view.name): _made_of(view) for view in views}
    for place, (made, rows) in before.items():
        if wanted.get(place) != made:
            con.execute(f"DROP {'VIEW' if rows is None else 'TABLE'} {_named(place)}")
    for view in views:
        place = (view.schema, view.name)
        if place not in before or before[place][0] != wanted[place]:
            con.execute("; ".join(view.statements()))
    return _signed(con, views, built)


def _fill(
    con: Connection,
    views: Sequence[Commented],
    built: tuple[str, datetime],
    broken: dict[str, Exception],
) -> Contents:
    """Make every view that can be made; the stamp of a file without some of its views is empty."""
    _prepare(con)
    made = _made(con, views, broken)
    text, now = built
    return _signed(con, made, ("" if broken else text, now))


def _prepare(con: Connection) -> None:
    """Spare the engine what pays only for large tables: help, and trying out compressions."""
    con.execute("SET threads = 1")
    con.execute("SET force_compression = 'uncompressed'")


def _signed(con: Connection, made: Sequence[Commented], built: tuple[str, datetime]) -> Contents:
    """Let the file say what it was built with; return what is then meant to be in it."""
    text, now = built
    con.execute("CREATE SCHEMA IF NOT EXISTS _meta")
    con.execute(
        "CREATE OR REPLACE TABLE _meta.built AS "
        "SELECT ? AS digest, CAST(? AS BIGINT) AS views, ? AS built_at",
        [text, len(made), now.isoformat()],
    )
    there = contents(con)
    meant = {(view.schema, view.name): there.get((view.schema, view.name)) for view in made}
    meant |= {(_META, "built"): 1, (_META, "contents"): len(made) + 2}
    digests = {(view.schema, view.name): _made_of(view) for view in made}
    listed = ", ".join(
        f"({', '.join(map(literal, (*place, rows, digests.get(place))))})"
        for place, rows in meant.items()
    )
    con.execute(
        "CREATE OR REPLACE TABLE _meta.contents AS "
        f'FROM (VALUES {listed}) AS told ("schema", "name", "rows", made)'
    )
    return meant


def _made(
    con: Connection, views: Sequence[Commented], broken: dict[str, Exception]
) -> Sequence[Commented]:
    """Make every view that can be made; note in `broken` those whose table cannot be read.

    A failing statement ends the transaction and takes with it what was made; then each view has one
    of its own.
    """
    try:
        for view in views:
            con.execute("; ".join(view.statements()))
    except EngineError as error:
        end_if_interrupted(error)
        con.execute("ROLLBACK")
    else:
        return views
    made = [view for view in views if _made_alone(con, view, broken)]
    con.execute("BEGIN")
    return made


def _made_alone(con: Connection, view: Commented, broken: dict[str, Exception]) -> bool:
    con.execute("BEGIN")
    try:
        con.execute("; ".join(view.statements()))
    except EngineError as error:
        if is_full(error):
            raise
        end_if_interrupted(error)
        broken[f"{view.schema}.{view.name}"] = error
        con.execute("ROLLBACK")
        return False
    con.execute("COMMIT")
    return True


def _made_of(view: Commented) -> str:
    """Return a digest of all SQL that makes a view."""
    return sha256_of("; ".join(view.statements()).encode())


def _named(place: Place) -> str:
    schema, name = place
    return f"{identifier(schema)}.{identifier(name)}"
