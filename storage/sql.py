"""Quoting for the few places where SQL text cannot bind a value.

Belongs here: the one escaping function for identifiers, the one for literals. Keep out: queries.
Identifiers come from the catalogue only; values are bound wherever DuckDB can bind them, and
`literal` serves the statements that cannot (COMMENT ON, view definitions, COPY targets); `parquet`
is the one way to name files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath

__all__ = ["Value", "exactly", "identifier", "identifiers", "literal", "parquet", "same_key"]

Value = str | int | float | bool | date | datetime | Decimal | PurePath | None


def identifier(name: str) -> str:
    """Quote a name for SQL; refuses the empty name and NUL, which no quoting can carry."""
    if not name or "\x00" in name:
        raise ValueError("an SQL identifier must not be empty or contain NUL")
    return '"' + name.replace('"', '""') + '"'


def identifiers(names: Iterable[str]) -> str:
    """Quote names and join them with commas."""
    return ", ".join(identifier(name) for name in names)


def same_key(left: str, right: str, key: Iterable[str]) -> str:
    """Return the condition that rows of two relations have the same key; nulls are equal."""
    return " AND ".join(
        f"{left}.{identifier(name)} IS NOT DISTINCT FROM {right}.{identifier(name)}" for name in key
    )


def literal(value: Value | Iterable[Value]) -> str:  # noqa: PLR0911 - one return for each type
    """Render a value as an SQL literal; an iterable (except a text) becomes a list literal."""
    match value:
        case None:
            return "NULL"
        case bool():  # before int and datetime before date: each is a subclass of the latter
            return "TRUE" if value else "FALSE"
        case int() | float() | Decimal():
            return str(value)
        case datetime():
            return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
        case date():
            return f"DATE '{value.isoformat()}'"
        case str() | PurePath():
            text = str(value)
            if "\x00" in text:
                raise ValueError("an SQL literal must not contain NUL")
            return "'" + text.replace("'", "''") + "'"
        case _:
            return "[" + ", ".join(literal(one) for one in value) + "]"


def parquet(
    files: PurePath | str | Iterable[PurePath | str], *options: str, apart: str = ""
) -> str:
    """Render the rows of Parquet files, to put behind FROM: exactly these files.

    DuckDB reads every path as a pattern, and `name=value` in it as a partition column. A home may
    be below a folder of any name, so both are switched off; but for files that lie `apart`, in
    folders of that column's name and below no other such.
    """
    listed = [files] if isinstance(files, str | PurePath) else files
    paths = literal(map(exactly, listed))
    names = f"hive_partitioning = true, hive_types = {{{apart}: VARCHAR}}"
    told = names if apart else "hive_partitioning = false"
    return f"read_parquet({', '.join((paths, told, *options))})"


def exactly(path: PurePath | str) -> str:
    """Return the pattern that matches this path alone."""
    # in a pattern, a class of one character such as `[*]` matches that character alone
    return re.sub(r"[*?[]", r"[\g<0>]", str(path))
