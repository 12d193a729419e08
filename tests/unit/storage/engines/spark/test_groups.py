"""Groups of rows: counted, and looked at in the one order that their numbers give."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.rendering import rendered
from tests.harness.sail import both

TYPES = {"_row": "BIGINT", "k": "VARCHAR", "n": "BIGINT", "x": "DOUBLE"}
BEFORE = "OVER (PARTITION BY k ORDER BY _row)"


def rows() -> pa.Table:
    """Return numbered rows of few keys, nulls among them, in no order."""
    draw = random.Random(2)
    numbers = draw.sample(range(1, 400), 200)
    keys = [draw.choice(["a", "b", "", None]) for _ in numbers]
    values = [draw.choice([1, 2, 2**62, None]) for _ in numbers]
    return pa.table({"_row": pa.array(numbers, pa.int64()), "k": keys, "n": values})


QUERIES = (
    "SELECT k, count(*) AS c, count(DISTINCT n) AS d, max(n) AS m FROM landed_records GROUP BY k",
    (
        "SELECT count(DISTINCT k) + coalesce(max(CASE WHEN k IS NULL THEN 1 ELSE 0 END), 0) AS c "
        "FROM landed_records"
    ),
    (
        f"SELECT _row, row_number() {BEFORE} AS c, lag(n) {BEFORE} AS b, "
        f"CASE WHEN row_number() {BEFORE} = 1 THEN n ELSE lag(CASE WHEN n <> 2 THEN n END) "
        f"{BEFORE} END AS w FROM landed_records"
    ),
    "SELECT _row, ['甲', 'b''c', '丙'][1 + (_row // 200)] AS w FROM landed_records",
)


@pytest.mark.parametrize("query", QUERIES)
def test_groups_are_worked_out_the_same(query: str, tmp_path: Path) -> None:
    """A null is a key of its own, and no value that counts."""
    here, there = both(query, rows(), tmp_path)
    assert sorted(there, key=repr) == sorted(here, key=repr)
    assert here


@pytest.mark.parametrize(
    "sql",
    [
        "row_number() OVER (PARTITION BY k ORDER BY n)",
        "row_number() OVER (PARTITION BY k ORDER BY _row DESC)",
        "row_number() OVER (ORDER BY _row)",
        "row_number() OVER (PARTITION BY k)",
        "lag(n, 2) OVER (PARTITION BY k ORDER BY _row)",
        "lead(n) OVER (PARTITION BY k ORDER BY _row)",
        "max(n) OVER (PARTITION BY k ORDER BY _row)",
        "lag(n) OVER (PARTITION BY k ORDER BY _row ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
        "EXISTS (SELECT 1 FROM (SELECT n AS b FROM landed_records) WHERE b = 1)",
        "count(n)",
        "count(DISTINCT unknown(n))",
        "max(k)",
        "['a', 'b'][2 + (_row // 200)]",
        "[k, 'b'][1 + (_row // 200)]",
    ],
)
def test_what_leaves_an_order_open_is_refused(sql: str) -> None:
    """Windows in another order or of another reach, and counts of what no engine counts alike."""
    with pytest.raises(NotSaidAlike):
        rendered(f"SELECT {sql} AS c FROM landed_records", TYPES, {})
