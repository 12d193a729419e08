"""The watermark: an order that a key chooses, and the text that cells are compared as."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from outlets.handover.watermark import (
    NOTE,
    cell_text,
    copy_key,
    deciding,
    keyed,
    mark,
    row_text,
    scheme,
    version_of,
)
from storage.delta.extracts import sink_sorted
from tests.city.homes import KEYS

FIRST, SECOND = copy_key(KEYS, "first"), copy_key(KEYS, "second")
ROWS = pl.DataFrame({"id": [f"{n:04}" for n in range(200)], "kind": [n % 3 for n in range(200)]})


def ordered(rows: pl.DataFrame, copy: str, path: Path) -> pl.DataFrame:
    """Write rows as a copy has them, and read them back."""
    key = copy_key(KEYS, copy)
    by = keyed(deciding(rows.lazy()), key)
    assert sink_sorted(rows.lazy(), path, by, {NOTE: mark(key, copy)}) == rows.height
    return pl.read_parquet(path)


def test_two_copies_differ_in_nothing_but_their_order(tmp_path: Path) -> None:
    """The same rows, twice the same for one copy, and in another order for another."""
    first, again = (ordered(ROWS, "first", tmp_path / name) for name in ("a", "b"))
    second = ordered(ROWS, "second", tmp_path / "c")
    assert first.equals(again)
    assert not first.equals(second)
    assert first.sort("id").equals(ROWS)
    assert second.sort("id").equals(ROWS)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_mark_is_in_the_metadata_and_nothing_else_is(tmp_path: Path) -> None:
    """Who has not the key of the copy cannot make its mark; the file names neither copy."""
    ordered(ROWS, "first", tmp_path / "a")
    notes = pq.read_metadata(tmp_path / "a").metadata
    assert notes[NOTE.encode()].decode() == mark(FIRST, "first")
    assert len({mark(FIRST, "first"), mark(SECOND, "first"), mark(FIRST, "second")}) == 3
    assert b"first" not in (tmp_path / "a").read_bytes()


def test_a_column_that_tells_rows_apart_decides() -> None:
    """Else whole rows do: of a table whose columns repeat, the order would be of few values."""
    other = ROWS.with_columns(kind=pl.lit(9))
    assert ROWS.select(deciding(ROWS.lazy())).equals(other.select(deciding(other.lazy())))
    few = pl.DataFrame({"a": [1, 2] * 30, "b": [n % 30 for n in range(60)]}).sort("b")
    few = few.with_columns(c=pl.col("a") * 100)
    assert few.select(deciding(few.lazy().select("a"))).height == 60
    plain = few.select(deciding(few.lazy())).to_series().to_list()
    assert plain[0].count("\x1f") in {0, 2}


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["a", None, " b ", "'=1", "'x"], ["a", "", "b", "=1", "'x"]),
        ([Decimal("1.50"), Decimal("2.00"), None], ["1.5", "2", ""]),
        (["1.50", "-2.00", "1.0.0", "100"], ["1.5", "-2", "1.0.0", "100"]),
        ([date(2026, 3, 2), None], ["2026-03-02", ""]),
        ([datetime(2026, 3, 2, 1, 2, 3)], ["2026-03-02T01:02:03"]),  # noqa: DTZ001 - as stored
        ([True, False], ["true", "false"]),
    ],
)
def test_a_cell_is_one_text_in_every_format(values: list[object], texts: list[str]) -> None:
    """No blanks around it, no guard, no last zeros; nothing is the empty text."""
    frame = pl.DataFrame({"v": values})
    assert frame.select(cell_text("v", frame.schema["v"])).to_series().to_list() == texts


def test_a_row_is_its_cells_and_where_they_end() -> None:
    """`a`, `bc` is not `ab`, `c`."""
    frame = pl.DataFrame({"x": ["a", "ab"], "y": ["bc", "c"]})
    assert frame.select(row_text(frame.schema)).to_series().n_unique() == 2


def test_the_ledger_says_with_which_key_a_copy_is_marked() -> None:
    """What it does not say, or says of another scheme, is no version."""
    assert scheme(FIRST) == "order-1:1"
    assert version_of(scheme(FIRST)) == 1
    assert [version_of(said) for said in ("", "order-2:1", "order-1:x")] == [None] * 3
