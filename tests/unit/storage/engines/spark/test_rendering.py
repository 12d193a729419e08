"""A whole query in the words of Spark: stars written out, columns that landed without, look-ups."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.rendering import rendered
from tests.harness.sail import both

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
