"""Sums of items: of the type that DuckDB gives them, with the same results and the same limits."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from storage.engines.connection import EngineError, in_memory
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.rendering import rendered
from storage.engines.spark.sums import sum_type
from tests.harness.sail import answers, both

SIZES = ((4, 2), (9, 0), (17, 6), (18, 2), (18, 18), (19, 2), (20, 5), (36, 2), (38, 10))
TYPES = ("INTEGER", "BIGINT", *(f"DECIMAL({wide},{scale})" for wide, scale in SIZES))
SUMS = (
    "0 + n + d <= 10.5",
    "0 + n + m <> 4",
    "d - e > 0.01",
    "e - (d + n) <= d",
    "s + d + 7 BETWEEN -3 AND 100",
    "(d + e) + s IS NULL",
)


def test_a_sum_has_the_type_that_duckdb_gives_it() -> None:
    """Of every two types, however many digits they have."""
    con = in_memory()
    for left, right in product(TYPES, TYPES):
        con.execute(f"CREATE OR REPLACE TABLE two (x {left}, y {right})")
        ((_, kind, *_),) = con.execute("DESCRIBE SELECT x + y AS made FROM two").fetchall()
        assert sum_type(left, right) == kind.replace("INTEGER", "INT"), (left, right)
    con.close()
    assert sum_type("BIGINT", "DOUBLE") is sum_type("VARCHAR", "BIGINT") is None


def drawn(count: int) -> pa.Table:
    """Return rows of numbers, whole and pointed, small and near the limits of what can be added."""
    draw = random.Random(3)

    def some(make: Callable[[], Any]) -> list[Any]:
        return [make() if draw.random() < 0.85 else None for _ in range(count)]

    def cents(most: int) -> Decimal:
        return Decimal(draw.choice((draw.randint(-500, 500), draw.randint(-most, most)))) / 100

    return pa.table(
        {
            "n": pa.array(some(lambda: draw.choice((draw.randint(-9, 9), 2**61))), pa.int64()),
            "m": pa.array(some(lambda: draw.randint(-9, 9)), pa.int64()),
            "d": pa.array(some(lambda: cents(10**16)), pa.decimal128(18, 2)),
            "e": pa.array(some(lambda: cents(10**14)), pa.decimal128(20, 2)),
            "s": pa.array(some(lambda: cents(999)), pa.decimal128(4, 2)),
        }
    )


def test_conditions_over_sums_hold_of_the_same_rows(tmp_path: Path) -> None:
    """Six conditions over five hundred drawn rows, nulls among them."""
    listed = ", ".join(f"({one}) AS c{n}" for n, one in enumerate(SUMS))
    here, there = both(f"SELECT {listed} FROM landed_records", drawn(500), tmp_path)
    assert there == here
    answered = [{row[n] for row in here} for n in range(len(SUMS))]
    assert [SUMS[n] for n, found in enumerate(answered) if not {True, False} <= found] == []


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("n + n = 1", {"n": pa.array([2**62], pa.int64())}),
        ("0 - n - n = 1", {"n": pa.array([2**63 - 1], pa.int64())}),
        ("d + d = 1", {"d": pa.array([Decimal("9999999999999999.99")], pa.decimal128(18, 2))}),
        (
            "d + f - d = 1",
            {
                "d": pa.array([Decimal(9000000000000000)], pa.decimal128(18, 2)),
                "f": pa.array([Decimal("-1.000001")], pa.decimal128(18, 6)),
            },
        ),
    ],
)
def test_a_sum_that_does_not_fit_is_told_by_both(
    sql: str, rows: dict[str, pa.Array], tmp_path: Path
) -> None:
    """Nothing wraps around: what DuckDB raises of, the second engine raises of as well."""
    con, query = in_memory(), f"SELECT {sql} AS c FROM landed_records"
    con.register("landed_records", pa.table(rows))
    types = {name: kind for name, kind, *_ in con.execute("DESCRIBE landed_records").fetchall()}
    with pytest.raises(EngineError):
        con.execute(query).fetchall()
    con.close()
    said = rendered(query, types, {}).sql
    from pyspark.errors import PySparkException

    with pytest.raises(PySparkException):
        answers(said, pa.table(rows), tmp_path)


@pytest.mark.parametrize(
    "sql",
    ["n * 2 = 4", "n + t = 1", "w + n = 1", "n + 1.5 = 1", "(n) * n = 1", "n + m = 1e3"],
)
def test_what_no_sum_of_numbers_is_is_refused(sql: str) -> None:
    """Products, texts, floats, and numbers of more digits than every engine has."""
    types = {"n": "BIGINT", "m": "BIGINT", "t": "VARCHAR", "w": "DECIMAL(38,2)"}
    with pytest.raises(NotSaidAlike):
        rendered(f"SELECT {sql} AS c FROM landed_records", types, {})
