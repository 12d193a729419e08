"""Polars expressions said in SQL: every kind of mask, and row conditions, on three engines."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from pydantic import TypeAdapter

from catalog_specs.masks.mask import Mask, Remains
from catalog_specs.masks.registry import AnyMask, mask_kinds
from catalog_specs.vocabulary import ItemType
from storage.engines.polars_expressions import sql_of
from storage.engines.spark.address import Address
from storage.engines.spark.closed_list import NotSaidAlike
from tests.harness.sail import both

COLUMNS = {
    ItemType.STRING: "t",
    ItemType.DATE: "d",
    ItemType.DATETIME: "m",
    ItemType.INTEGER: "n",
    ItemType.DECIMAL: "x",
    ItemType.BOOLEAN: "b",
}
MASKS: tuple[Mapping[str, Any], ...] = (
    {"mask": "keep"},
    {"mask": "constant", "value": "x'y"},
    *({"mask": "partial", "keep_first": f, "keep_last": k} for f in (0, 1, 3) for k in (0, 1, 4)),
    {"mask": "partial", "keep_first": 2, "keep_last": 1, "fill": "□"},
    *({"mask": "generalise_date", "to": to} for to in ("decade", "year", "quarter", "month")),
    *({"mask": "generalise_number", "width": width} for width in (1, 7, 10, 1_000)),
    *({"mask": "generalise_number", "breaks": some} for some in ((0,), (-5, 3, 100), (18, 60))),
    *({"mask": "generalise_region", "to": to} for to in ("province", "city", "county", "town")),
    {"mask": "redact"},
    {"mask": "redact", "fill": "□"},
)
TEXTS = [
    *("", None, "a", "ab", "abc", "张三", "𠮷田", "e\u0301a", "13800138000", "350502199001019998"),
    *(
        "35050219900101999x",
        "３５０５０２１９９００１０１９９９ｘ",
        "92350502MA000001XY",
        "\n",
        "a\nb",
    ),
    *(
        "92350502ma000001xk",
        "92350502MA000001\u212a\u017f",
        "电话 138 0013 8000,",
        "350502",
        "3505",
    ),
    *("35a", "３５０５０２", "350502001001", "350502001001001"),
]
SIGNS = "0123456789０９ Xx-Ａａ张\u3000\u200b９2２KS\u212a\u017f"
DAYS = [date(1, 1, 1), date(999, 12, 31), date(1999, 10, 5), date(2024, 2, 29), date(9999, 12, 31)]
LATE = datetime.fromisoformat("1999-10-05 23:59:59.999999")
MOMENTS = [*map(datetime.fromisoformat, ("0001-01-01", "9999-12-31 23:59:59")), LATE]
WHOLE = [0, -1, 1, -10, 10, 9, -9, 2**63 - 1, -(2**63), 18, 59, 60]
POINTED = [*map(Decimal, ("0.00", "-0.01", "9999999999999999.99", "-9999999999999999.99", "17.99"))]
CONDITIONS = (
    pl.lit(value=True) & pl.col("t").str.starts_with(pl.lit("35")),
    (pl.col("n") == pl.lit(9)) | (pl.col("n") != pl.lit(-1)),
    pl.col("x") >= pl.lit(Decimal("-0.01")),
    pl.col("x") < pl.lit(Decimal(18)),
    pl.col("d") <= pl.lit(date(1999, 10, 5)),
    pl.col("m") > pl.lit(LATE - timedelta(microseconds=1)),
    pl.col("b") == pl.lit(value=True),
    pl.col("t").is_null() | pl.col("d").is_not_null(),
)


def stored() -> pa.Table:
    """Return records of every type: values at borders, invented texts, nulls."""
    draw = random.Random(3)
    texts = TEXTS + ["".join(draw.choices(SIGNS, k=draw.randint(1, 30))) for _ in range(600)]

    def some(values: list[Any]) -> list[Any]:
        return [draw.choice([None, *values]) for _ in texts]

    columns = {
        "_row": pa.array(range(len(texts)), pa.int64()),
        "t": pa.array(texts, pa.string()),
        "d": pa.array(some(DAYS), pa.date32()),
        "m": pa.array(some(MOMENTS), pa.timestamp("us")),
        "n": pa.array(some([*WHOLE, *range(-40, 90, 7)]), pa.int64()),
        "x": pa.array(
            some([*POINTED, *(Decimal(n) / 4 for n in range(-9, 80))]), pa.decimal128(18, 2)
        ),
        "b": pa.array(some([True, False]), pa.bool_()),
    }
    return pa.table(columns)


def laid() -> list[pl.Expr]:
    """Return every mask without a key, over a column of every type that it fits."""
    adapter: TypeAdapter[Mask] = TypeAdapter(AnyMask)
    masks = [adapter.validate_python(said) for said in MASKS]
    kinds = {kind for kind in mask_kinds() if kind.remains not in {Remains.LINK, Remains.ABSENT}}
    assert {*map(type, masks)} == kinds
    return [one.lay(COLUMNS[kind], kind) for one in masks for kind in COLUMNS if kind in one.fits]


def said_alike(folder: Path, at: Address | None = None) -> None:
    """Compare what Polars, DuckDB and a second engine make of every mask and condition."""
    asked = [one.alias(f"c{place}") for place, one in enumerate([*laid(), *CONDITIONS])]
    rows = stored()
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)
    meant = frame.select("_row", *asked).rows()
    columns = ", ".join(f"{sql_of(one)} AS {one.meta.output_name()}" for one in asked)
    here, there = both(f"SELECT _row, {columns} FROM landed_records", rows, folder, at)
    assert sorted(here) == meant
    assert sorted(there) == meant
    answered = [len({*column}) for column in zip(*meant, strict=True)]
    assert answered.count(1) == len(COLUMNS), "of a constant alone all values are the same"


def test_masks_and_conditions_say_the_same_to_every_engine(tmp_path: Path) -> None:
    """Value by value, with Sail."""
    pytest.importorskip("pysail")
    said_alike(tmp_path)


@pytest.mark.parametrize(
    "expression",
    [
        pl.col("t").map_batches(lambda values: values),
        pl.col("t").str.to_lowercase(),
        pl.col("t").str.slice(-2, 1),
        pl.col("t").str.contains("a", literal=True),
        pl.col("t").str.replace("a", "b"),
        pl.col("t").str.replace_all("(a)", "$1"),
        pl.col("t").str.replace_all("a", pl.col("t")),
        pl.concat_str("t", "t", separator=","),
        pl.col("n").cast(pl.Int64, strict=False),
        pl.col("n").cast(pl.Float64),
        pl.col("n") // 2,
        pl.col("n") * 2,
        pl.col("n") // 2 * 3,
        pl.col("n").max(),
        pl.lit(1.5),
        pl.lit(LATE, pl.Datetime("ms")),
    ],
)
def test_what_is_not_on_the_list_is_refused(expression: pl.Expr) -> None:
    """Python, options, types and operators that nobody has compared."""
    with pytest.raises(NotSaidAlike):
        sql_of(expression)
