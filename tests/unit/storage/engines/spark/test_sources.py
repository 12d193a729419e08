"""Sources: views by their queries, files where they lie, tables that are brought there."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.engines.connection import in_memory
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.rendering import rendered
from storage.engines.spark.sources import OnConnection
from storage.places.object_path import ObjectPath
from storage.sql import parquet
from tests.harness.fixtures import store

__all__ = ["store"]


def test_a_name_is_said_by_what_it_stands_for(tmp_path: Path) -> None:
    """Through views of views, down to files and a table; what is read twice is one source."""
    file = tmp_path / "a [1] 来.parquet"
    pq.write_table(pa.table({"_row": pa.array([1, 2], pa.int64()), "a": ["x", None]}), file)
    con = in_memory()
    con.execute(f"CREATE VIEW feed AS FROM {parquet(file)}")
    con.execute("CREATE TABLE kept AS SELECT 2::BIGINT AS _row")
    con.execute("CREATE TEMP VIEW accepted AS FROM feed ANTI JOIN kept USING (_row)")
    sources = OnConnection(con)
    query = "SELECT n.a FROM accepted n JOIN feed o ON n._row = o._row"
    said = rendered(query, sources, {}).sql.replace("`", "")
    assert sources.files == {"rows_0": (file,)}
    assert sources.tables == {"rows_1": "kept"}
    assert sources.columns["rows_0"] == {"_row": "BIGINT", "a": "VARCHAR"}
    assert said.count("FROM rows_0") == 2
    assert "LEFT ANTI JOIN rows_1 AS kept ON feed._row = kept._row" in said
    con.close()


def test_parts_of_a_time_are_said_of_a_view_as_of_a_query(tmp_path: Path) -> None:
    """DuckDB repeats EXTRACT in words of its own."""
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"d": pa.array([None], pa.date32())}), file)
    con = in_memory()
    asked = "SELECT extract(year FROM d) * 372 + extract(month FROM d) AS place FROM"
    con.execute(f"CREATE VIEW placed AS {asked} {parquet(file)}")
    said = rendered("SELECT place FROM placed", OnConnection(con), {}).sql.replace("`", "")
    assert "EXTRACT(YEAR FROM d) * 372) + EXTRACT(MONTH FROM d)" in said
    con.close()


def test_a_column_that_no_file_has_is_null(tmp_path: Path) -> None:
    """A table that gained a column reads as before."""
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": ["x"]}), file)
    con = in_memory()
    later = "SELECT CAST(NULL AS VARCHAR) AS a, CAST(NULL AS BIGINT) AS n WHERE false"
    con.execute(f"CREATE VIEW feed AS FROM {parquet(file)} UNION ALL BY NAME {later}")
    said = rendered("SELECT a, n FROM feed", OnConnection(con), {}).sql.replace("`", "")
    assert "CAST(NULL AS BIGINT) AS n FROM rows_0" in said
    con.close()


@pytest.mark.parametrize(
    "query",
    ["SELECT a FROM read_parquet(['/x.parquet'], filename = '_path')", "SELECT a FROM range(3)"],
)
def test_any_other_source_is_refused(query: str) -> None:
    """Rows with their file's name, and what is neither a relation nor files."""
    con = in_memory()
    with pytest.raises(NotSaidAlike):
        rendered(query, OnConnection(con), {})
    con.close()


def test_files_are_told_apart_by_where_they_lie(tmp_path: Path, store: ObjectPath) -> None:
    """On a store or on a disk, in one list or alone."""
    here, there = tmp_path / "a.parquet", store / "b=1" / "a.parquet"
    pq.write_table(pa.table({"n": [1]}), here)
    there.upload(here)
    con = in_memory()
    sources = OnConnection(con)
    rendered(f"SELECT n FROM {parquet([there, here])}", sources, {})
    [(one, other)] = sources.files.values()
    assert isinstance(one, ObjectPath)
    assert (one, other) == (there, here)
    con.close()
