"""The DuckDB file that a consumer opens: commented views over the files of one grant's extracts.

Belongs here: making that file aside and putting it in place. Keep out: what the comments say
(`governance`). Plain DuckDB opens the file read-only and without any extension.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lakehouse.sql import Value, identifier, identifiers, literal
from lakehouse.swaps import FOLDER_MODE, aside, clear_aside, swap_file
from lakehouse.table_shape import Shape
from lakehouse.tables import live_files

__all__ = ["META_VIEW", "ShareView", "build_share_file"]

META_VIEW = "_meta"


@dataclass(frozen=True)
class ShareView:
    """One view: its name and comments are the shape's, its rows those of the extract."""

    shape: Shape
    extract: Path


def build_share_file(
    place: Path, views: Sequence[ShareView], about: Sequence[Mapping[str, Value]], comment: str
) -> None:
    """Build a grant's DuckDB file aside and put it in place.

    Args:
        place: where the file belongs.
        views: the views, each over an extract that already lies in its own place.
        about: the rows of `_meta`, at least one, all with the same keys; None is a null text.
        comment: what `_meta` is.
    """
    place.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    clear_aside(place)
    with duckdb.connect(aside(place)) as con:
        for view in views:
            _add_view(con, view)
        con.execute(f"CREATE VIEW {identifier(META_VIEW)} AS {_values(about)}")
        con.execute(f"COMMENT ON VIEW {identifier(META_VIEW)} IS {literal(comment)}")
    swap_file(place)


def _add_view(con: duckdb.DuckDBPyConnection, view: ShareView) -> None:
    name = identifier(view.shape.name)
    files = literal(live_files(view.extract))
    columns = identifiers(view.shape.names)
    con.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet({files})")
    con.execute(f"COMMENT ON VIEW {name} IS {literal(view.shape.description)}")
    for column in view.shape.columns:
        place = f"{name}.{identifier(column.name)}"
        con.execute(f"COMMENT ON COLUMN {place} IS {literal(column.comment)}")


def _values(rows: Sequence[Mapping[str, Value]]) -> str:
    """Return SQL that yields these rows; they describe the grant and hold no data."""
    names = list(rows[0])
    tuples = ", ".join(
        "(" + ", ".join(_constant(row[name]) for name in names) + ")" for row in rows
    )
    return f"SELECT * FROM (VALUES {tuples}) AS facts ({identifiers(names)})"


def _constant(value: Value) -> str:
    return "CAST(NULL AS VARCHAR)" if value is None else literal(value)
