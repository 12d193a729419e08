"""Relations: a query that has a name, worked out at every reading or once."""

from __future__ import annotations

from pathlib import Path

from storage.engines.relation import as_table, as_view
from storage.engines.workbench import open_workbench


def test_a_view_follows_its_source_and_a_table_does_not(tmp_path: Path) -> None:
    """Both yield the query's rows; any name is quoted, and a second one replaces the first."""
    with open_workbench(tmp_path) as con:
        source = as_table(con, 'a "源"', "SELECT 1 AS n")
        view = as_view(con, "v", f"FROM {source.sql}")
        table = as_table(con, "t", f"FROM {source.sql}")
        as_table(con, 'a "源"', "SELECT 2 AS n")

        assert con.execute(f"FROM {view.sql}").fetchall() == [(2,)]
        assert con.execute(f"FROM {table.sql}").fetchall() == [(1,)]
