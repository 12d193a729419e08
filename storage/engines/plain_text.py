"""Plain text: a delimited file that the engine reads as it lies, records numbered by place.

Belongs here: what has to be known of such a file, and the SQL that reads it. Keep out: whether a
file is one (`feeds.text.plain`), what its texts mean.
Reading it is cheaper than reading the same texts from Parquet, and writing those is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from storage.engines.transcoding import EncodedText
from storage.sql import exactly, identifier, literal

__all__ = ["PlainFile", "PlainText"]

BUFFER = 2 << 20
"""Bytes read at once; each part has a few of them. By default it is sixteen times as much."""


@dataclass(frozen=True)
class PlainText:
    r"""Text in which each record is one line of `width` fields, and nothing else follows the head.

    `fields` says at which place, from 0, the text of each wanted column stands; `head` counts the
    lines before the first record. Quotes are doubled inside quotes; "" says that there are none.
    `newline` is `\n` or `\r\n`. `sound` says that no byte of it can be part of a damaged text.
    `codec` is how its bytes are written, all of which are decoded, after `mark` bytes that say so.
    `rows_before` and `bytes_before` say what stands before its second part; 0 where it has none
    that could be begun with.
    """

    fields: Mapping[str, int]
    width: int
    rows: int
    head: int
    delimiter: str
    quote: str
    newline: str
    sound: bool
    codec: str = "utf-8"
    mark: int = 0
    rows_before: int = 0
    bytes_before: int = 0


@dataclass(frozen=True)
class PlainFile:
    """A plain text and where it lies: all of it, or `count` records after the `first` ones."""

    path: Path
    text: PlainText
    first: int = 0
    count: int | None = None

    @property
    def parts(self) -> tuple[PlainFile, ...]:
        """Return the file in two parts, each for a query of its own that one thread runs.

        Numbering makes one thread run a query, and two such queries in one are slower than one
        after the other.
        """
        text = self.text
        step = text.rows_before
        starts = (0, step) if 0 < step < text.rows else (0,)
        # the last part has no end, so that a file with more records than it had is not taken for
        # what it was
        counts = (*starts[1:], None)
        return tuple(map(partial(PlainFile, self.path, self.text), starts, counts))

    @property
    def sql(self) -> str:
        """Return the SQL behind FROM of its records, in the columns of a rows.parquet.

        Raises the engine's error where the file is not what the text says.
        """
        fields = ", ".join(
            f"f{place} AS {identifier(name)}" for name, place in self.text.fields.items()
        )
        # without LIMIT a part would be read to the end of the file
        end = "" if self.count is None else f" LIMIT {self.count}"
        return (
            f"(SELECT *, _row + {self.text.head} AS _line FROM ("
            f"SELECT {self.first} + row_number() OVER () AS _row, CAST(NULL AS VARCHAR) AS _file, "
            "CAST(NULL AS VARCHAR) AS _defect, CAST(NULL AS VARCHAR) AS _raw, "
            f"{fields} FROM (FROM {self._read()}{end})))"
        )

    def _read(self) -> str:
        text, skip, path = self.text, self.text.head, exactly(self.path)
        if self.first:  # the engine passes lines one by one, and text by its place
            skip, path = 0, EncodedText(self.path, text.codec, text.bytes_before).address
        elif text.codec != "utf-8":
            path = EncodedText(self.path, text.codec, text.mark).address
        names = [f"f{place}" for place in range(text.width)]
        options = {
            "auto_detect": "false",
            "all_varchar": "true",
            "header": "false",
            "skip": str(skip),
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
