"""What can be compared with what."""

from __future__ import annotations

import pytest

from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.kinds import kind_of, spark_type

sqlglot = pytest.importorskip("sqlglot")


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("n", "NUMBER"),
        ("(d)", "DATE"),
        ("CAST(t AS TIMESTAMP)", "MOMENT"),
        ("CASE WHEN t IS NULL THEN NULL ELSE 'x' END", None),
        ("CASE WHEN t = 'x' THEN d END", "DATE"),
        ("length(t)", "NUMBER"),
        ("'x'", "TEXT"),
        ("unknown", None),
    ],
)
def test_the_kind_of_an_expression_is_in_its_words(sql: str, kind: str | None) -> None:
    """Where they do not tell, nobody guesses."""
    columns = {"n": "DECIMAL(18,2)", "d": "DATE", "t": "VARCHAR"}
    assert kind_of(sqlglot.parse_one(sql, read="duckdb"), columns) == kind


def test_a_type_is_called_as_spark_calls_it() -> None:
    """And one that not every engine has is refused."""
    named = [spark_type(one) for one in ("VARCHAR", "TIMESTAMP", "DECIMAL(18, 2)", "DATE")]
    assert named == ["string", "timestamp_ntz", "decimal(18, 2)", "date"]
    with pytest.raises(NotSaidAlike):
        spark_type("HUGEINT")
