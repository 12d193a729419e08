"""Code tables: code lists whose values are in a CSV file beside the YAML.

Belongs here: finding that file safely and turning two of its columns into `values`. Keep out:
what codes are used for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from catalog_specs.models.element import CodeList, CodeTable
from catalog_specs.problems import Problem
from catalog_specs.reading import form

__all__ = ["MAX_TABLE_BYTES", "TableRead", "fill"]

MAX_TABLE_BYTES = 8_000_000

TableRead = tuple[CodeList | None, dict[str, bytes], tuple[Problem, ...]]


class _Refused(Exception):  # noqa: N818 — a private signal, turned into a Problem at once
    def __init__(self, message: str, *, line: int = 0, in_table: bool = False) -> None:
        self.message, self.line, self.in_table = message, line, in_table
        super().__init__(message)


def fill(root: Path, file: str, codes: CodeList) -> TableRead:
    """Return the list with its values, the table's bytes by its path (for the digest), problems."""
    table = codes.table
    if table is None:
        return codes, {}, ()
    name = str(Path(file).parent / table.file)
    try:
        content = _content(root, name)
        values = _values(content, codes, table)
    except _Refused as refused:
        where = name if refused.in_table else file
        path = "" if refused.in_table else "table"
        remedy = form.remedy_of(form.CODE_TABLE)
        problem = Problem(where, path, form.CODE_TABLE, refused.message, remedy, line=refused.line)
        return None, {}, (problem,)
    return codes.model_copy(update={"values": values}), {name: content}, ()


def _content(root: Path, name: str) -> bytes:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise _Refused("`table.file` leaves the catalogue's folder")
    if not path.is_file():
        raise _Refused(f"there is no file `{name}`")
    if path.stat().st_size > MAX_TABLE_BYTES:
        raise _Refused(f"`{name}` is larger than {MAX_TABLE_BYTES:,} bytes")
    return path.read_bytes()


def _values(content: bytes, codes: CodeList, table: CodeTable) -> dict[str, str]:
    if codes.values:
        raise _Refused("both `values` and `table` are given; keep one")
    values = dict(_rows(content, table))
    if not values:
        raise _Refused("the table has no rows", line=1, in_table=True)
    return values


def _rows(content: bytes, table: CodeTable) -> Iterator[tuple[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Refused("the table is not UTF-8", line=1, in_table=True) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    header = reader.fieldnames or ()
    absent = [f"`{column}`" for column in (table.code, table.name) if column not in header]
    if absent:
        raise _Refused(f"the table has no column {' and '.join(absent)}", line=1, in_table=True)
    seen: dict[str, str] = {}
    for row in _parsed(reader):
        code, name = (row[table.code] or "").strip(), (row[table.name] or "").strip()
        if not code or not name:
            raise _Refused("a code or name is empty", line=reader.line_num, in_table=True)
        if seen.setdefault(code, name) != name:
            message = f"the code `{code}` stands twice with different names"
            raise _Refused(message, line=reader.line_num, in_table=True)
        yield code, name


def _parsed(reader: csv.DictReader[str]) -> Iterator[dict[str, str | None]]:
    try:
        yield from reader
    except csv.Error as error:
        raise _Refused(f"not CSV: {error}", line=reader.reader.line_num, in_table=True) from None
