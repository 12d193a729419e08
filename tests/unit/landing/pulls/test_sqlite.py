"""How SQLite is asked: nothing written, every value as its exact text, rows from a mark on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from catalog_specs.errors import TransientError
from landing.pulls.database import WATERMARK, Asked
from landing.pulls.orders import Order
from landing.pulls.sqlite import Sqlite
from landing.pulls.watermarks import Kind, Mark, Scale
from tests.unit.landing.pulling import REF, SECRET, change

TEXT = pa.string()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the files of all examples."""
    return tmp_path_factory.mktemp("sqlite")


def table(folder: Path, *values: Any, name: str = "f.db") -> Sqlite:
    """Return a SQLite file whose table `t` has these values in its column `v`."""
    path = folder / name
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("CREATE TABLE t (v)")
        con.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
    return Sqlite(path, "FIRM_DB", REF)


def texts(database: Sqlite, asked: Asked | None = None) -> list[str | None]:
    """Return the column `v` of an answer, without what stands before the source's rows."""
    asked = asked or Asked("t", {"v": TEXT})
    with database.opened() as cursor:
        cursor.execute(database.statement(asked))
        return cursor.fetch_arrow_table().column("v").to_pylist()[database.leading :]


EXACT = {
    None: None,
    "": "",
    " 文字": " 文字",
    "1,5": "1,5",
    7: "7",
    -2: "-2",
    2**63 - 1: "9223372036854775807",
    b"\xff\x00": "FF00",
    b"": "",
    1.5: "1.5",
    2.0: "2",
    -3.0: "-3",
    1e15: "1000000000000000",
    0.1 + 0.2: "0.30000000000000004",
    2.0**53 - 1: "9007199254740991",
    2.0**53: "9.007199254740992e+15",
    3.50502199001011e17: "3.5050219900101101e+17",
    -(2.0**60): "-1.152921504606847e+18",
    1e300: "1.0e+300",
}


def test_every_value_has_its_exact_text(folder: Path) -> None:
    """Whole floats have no point; from 2 to the 53rd on an exponent shows that it is damage."""
    assert texts(table(folder, *EXACT)) == list(EXACT.values())


@settings(deadline=None, max_examples=15, phases=[Phase.generate])
@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=40, max_size=80))
def test_no_digit_of_a_float_is_lost(folder: Path, numbers: list[float]) -> None:
    """Read again as a float, a text is the very number."""
    assert [float(text or "") for text in texts(table(folder, *numbers))] == numbers


def test_a_column_may_begin_with_anything(folder: Path) -> None:
    """The driver takes a column's type from its first rows; thousands of nulls decide nothing."""
    values = [*([None] * 3000), 1, "x", 1.5, b"\x01"]
    assert texts(table(folder, *values)) == [*([None] * 3000), "1", "x", "1.5", "01"]


def test_nothing_can_be_written(folder: Path) -> None:
    """The file is opened for reading, and one that is not there is not made."""
    database = table(folder, 1)
    before = database.path.read_bytes()
    with pytest.raises(Exception, match="readonly"), database.opened() as cursor:
        cursor.execute("INSERT INTO t VALUES (2)")
    assert database.path.read_bytes() == before


@pytest.mark.parametrize("name", ["odd ?mode=rw&#.db", "百分%20号.db"])
def test_a_path_may_hold_any_sign(folder: Path, name: str) -> None:
    """Those too that mean something in an address."""
    assert texts(table(folder, 1, name=name)) == ["1"]


def test_a_file_that_is_not_there_may_come(folder: Path) -> None:
    """The variable is named, the path is not, and no file is made."""
    gone = Sqlite(folder / f"{SECRET}.db", "FIRM_DB", REF)
    with pytest.raises(TransientError, match="FIRM_DB") as caught, gone.opened():
        pass
    assert SECRET not in str(caught.value)
    assert not gone.path.exists()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, None, 2], Kind.INTEGER),
        (["2026-03-01", "", None], Kind.TEXT),
        ([], Kind.TEXT),
        ([None], Kind.TEXT),
        ([1, "2"], None),
        ([1.5], None),
        ([b"x"], None),
    ],
)
def test_a_watermark_is_what_its_values_are(
    folder: Path, values: list[Any], kind: Kind | None
) -> None:
    """SQLite types values, not columns; several types cannot be compared."""
    database = table(folder, *values)
    with database.opened() as cursor:
        assert database.kind(cursor, "t", "v", TEXT) is kind


def test_shapes_are_texts_with_zeros_for_digits(folder: Path) -> None:
    """Each once, and no more of them than are asked for; what is empty has none."""
    database = table(folder, "2026-03-01", "1999-12-31", "v9", "", None)
    with database.opened() as cursor:
        assert sorted(database.shapes(cursor, "t", "v", 10)) == ["0000-00-00", "v0"]
        assert len(database.shapes(cursor, "t", "v", 1)) == 1


NOW = datetime(2026, 3, 2, tzinfo=UTC)
WHOLE = [8, 9, 10, 11]
DAYS = ["2026-03-01", "2026-02-28", "2025-12-31"]


@pytest.mark.parametrize(
    ("values", "kind", "order", "bound", "found"),
    [
        ([8, 9, 10, None], Kind.INTEGER, Order.VALUES, "9", ["9", "10", None]),
        (["8", "9", "10", "", None], Kind.TEXT, Order.NUMBERS, "9", ["9", "10", "", None]),
        ([*DAYS, "", None], Kind.TEXT, Order.MOMENTS, "2026-02-28", [*DAYS[:2], "", None]),
        (["it's a", "it's b"], Kind.TEXT, Order.BYTES, "it's b", ["it's b"]),
        (["a", "B"], Kind.TEXT, Order.BYTES, "a", ["a"]),
    ],
)
def test_rows_are_asked_for_from_a_mark_on(
    folder: Path, values: list[Any], kind: Kind, order: Order, bound: str, found: list[str | None]
) -> None:
    """As its kind sorts; what has no place in the order is asked for every time."""
    scale, mark = Scale(kind, order, NOW, "Asia/Shanghai"), Mark(kind, bound)
    asked = Asked("t", {"v": TEXT}, "v", scale, mark, mark)
    assert texts(table(folder, *values), asked) == found


def test_a_watermark_compares_byte_by_byte(folder: Path) -> None:
    """Whatever collation its column has: the order of our memory is that of bytes."""
    database = table(folder)
    change(database.path, "CREATE TABLE n (v TEXT COLLATE NOCASE)")
    change(database.path, "INSERT INTO n VALUES (?)", [("a",), ("B",)])
    scale = Scale(Kind.TEXT, Order.BYTES, NOW, "Asia/Shanghai")
    asked = Asked("n", {"v": TEXT}, "v", scale, None, Mark(Kind.TEXT, "a"))
    assert texts(database, asked) == ["a"]


def test_the_watermark_stands_beside_the_columns(folder: Path) -> None:
    """As text, whether its own column is taken or not; without a bound every row comes."""
    database = table(folder, 3, None)
    scale = Scale(Kind.INTEGER, Order.VALUES, NOW, "Asia/Shanghai")
    with database.opened() as cursor:
        cursor.execute(database.statement(Asked("t", {}, "v", scale)))
        answer = cursor.fetch_arrow_table()
    assert answer.column_names == [WATERMARK]
    assert answer.column(0).to_pylist()[1:] == ["3", None]
