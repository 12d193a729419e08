"""Person values that exist nowhere else, and the inbox that they are planted in.

Belongs here: making such values, adding records to files that wait. Keep out: which records
(`canaries`), looking for them (`needles`).
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from demo_city.society.identifiers import break_check_digit, credit_codes, resident_ids

__all__ = ["Garden", "Record", "one_line"]

BIRD = "鸑鷟"
"""Characters that no name, address or code of the demo city holds."""
BORN = "1903-04-05"
"""A day on which nobody of the demo city was born."""
COUNTIES = (350_582, 350_583, 350_502, 350_581, 350_521)
NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")
Record = dict[str, Any]


@dataclass
class Garden:
    """An inbox to plant in, every value planted, and those that one grant and one set do see."""

    inbox: Path
    values: list[str] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    """Ids among the values that stand on the population register."""
    lost: list[str] = field(default_factory=list)
    """Those of the values that stood in files which nobody can look into: nothing of them stays."""
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def text(self, what: str = "") -> str:
        """Return a name, an address, a remark; as names are written, without digits."""
        number = f"{next(self._count):04}".translate(NUMERALS)
        return self._kept(f"{BIRD}{number}{what}")

    def serial(self, form: str, base: int) -> str:
        """Return a number of some register: phone, household, certificate, amount."""
        return self._kept(form.format(base + next(self._count)))

    def resident(self, born: str = BORN) -> str:
        """Return a man's resident id with a right check digit."""
        return self._kept(self._id(born))

    def broken(self) -> str:
        """Return a resident id with a wrong check digit."""
        return self._kept(str(break_check_digit(pl.Series([self._id()]))[0]))

    def firm(self) -> str:
        """Return a credit code, which is no person value."""
        serial = np.array([70_000_000 + next(self._count)])
        return str(credit_codes("91", np.array([350502]), serial)[0])

    def company(self) -> str:
        """Return a firm's name, which a grant and an open set do see."""
        self.granted.append(f"{BIRD}{next(self._count):04}有限公司")
        return self.granted[-1]

    def _id(self, born: str = BORN) -> str:
        number = next(self._count)
        place, order = np.array([COUNTIES[number // 499]]), np.array([2 * (number % 499) + 1])
        return str(resident_ids(place, np.array([np.datetime64(born)]), order)[0])

    def _kept(self, value: str) -> str:
        self.values.append(value)
        return value

    def file(self, ref: str) -> Path:
        """Return the file that waits for a resource."""
        return next((self.inbox / ref).iterdir())

    def lines(self, ref: str, encoding: str, records: Sequence[Record | str]) -> None:
        """Add records to a waiting CSV file: cells by header, or the text of a broken line."""
        text = self.file(ref).read_bytes().decode(encoding)
        headers = next(csv.reader(io.StringIO(text)))
        end = "\r\n" if "\r\n" in text else "\n"
        for record in records:
            cells = record if isinstance(record, str) else one_line(record, headers)
            text += cells + end
        self.file(ref).write_bytes(text.encode(encoding))

    def objects(self, ref: str, records: Sequence[Record | str]) -> None:
        """Add records to a waiting JSON lines file: objects, or the text of a broken line."""
        with self.file(ref).open("a", encoding="utf-8") as file:
            for record in records:
                text = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
                file.write(text + "\n")

    def put(self, ref: str, name: str, content: bytes) -> None:
        """Put one more file into an inbox."""
        place = self.inbox / ref
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)


def one_line(record: Record, headers: Sequence[str]) -> str:
    """Return a record's cells in the order of the headers."""
    return ",".join(str(record.get(header, "")) for header in headers)
