"""The CSV flavour of a release: what a spreadsheet opens without harm.

Belongs here: the guard against cells that a spreadsheet would run as a formula. Keep out: writing.
The Parquet file carries the values as they are; the guard is written down in the metadata.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from governance.masking import MaskedColumn

__all__ = ["CSV_FLAVOUR", "GUARD", "LINE_END", "TRIGGERS", "csv_text", "guard_text", "guarded"]

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings that a spreadsheet takes for a formula, full-width ones included."""
GUARD = "'"
LINE_END = "\r\n"
CSV_FLAVOUR: dict[str, Any] = {
    "encoding": "UTF-8 with BOM",
    "delimiter": ",",
    "quote": '"',
    "line_end": "CRLF",
    "header": True,
    "missing_value": "",
    "formula_guard": {
        "prefix": GUARD,
        "triggers": list(TRIGGERS),
        "applies_to": "text columns",
        "说明": "文本以上述字符开头时前加单引号，防止电子表格当作公式执行；Parquet 文件为原值",
    },
}


def guarded(columns: Sequence[MaskedColumn]) -> list[pl.Expr]:
    """Return the columns as the CSV carries them: text guarded, everything else untouched."""
    return [_guard(column.code) if column.is_text else pl.col(column.code) for column in columns]


def guard_text(text: str) -> str:
    """Return one text as the CSV carries it."""
    return GUARD + text if text.startswith(TRIGGERS) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a small table of texts as CSV of this flavour, byte order mark included."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator=LINE_END)
    writer.writerow(header)
    writer.writerows([guard_text(cell) for cell in row] for row in rows)
    return "\ufeff" + target.getvalue()


def _guard(code: str) -> pl.Expr:
    value = pl.col(code)
    risky = pl.any_horizontal(value.str.starts_with(trigger) for trigger in TRIGGERS)
    return pl.when(risky).then(pl.concat_str(pl.lit(GUARD), value)).otherwise(value).alias(code)
