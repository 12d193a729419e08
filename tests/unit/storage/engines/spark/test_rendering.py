"""A whole query in the words of Spark: stars written out, columns that landed without, look-ups."""

from __future__ import annotations

import pytest

from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.rendering import rendered

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
        "SELECT a FROM landed_records WHERE a = 'x'",
        "SELECT DISTINCT a FROM landed_records",
        "SELECT a FROM landed_records GROUP BY a",
        "SELECT a FROM landed_records ORDER BY a LIMIT 1",
        "SELECT a FROM (SELECT a FROM landed_records UNION ALL SELECT a FROM landed_records)",
        "SELECT a FROM landed_records JOIN other USING (a)",
        "DELETE FROM landed_records",
        "SELECT FROM WHERE",
    ],
)
def test_any_other_shape_of_a_query_is_refused(query: str) -> None:
    """Filters, groups, joins, unions of several, and what is no query at all."""
    with pytest.raises(NotSaidAlike):
        said(query)
