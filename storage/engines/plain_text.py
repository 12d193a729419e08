"""Plain text: a delimited file that the engine reads as it lies, records numbered by place.

Belongs here: what has to be known of such a file, and the SQL that reads it. Keep out: whether a
file is one (`feeds.text.plain`), what its texts mean.
Reading it is cheaper than reading the same texts from Parquet, and writing those is saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.sql import identifier, literal

__all__ = ["PlainFile", "PlainText"]

PARTS = 2
"""Parts of a file that are read side by side: numbering makes one thread read a part."""

BUFFER = 2 << 20
"""Bytes read at once; each part has a few of them. By default it is sixteen times as much."""


@dataclass(frozen=True)
class PlainText:
    r"""UTF-8 in which each record is one line of `width` fields, and nothing else follows the head.

    `fields` says at which place, from 0, the text of each wanted column stands; `head` counts the
    lines before the first record. Quotes are doubled inside quotes; "" says that there are none.
    `newline` is `\n` or `\r\n`. `sound` says that no byte of it can be part of a damaged text.
    """

    fields: Mapping[str, int]
    width: int
    rows: int
    head: int
    delimiter: str
    quote: str
    newline: str
    sound: bool


@dataclass(frozen=True)
class PlainFile:
    """A plain text and where it lies."""

    path: Path
    text: PlainText

    @property
    def sql(self) -> str:
        """Return the SQL behind FROM of its records, in the columns of a rows.parquet.

        Raises the engine's error where the file is not what the text says.
        """
        text, step = self.text, -(-self.text.rows // PARTS)
        fields = ", ".join(f"f{place} AS {identifier(name)}" for name, place in text.fields.items())
        parts = []
        for first in range(0, max(text.rows, 1), max(step, 1)):
            last = first + step >= text.rows
            # Without LIMIT a part would be read to the end of the file. The last part is, so that
            # a file with more records than it had is not taken for what it was.
            read = f"FROM {self._read(first)}" + ("" if last else f" LIMIT {step}")
            parts.append(
                # numbers follow the file: with a window over all of them one thread reads a part
                f"SELECT {first} + row_number() OVER () AS _row, CAST(NULL AS VARCHAR) AS _file, "
                "CAST(NULL AS VARCHAR) AS _defect, CAST(NULL AS VARCHAR) AS _raw, "
                f"{fields} FROM ({read})"
            )
        return f"(SELECT *, _row + {text.head} AS _line FROM ({' UNION ALL '.join(parts)}))"

    def _read(self, first: int) -> str:
        text = self.text
        names = [f"f{place}" for place in range(text.width)]
        path = re.sub(r"[*?[]", r"[\g<0>]", str(self.path))  # a class of one character is itself
        options = {
            "auto_detect": "false",
            "all_varchar": "true",
            "header": "false",
            "skip": str(text.head + first),
            "columns": "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in names) + "}",
            "force_not_null": literal(names),
            "delim": literal(text.delimiter),
            "quote": literal(text.quote),
            "escape": literal(text.quote),
            "new_line": literal(text.newline.replace("\r", "\\r").replace("\n", "\\n")),
            "buffer_size": str(BUFFER),
            "max_line_size": str(BUFFER // 8),
            "compression": "'none'",  # never by the name
            "hive_partitioning": "false",
        }
        told = ", ".join(f"{name} = {value}" for name, value in options.items())
        return f"read_csv({literal(path)}, {told})"
