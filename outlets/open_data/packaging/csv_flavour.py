"""The CSV flavour of a release: safe to open in a spreadsheet.

Belongs here: the guard against cells that a spreadsheet would run as a formula. Keep out: writing.
The Parquet file carries the values as they are; the guard is written down in the metadata.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from catalog_specs.vocabulary import ItemType
from governance.masks.columns import MaskedColumn

__all__ = ["CSV_FLAVOUR", "GUARD", "LINE_END", "TRIGGERS", "csv_text", "guard_text", "guarded"]

_SIGNS = "=+@\\-＝＋－＠﹢﹣﹦﹫−⁺⁻⁼₊₋₌"
_UNSEEN = (
    r"\x00-\x20\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
TRIGGERS = rf"^(?:[\t\r\n]|[{_UNSEEN}]*[{_SIGNS}])"
"""Beginnings that a spreadsheet takes for a formula: a sign, a full-width, small or raised one too,
also behind blanks and what does not show; a program that reads the file may trim or fold them."""
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
        "triggers": TRIGGERS,
        "applies_to": "text columns",
        "说明": "文本与上述正则相符时前加单引号，电子表格便不当作公式；其他格式的文件为原值",
    },
}


_RISKY = re.compile(TRIGGERS)


def guarded(columns: Sequence[MaskedColumn]) -> list[pl.Expr]:
    """Return the columns as the CSV carries them: text guarded, everything else untouched."""
    return [
        _guard(column.code) if column.type is ItemType.STRING else pl.col(column.code)
        for column in columns
    ]


def guard_text(text: str) -> str:
    """Return one text as the CSV carries it."""
    return GUARD + text if _RISKY.match(text) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a small table of texts as CSV of this flavour, byte order mark included."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator=LINE_END)
    writer.writerow(header)
    writer.writerows([guard_text(cell) for cell in row] for row in rows)
    return "\ufeff" + target.getvalue()


def _guard(code: str) -> pl.Expr:
    value = pl.col(code)
    risky = value.str.contains(TRIGGERS)
    return pl.when(risky).then(pl.concat_str(pl.lit(GUARD), value)).otherwise(value).alias(code)
