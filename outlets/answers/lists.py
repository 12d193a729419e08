"""Lists of ids that a consumer brings: read into memory, never written anywhere.

Belongs here: reading CSV, Parquet and XLSX as text, finding the column of ids. Keep out: what is
asked of a list (`outlets.answers.patterns`). No message quotes a cell or a header: a list without
headers has ids there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl
from fastexcel import FastExcelError

from catalog_specs.errors import AnswerError
from catalog_specs.rules.answers import AnswerRefusal

__all__ = ["ID", "PLACE", "Given", "read_list"]

ID = "_id"
"""The column of ids as they are compared; no list may have a column of this name."""
PLACE = "_row"
"""The consumer's own row number, from 1, the header not counted."""
MOST_BYTES = 64 * 2**20
"""Of a list: a day's ids are a hundredth of it, and an archive may unfold to much more."""
_XLSX = b"PK\x03\x04"
_PARQUET = b"PAR1"


@dataclass(frozen=True)
class Given:
    """A list: its rows as text, in order, and the name of the consumer's own column of ids.

    `rows` has `PLACE`, `ID`, the consumer's own column, and one column for each claimed item.
    """

    rows: pl.DataFrame
    column: str

    @property
    def asked(self) -> int:
        """Return how many ids are asked for; empty cells ask for none."""
        return self.rows.height - self.rows[ID].null_count()


def read_list(file: Path, column: str, known: Sequence[str], folded: bool) -> Given:
    """Read a list of ids.

    Args:
        file: CSV in UTF-8 or GB18030, Parquet or XLSX; told apart by its first bytes.
        column: the header of the column of ids; empty means: the only one, or one of `known`.
        known: headers by which the column of ids is recognised.
        folded: whether small letters of an id count as large ones.

    Raises:
        AnswerError: it cannot be read, or nothing says which column holds the ids.
    """
    frame = _texts(_read(file))
    named = [column] if column else [one for one in known if one in frame.columns]
    chosen = frame.columns if len(frame.columns) == 1 and not column else named
    if len(chosen) != 1 or chosen[0] not in frame.columns:
        raise _refused("没有指明标识列 / which column holds the ids is not said")
    if {ID, PLACE} & set(frame.columns):
        raise _refused(f"列名不得为 {ID}、{PLACE} / a column has a name of ours")
    own = pl.col(chosen[0])
    value = own.str.to_uppercase() if folded else own
    return Given(frame.with_columns(value.alias(ID)).with_row_index(PLACE, 1), chosen[0])


def claims(given: Given, items: Mapping[str, str]) -> dict[str, str]:
    """Return, for each further column of a list, the item that it claims values of.

    `items` are items by their codes and names.

    Raises:
        AnswerError: a column is none of them, or two are the same item.
    """
    others = [one for one in given.rows.columns if one not in (ID, PLACE, given.column)]
    unknown = [n for n, one in enumerate(others, 1) if one not in items]
    found = {one: items[one] for one in others if one in items}
    if unknown or len(set(found.values())) != len(found):
        places = "、".join(map(str, unknown)) or "重复"
        raise AnswerError(AnswerRefusal.ITEM, where="list", detail=f"标识列以外第 {places} 列")
    return found


def _read(file: Path) -> pl.DataFrame:
    try:
        large = file.stat().st_size > MOST_BYTES
        content = b"" if large else file.read_bytes()
    except OSError as error:
        raise _refused(type(error).__name__) from None
    if large:
        raise _refused(f"超过 {MOST_BYTES:,} 字节 / too large")
    try:
        return _frame(content)
    # what these libraries say of a file may quote its cells: the class alone is told
    except (pl.exceptions.PolarsError, FastExcelError, ValueError, TypeError) as error:
        raise _refused(type(error).__name__) from None


def _frame(content: bytes) -> pl.DataFrame:
    if content.startswith(_PARQUET):
        return pl.read_parquet(BytesIO(content))
    if content.startswith(_XLSX):
        return pl.read_excel(BytesIO(content), infer_schema_length=0)
    return pl.read_csv(BytesIO(_decoded(content).encode()), infer_schema=False)


def _decoded(content: bytes) -> str:
    """Return a text in UTF-8, or in GB18030, in which spreadsheets here still write CSV."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return every column as stripped text; what is empty is null."""
    if not frame.width:
        raise _refused("没有列 / no column")
    nested = [n for n, kind in enumerate(frame.dtypes, 1) if kind.is_nested()]
    if nested:
        raise _refused(f"第 {nested[0]} 列不是文本 / a column is no text")
    stripped = pl.all().cast(pl.String).str.strip_chars()
    return frame.select(stripped).with_columns(pl.all().replace("", None))


def _refused(detail: str) -> AnswerError:
    return AnswerError(AnswerRefusal.LIST, where="list", detail=detail)
