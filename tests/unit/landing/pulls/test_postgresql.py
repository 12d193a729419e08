"""How PostgreSQL is asked: what can be a watermark, and which rows come from a mark on.

The statements are run by an engine that reads the same SQL; `tests/flow` asks a real server.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from landing.pulls.database import WATERMARK, Asked
from landing.pulls.orders import Order
from landing.pulls.postgresql import PostgreSql
from landing.pulls.watermarks import Kind, Mark, Scale

HERE = "Asia/Shanghai"
SERVER = PostgreSql("postgresql://host/db", HERE, 5)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
MOMENT, PLACED = pa.timestamp("us"), pa.timestamp("us", "UTC")


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection whose clock is the city's, as a pull sets it."""
    with duckdb.connect() as made:
        made.execute(f"SET TimeZone = '{HERE}'")
        yield made


def rows(
    con: duckdb.DuckDBPyConnection, kind: str, values: list[Any], asked: Asked
) -> list[tuple[Any, ...]]:
    """Return the answer about a table `t` whose column `v` holds values."""
    con.execute(f"CREATE OR REPLACE TABLE t (v {kind})")
    con.executemany("INSERT INTO t VALUES (?)", [[value] for value in values])
    return con.execute(SERVER.statement(asked)).fetchall()


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.int16(), Kind.INTEGER),
        (pa.int64(), Kind.INTEGER),
        (pa.date32(), Kind.DATE),
        (MOMENT, Kind.TIMESTAMP),
        (PLACED, Kind.TIMESTAMPTZ),
        (pa.string(), Kind.TEXT),
        (pa.large_string(), Kind.TEXT),
        (pa.float64(), None),
        (pa.bool_(), None),
        (pa.binary(), None),
        (pa.list_(pa.int64()), None),
    ],
)
def test_a_watermark_is_what_its_column_is(column: pa.DataType, kind: Kind | None) -> None:
    """What has no order that can be told exactly is none."""
    assert SERVER.kind(None, "t", "v", column) is kind


@pytest.mark.parametrize(
    ("column", "kind", "order", "bound", "came"),
    [
        ("BIGINT", Kind.INTEGER, Order.VALUES, "9", {8: 0, 9: 1, 10: 1, None: 1}),
        ("TEXT", Kind.TEXT, Order.NUMBERS, "9", {"8": 0, "9": 1, "10": 1, "x": 0, "": 1, None: 1}),
        ("TEXT", Kind.TEXT, Order.BYTES, "it's b", {"it's a": 0, "it's b": 1, "": 1, None: 1}),
        ("TEXT", Kind.TEXT, Order.BYTES, "a", {"a": 1, "B": 0, "é": 1}),
        ("TEXT", Kind.TEXT, Order.MOMENTS, "2026-02-28", {"2026-02-27T23": 0, "2026-02-28T01": 1}),
        (
            "DATE", Kind.DATE, Order.VALUES, "2026-02-28",
            {"2026-02-27": 0, "2026-02-28": 1, "-infinity": 1, "infinity": 1, None: 1},
        ),
        (
            "TIMESTAMP", Kind.TIMESTAMP, Order.VALUES, "2026-02-28 08:00:00",
            {"2026-02-28 07:59:59.9": 0, "2026-02-28 08:00:00": 1, "-infinity": 1, None: 1},
        ),
        (
            "TIMESTAMPTZ", Kind.TIMESTAMPTZ, Order.VALUES, "2026-02-28 00:00:00",
            {"2026-02-28 07:59:59+08": 0, "2026-02-28 08:00:00+08": 1, "-infinity": 1, None: 1},
        ),
    ],
)  # fmt: skip
def test_rows_are_asked_for_from_a_mark_on(
    con: duckdb.DuckDBPyConnection,
    column: str,
    kind: Kind,
    order: Order,
    bound: str,
    came: dict[Any, int],
) -> None:
    """As its kind sorts, offsets included; what has no place in the order comes every time."""
    scale, mark = Scale(kind, order, NOW, HERE), Mark(kind, bound)
    values = list(came)
    found = rows(con, column, values, Asked("t", {"v": pa.string()}, "v", scale, mark, mark))
    con.execute(f"CREATE OR REPLACE TABLE w (v {column})")
    con.executemany("INSERT INTO w VALUES (?)", [[value] for value in values if came[value]])
    assert [one for one, _ in found] == [one for (one,) in con.sql("SELECT v FROM w").fetchall()]


def test_without_a_mark_every_row_comes(con: duckdb.DuckDBPyConnection) -> None:
    """The first pull has none; a pull without a watermark never has."""
    scale = Scale(Kind.INTEGER, Order.VALUES, NOW, HERE)
    first = Asked("t", {"v": pa.int64()}, "v", scale)
    assert rows(con, "BIGINT", [1, None], first) == [(1, 1), (None, None)]
    assert rows(con, "BIGINT", [1, None], Asked("t", {"v": pa.int64()})) == [(1,), (None,)]


@pytest.mark.parametrize(
    ("kind", "column", "value", "told"),
    [
        ("BIGINT", pa.int64(), 2**63 - 1, 2**63 - 1),
        ("BOOLEAN", pa.bool_(), True, True),
        ("DOUBLE", pa.float64(), 0.1 + 0.2, 0.1 + 0.2),
        ("TEXT", pa.string(), "x", "x"),
        ("DECIMAL(30, 10)", pa.decimal128(30, 10), "1.10", "1.1000000000"),
        ("DATE", pa.date32(), "infinity", "infinity"),
        ("TIMESTAMP", MOMENT, "2026-02-28 08:00:00.5", "2026-02-28 08:00:00.5"),
        ("TIMESTAMPTZ", PLACED, "2026-02-28 00:00:00+00", "2026-02-28 08:00:00"),
    ],
)
def test_what_is_no_plain_value_comes_as_its_text(
    con: duckdb.DuckDBPyConnection, kind: str, column: pa.DataType, value: Any, told: Any
) -> None:
    """So that numerics keep every digit, and an infinite date is no ruin of a column."""
    assert rows(con, kind, [value], Asked("t", {"v": column})) == [(told,)]


def test_a_moment_with_an_offset_is_a_watermark_in_utc(con: duckdb.DuckDBPyConnection) -> None:
    """The same moment has the same text whatever the connection's clock; others are as told."""
    for kind, clock in ((Kind.TIMESTAMPTZ, "00:00:00"), (Kind.TIMESTAMP, "08:00:00")):
        asked = Asked("t", {"v": pa.string()}, "v", Scale(kind, Order.VALUES, NOW, HERE))
        ((_, mark),) = rows(con, kind.value, ["2026-02-28 08:00:00"], asked)
        assert mark == f"2026-02-28 {clock}"
        assert con.execute(SERVER.statement(asked)).description[1][0] == WATERMARK


def test_shapes_are_texts_with_zeros_for_digits(con: duckdb.DuckDBPyConnection) -> None:
    """Each once, and no more of them than are asked for; what is empty has none."""
    con.execute("CREATE OR REPLACE TABLE t (v TEXT)")
    con.execute("INSERT INTO t VALUES ('2026-03-01'), ('1999-12-31'), ('v9'), (''), (NULL)")
    assert sorted(SERVER.shapes(con, "t", "v", 10)) == ["0000-00-00", "v0"]
    assert len(SERVER.shapes(con, "t", "v", 1)) == 1
