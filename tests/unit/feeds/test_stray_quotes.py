"""Stray quotes: whatever one is lost or added, no record is taken whose columns have shifted."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.feeds.feeds import make_feed, opened

NAMES = ("a", "b", "c", "d")
DELIMITERS = [",", ";", "\t", "|", " ", "，"]
QUOTES = ['"', "'", "“"]
DAMAGE = ["drop any", "drop quote", "drop delimiter", "add quote", "add delimiter", "lose a field"]


def cell(chance: random.Random, letter: str, marks: str) -> str:
    """Return a text of one column's letter, perhaps with some of the marks in it."""
    inner = chance.choices([letter, *marks], k=3)
    return letter + "".join(inner) + letter if chance.random() < 0.6 else letter


def damaged(chance: random.Random, record: str, kind: str, delimiter: str, quote: str) -> str:
    """Return a written record with one of its characters lost or one too many."""
    if kind.startswith("add"):
        place = chance.randrange(len(record) + 1)
        return record[:place] + (quote if kind == "add quote" else delimiter) + record[place:]
    lost = {"drop any": record, "drop delimiter": delimiter}.get(kind, quote)
    places = [place for place, one in enumerate(record) if one in lost] or [0]
    place = chance.choice(places)
    short = record[:place] + record[place + 1 :]
    return delimiter.join(short.split(delimiter)[:-1]) if kind == "lose a field" else short


def damaged_file(chance: random.Random, delimiter: str, quote: str) -> str:
    """Return a file of damaged records, a sound one after each, whose quotes stand close together.

    Values of several lines stand only where a delimiter is lost: the lines below an opening quote
    that is never closed are records of their own, for one stray quote costs one line. They hold no
    delimiter: of `a,b,'c,,` and a line below it, `a,b'c,,` is left, which is a record of its own.
    """
    lines = [delimiter.join(NAMES).upper()]
    for _ in range(30):
        kind = chance.choice(DAMAGE)
        marks = [delimiter + quote, *(["\n" + quote] if kind == "drop delimiter" else [])]
        out = io.StringIO()
        fields = [cell(chance, letter, chance.choice(marks)) for letter in NAMES]
        csv.writer(out, delimiter=delimiter, quotechar=quote, lineterminator="").writerow(fields)
        record = damaged(chance, out.getvalue(), kind, delimiter, quote)
        lines += [record, delimiter.join(f"{quote}{name}{quote}" for name in NAMES)]
    return "\n".join([*lines, ""])


@given(seed=st.integers(0, 2**32), delimiter=st.sampled_from(DELIMITERS))
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_no_accepted_record_has_shifted_columns(tmp_path: Path, seed: int, delimiter: str) -> None:
    """A character lost or added costs the record or one cell's text, never another cell's place."""
    chance = random.Random(seed)
    quote = chance.choice(QUOTES)
    feed = make_feed(*NAMES, delimiter=delimiter, quote=quote)
    text = damaged_file(chance, delimiter, quote)
    found = opened(tmp_path / "f", text.encode(), feed, block=200)
    assert sum(row["_defect"] is None for row in found.rows) >= 30
    for row in found.rows:
        for name in NAMES:
            assert not set(row[name] or "") & (set(NAMES) - {name}), (row, text)
