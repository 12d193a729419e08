"""A whole query in the words of Spark: stars written out, columns that landed without, look-ups."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from deltalake import write_deltalake
from sqlglot.dialects.duckdb import DuckDB

from storage.engines.connection import in_memory
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.rendering import rendered
from storage.engines.spark.sources import OnConnection
from storage.sql import identifiers
from tests.harness.sail import answers, both

NAME = re.compile("[a-z_]+")
LANDED = {"_row": "BIGINT", "a": "VARCHAR"}
READ = (
    "(SELECT * FROM read_parquet(['/x'], hive_partitioning = false) UNION ALL BY NAME "
    "SELECT CAST(NULL AS VARCHAR) AS a, CAST(NULL AS VARCHAR) AS b WHERE FALSE)"
)


def said(query: str, **own: str) -> str:
    """Return a query as it is rendered, without the quotes of names."""
    return rendered(query, LANDED, own).sql.replace("`", "")


def test_stars_are_written_out_over_the_landed_records() -> None:
    """With what is left out, replaced and added; a column that was landed without reads as null."""
    query = f"SELECT * EXCLUDE (_row) REPLACE (b || 'x' AS b), a AS c FROM {READ}"
    assert said(query) == (
        "SELECT a AS a, b || 'x' AS b, a AS c FROM (SELECT _row AS _row, a AS a, "
        "CAST(NULL AS STRING) AS b FROM landed_records)"
    )


def test_functions_of_our_own_are_written_out() -> None:
    """With what they are given in the place of their argument."""
    assert said("SELECT ok(a || 'z') AS c FROM landed_records", ok="s = 'b'") == (
        "SELECT (a || 'z' = 'b') AS c FROM landed_records"
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a FROM other",
        "SELECT a FROM landed_records ORDER BY a LIMIT 1",
        "SELECT DISTINCT ON (a) a FROM landed_records",
        "SELECT a FROM landed_records GROUP BY ALL",
        "SELECT a FROM landed_records GROUP BY CUBE (a)",
        "SELECT a FROM landed_records QUALIFY row_number() OVER (ORDER BY a) = 1",
        "SELECT count(a) AS n FROM landed_records",
        "SELECT max(a) AS n FROM landed_records",
        "SELECT hash(a) AS n FROM landed_records",
        "SELECT hash(a) = 1 AS _hash FROM landed_records",
        "SELECT a, _row AS a FROM landed_records",
        "SELECT a FROM landed_records UNION SELECT a FROM landed_records",
        "SELECT a FROM landed_records UNION ALL SELECT _row FROM landed_records",
        "SELECT a FROM landed_records UNION ALL BY NAME SELECT a FROM landed_records",
        "SELECT n.a FROM landed_records n JOIN other o ON n.a = o.a",
        "SELECT n.a FROM landed_records n JOIN landed_records o USING (a)",
        "SELECT n.a FROM landed_records n, landed_records o",
        "SELECT * FROM landed_records n JOIN landed_records o ON n.a = o.a",
        "SELECT n.a FROM landed_records n RIGHT JOIN landed_records o ON n.a = o.a",
        "SELECT n.a FROM landed_records n ASOF JOIN landed_records o ON n.a >= o.a",
        "SELECT 1 AS a",
        "DELETE FROM landed_records",
        "SELECT FROM WHERE",
    ],
)
def test_any_other_shape_of_a_query_is_refused(query: str) -> None:
    """Sources that are not known, windows, unions by name, joins without a plain condition."""
    with pytest.raises(NotSaidAlike):
        said(query)


SHAPES = (
    "SELECT a FROM landed_records WHERE a = 'x' OR _row > 3",
    "SELECT DISTINCT a FROM landed_records WHERE a IS NOT NULL",
    "SELECT a, count(*) AS n, max(_row) AS m FROM landed_records GROUP BY a HAVING count(*) > 1",
    "SELECT (_row // 2) AS h FROM landed_records GROUP BY (_row // 2)",
    "SELECT a FROM landed_records WHERE _row < 2 UNION ALL SELECT a FROM landed_records",
    "SELECT n._row, o._row AS other FROM landed_records n JOIN landed_records o ON n.a = o.a",
    (
        "SELECT n._row, o.a FROM landed_records n LEFT JOIN (SELECT _row, a FROM landed_records "
        "WHERE _row < 4) o ON n.a IS NOT DISTINCT FROM o.a"
    ),
    (
        "SELECT coalesce(n.a, o.a) AS a, n._row IS NULL AS one FROM (SELECT * FROM landed_records "
        "WHERE _row < 4) n FULL JOIN (SELECT * FROM landed_records WHERE _row > 2) o "
        "ON n.a IS NOT DISTINCT FROM o.a"
    ),
    (
        "SELECT n.* FROM landed_records n SEMI JOIN (SELECT a FROM landed_records "
        "WHERE _row > 3) o ON n.a = o.a"
    ),
    (
        "SELECT n.* FROM landed_records n ANTI JOIN (SELECT a FROM landed_records "
        "WHERE _row > 3) o ON n.a IS NOT DISTINCT FROM o.a"
    ),
    "SELECT _row FROM landed_records WHERE a IS DISTINCT FROM 'x'",
    (
        "SELECT n._row FROM (SELECT _row, hash(a, _row) AS _hash FROM landed_records) n JOIN "
        "(SELECT _row, hash(a, _row) AS _hash FROM landed_records) o ON n._hash = o._hash"
    ),
    (
        "SELECT _row FROM landed_records WHERE NOT (a IS NULL OR a NOT IN (SELECT a FROM "
        "landed_records WHERE a IS NOT NULL GROUP BY a HAVING count(*) > 1))"
    ),
    (
        "SELECT _row FROM landed_records WHERE _row IN (SELECT max(_row) FROM landed_records "
        "GROUP BY a)"
    ),
    "SELECT k FROM (SELECT a AS k FROM landed_records) o WHERE o.k <> '' ",
    "SELECT a FROM landed_records UNION ALL SELECT CAST(NULL AS VARCHAR) AS a WHERE false",
)


@pytest.mark.parametrize("query", SHAPES)
def test_a_shape_that_is_said_has_the_same_rows(query: str, tmp_path: Path) -> None:
    """Filters, groups, joins and unions, with nulls and doubles among the values."""
    pytest.importorskip("pysail")
    texts = ["x", "x", None, "", "y", None, "z "]
    rows = pa.table({"_row": pa.array(range(len(texts)), pa.int64()), "a": texts})
    here, there = both(query, rows, tmp_path)
    assert sorted(there, key=repr) == sorted(here, key=repr)
    assert here, "a query of no rows proves nothing"


def test_rows_are_joined_by_their_keys_and_not_each_with_each(tmp_path: Path) -> None:
    """Nulls are a key too; a table of millions would never be compared with another."""
    pytest.importorskip("pysail")
    rows = pa.table({"_row": [1, 2], "a": ["x", None]})
    for kind in ("LEFT", "FULL", "SEMI", "ANTI"):
        query = (
            f"SELECT n._row FROM landed_records n {kind} JOIN landed_records o "
            "ON n.a IS NOT DISTINCT FROM o.a AND n._row IS NOT DISTINCT FROM o._row"
        )
        plan = str(answers(f"EXPLAIN {rendered(query, LANDED, {}).sql}", rows, tmp_path))
        assert "HashJoin" in plan
        assert "NestedLoop" not in plan


def test_a_file_of_one_value_has_a_hash_for_every_row(tmp_path: Path) -> None:
    """Its writer says exactly that no value is another, so that a reader need not look."""
    pytest.importorskip("pysail")
    rows = pa.table({"_row": [1, 2, 3], "a": ["x"] * 3})
    write_deltalake(tmp_path / "table", rows)
    (file,) = (tmp_path / "table").glob("*.parquet")
    hashed = "(SELECT _row, hash(a) AS _hash FROM landed_records)"
    query = (
        f"SELECT n._row FROM {hashed} n JOIN {hashed} o ON n._row = o._row AND n._hash = o._hash"
    )
    said = rendered(query, LANDED, {})
    found = answers(said.sql, rows, tmp_path, {"landed_records": file})
    assert sorted(found) == [(1,), (2,), (3,)]


def words() -> list[str]:
    """Return all that the reader of statements takes for a word, and DuckDB for a name."""
    theirs = duckdb.sql("SELECT keyword_name FROM duckdb_keywords()").fetchall()
    read = {word.lower() for word in DuckDB.Tokenizer.KEYWORDS if NAME.fullmatch(word.lower())}
    return sorted(read - {word for (word,) in theirs})


def test_a_column_may_be_called_by_any_word() -> None:
    """The view is told in DuckDB's words, which has quotes for none of these."""
    con = in_memory()
    names = words()
    assert {"xor", "rlike", "current_date"} <= {*names}
    listed = ", ".join(f'1 AS "{name}"' for name in names)
    con.execute(f"CREATE TEMP TABLE facts AS SELECT {listed}")
    con.execute(f"CREATE TEMP VIEW seen AS SELECT {identifiers(names)} FROM facts")
    told = rendered("SELECT * FROM seen", OnConnection(con), {}).sql
    assert [name for name in names if f"`{name}` AS `{name}`" not in told] == []
    con.close()


@pytest.mark.parametrize("name", ["insert", "map", "xor", "current_date", "drop"])
def test_a_condition_may_name_a_column_by_any_word(name: str) -> None:
    """Rules quote what PostgreSQL keeps for itself, and nothing else."""
    query = f"SELECT CASE WHEN {name} = 'x' THEN NULL ELSE {name} END AS made FROM landed_records"
    told = rendered(query, {name: "VARCHAR"}, {}).sql
    assert f"WHEN `{name}` = 'x'" in told
    assert f"ELSE `{name}` END" in told
