"""Behaviour of filling: a renewed file is the file made anew, and costs what differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from outlets.views.filling import Stamp, put_in_place, stamped, whole
from outlets.views.sql import Commented
from storage.delta.table_shape import Column
from storage.sql import literal
from tests.city import NOW

_SHOWN = (
    "SELECT schema_name, view_name, sql, comment FROM duckdb_views() WHERE NOT internal",
    "SELECT schema_name, table_name, sql, comment FROM duckdb_tables() WHERE NOT internal",
    "SELECT table_name, column_name, comment, data_type FROM duckdb_columns() WHERE NOT internal",
    "SELECT digest, views FROM _meta.built",
    "FROM _meta.contents",
)


def view(name: str, query: str, comment: str = "", *, stored: bool = False) -> Commented:
    """Return a view of one column."""
    return Commented("quality", name, query, comment, (Column("a", "BIGINT", "甲"),), stored=stored)


def put(path: Path, *views: Commented, base: str = "base", digest: str = "1") -> dict[str, str]:
    """Put a file in place as a run does; return the views that could not be made."""
    broken = put_in_place(path, views, Stamp(base, digest), NOW, stamped(path))
    return {name: type(error).__name__ for name, error in broken.items()}


def shown(path: Path) -> list[list[tuple[Any, ...]]]:
    """Return everything that a file holds and says of it."""
    with duckdb.connect(path, read_only=True) as con:
        return [sorted(con.execute(one).fetchall(), key=str) for one in _SHOWN]


def test_a_renewed_file_is_the_one_made_anew(tmp_path: Path) -> None:
    """Views and tables that came, changed, changed their kind or went leave nothing else behind."""
    first = (
        view("stays", "SELECT 1 AS a", "说明"),
        view("rows", "SELECT 1 AS a", stored=True),
        view("turns", "SELECT 2 AS a", stored=True),
        view("goes", "SELECT 3 AS a"),
        view("above", "SELECT a FROM quality.rows"),
    )
    later = (
        first[0],
        view("rows", "SELECT unnest([7, 8]) AS a", stored=True),
        view("turns", "SELECT 2 AS a"),
        view("comes", "SELECT 4 AS a", "新"),
        first[-1],
    )
    renewed, anew = tmp_path / "renewed.duckdb", tmp_path / "anew.duckdb"
    assert put(renewed, *first) == {}
    assert put(renewed, *later, digest="2") == {}
    put(anew, *later, digest="2")

    assert shown(renewed) == shown(anew)
    with duckdb.connect(renewed, read_only=True) as con:
        assert con.execute("SELECT sum(a) FROM quality.above").fetchall() == [(15,)]


def test_what_did_not_change_is_not_made_again(tmp_path: Path) -> None:
    """A view whose file is gone would fail if it were made again, and is not."""
    lies, path = tmp_path / "rows.parquet", tmp_path / "f.duckdb"
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT 1 AS a) TO {literal(lies)}")
    over = view("over", f"SELECT a FROM read_parquet({literal(lies)})")
    put(path, over, view("rows", "SELECT 1 AS a", stored=True))
    lies.unlink()

    assert put(path, over, view("rows", "SELECT 2 AS a", stored=True), digest="2") == {}
    told = put(path, over, view("rows", "SELECT 2 AS a", stored=True), base="other", digest="2")
    assert told == {"quality.over": "IOException"}


def test_a_file_that_cannot_be_renewed_is_made_anew(tmp_path: Path) -> None:
    """One that does not say what its views were made of, as earlier programs wrote it, is whole."""
    path = tmp_path / "f.duckdb"
    put(path, view("rows", "SELECT 1 AS a"))
    with duckdb.connect(path) as con:
        con.execute("ALTER TABLE _meta.contents DROP made")
    assert whole(path)

    assert put(path, view("rows", "SELECT 2 AS a"), digest="2") == {}
    with duckdb.connect(path, read_only=True) as con:
        assert con.execute("FROM quality.rows").fetchall() == [(2,)]
        assert con.execute("SELECT count(made) FROM _meta.contents").fetchall() == [(1,)]


def test_a_file_without_some_of_its_views_is_never_taken_for_right(tmp_path: Path) -> None:
    """Its stamp is empty: when the table can be read again, the view comes."""
    path = tmp_path / "f.duckdb"
    lost = view("lost", "FROM nowhere")
    for _ in range(2):
        assert put(path, view("rows", "SELECT 1 AS a"), lost) == {
            "quality.lost": "CatalogException"
        }
        found = stamped(path)
        assert found is not None
        assert (str(found.stamp).strip(), found.views) == ("", 1)
    assert put(path, view("rows", "SELECT 1 AS a"), view("lost", "SELECT 1 AS a")) == {}


def test_a_file_renewed_every_day_does_not_grow(tmp_path: Path) -> None:
    """The place of what went is used again."""
    path = tmp_path / "f.duckdb"
    sizes = []
    for day in range(12):
        rows = view("rows", f"SELECT {day} + range AS a FROM range(500)", stored=True)
        put(path, view("stays", "SELECT 1 AS a", stored=True), rows, digest=str(day))
        sizes.append(path.stat().st_size)
    assert max(sizes) <= 2 * sizes[0]


def test_a_lost_or_damaged_file_says_nothing(tmp_path: Path) -> None:
    """One that is not there, is no database, or was cut short has no stamp."""
    path = tmp_path / "f.duckdb"
    assert not whole(path)
    put(path, view("rows", "SELECT 1 AS a"))
    cut = path.read_bytes()[: 5 * 4096]
    for damage in (cut, b"no database", b""):
        path.write_bytes(damage)
        assert not whole(path)
    put(path, view("rows", "SELECT 1 AS a"))
    assert whole(path)
