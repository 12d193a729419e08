"""The sieve: of an answer only what is new is taken, counted, and noted for the next pull."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog_specs.errors import PullError
from catalog_specs.models.pull import SqlPull
from landing.pulls.database import WATERMARK, Asked
from landing.pulls.errand import TAKEN, Memory
from landing.pulls.orders import Order
from landing.pulls.sieve import behind, sift
from landing.pulls.watermarks import Kind, Mark, Scale
from tests.unit.landing.pulling import NOW, REF, Source, pulled_feed, sql

HERE = "Asia/Shanghai"
Row = tuple[Any, ...]


class Pulls:
    """The pulls of one resource, one after another, each knowing what the last one noted."""

    def __init__(
        self, folder: Path, kind: Kind = Kind.INTEGER, order: Order = Order.VALUES, **spec: Any
    ) -> None:
        """Begin without a memory; with a watermark of None there is no scale."""
        self.folder = folder
        self.spec = SqlPull.model_validate(sql(**spec))
        self.scale = Scale(kind, order, NOW, HERE) if self.spec.watermark else None
        self.memory = Memory()
        self.since: Mark | None = None

    def take(self, rows: Sequence[Row]) -> list[Row] | None:
        """Return what is new among rows (values, and the watermark last); None for nothing."""
        pulls = len(list(self.folder.iterdir()))
        firms = Source(self.folder, pulled_feed(sql()), {})
        errand = replace(firms.errand, folder=self.folder / f"{pulls}")
        errand.folder.mkdir()
        names = ["k", "v", *([WATERMARK] if self.scale else [])]
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        kinds = [pa.string(), pa.string(), pa.int64() if self.counts else pa.string()]
        arrays = [pa.array(c, t) for c, t in zip(columns, kinds, strict=False)]
        staged = errand.folder / "staged.parquet"
        pq.write_table(pa.table(arrays, names=names), staged)
        wanted = dict.fromkeys(names[:2], pa.string())
        asked = Asked("t", wanted, self.spec.watermark, self.scale, self.since)
        found = sift(errand, self.spec, self.memory, asked, staged)
        if found is None:
            return None
        taken, told = errand.folder / TAKEN, found.arrival.watermark
        note = {"digest": _digest(found.arrival.beside[0])}
        self.memory = Memory(told, note, taken if taken.is_file() else None, note)
        self.since = Mark.parse(told, self.scale.kind) if self.scale else None
        return [tuple(row.values()) for row in pq.read_table(found.path).to_pylist()]

    @property
    def counts(self) -> bool:
        """Say whether the driver gives the watermark as a number."""
        return self.scale is not None and self.scale.kind is Kind.INTEGER


def _digest(note: Path) -> str:
    return str(json.loads(note.read_text())["digest"])


@contextmanager
def pulls(*arguments: Any, **spec: Any) -> Iterator[Pulls]:
    """Yield pulls in a folder of their own."""
    with TemporaryDirectory() as folder:
        yield Pulls(Path(folder), *arguments, **spec)


def test_what_was_taken_is_left_out_by_its_content() -> None:
    """The rows at the watermark come again, and only those that are unknown are new."""
    with pulls() as firms:
        assert firms.take([("a", "x", 1), ("b", None, 2)]) == [("a", "x"), ("b", None)]
        assert firms.memory.watermark == "integer:2"
        assert firms.take([("b", None, 2)]) is None
        again = [("b", None, 2), ("b", "", 2), ("c", "x", 3)]
        assert sorted(firms.take(again) or [], key=str) == [("b", ""), ("c", "x")]
        assert firms.memory.watermark == "integer:3"


def test_rows_are_told_apart_cell_by_cell() -> None:
    """`a,b` and `c` are not `a` and `b,c`; a null is not the empty text."""
    with pulls() as firms:
        firms.take([('a","b', "c", 1), ("n", None, 1)])
        assert firms.take([("a", 'b","c', 1), ("n", "", 1)]) == [("a", 'b","c'), ("n", "")]


def test_an_answer_of_nothing_is_nothing_new() -> None:
    """With a watermark; without one it is the news that there is nothing."""
    with pulls() as firms:
        assert firms.take([]) is None
    with pulls(watermark=None) as firms:
        assert firms.take([]) == []
        assert firms.take([]) is None


def test_a_watermark_never_falls_back() -> None:
    """Whether its row has gone, or the source holds older ones alone."""
    with pulls() as firms:
        firms.take([("a", "x", 5)])
        assert firms.take([("b", "x", 3)]) == [("b", "x")]
        assert firms.memory.watermark == "integer:5"


def test_rows_without_a_watermark_are_known_by_their_content() -> None:
    """They come in every answer, and once."""
    with pulls() as firms:
        assert firms.take([("a", "x", None)]) == [("a", "x")]
        assert firms.memory.watermark is None
        assert firms.take([("a", "x", None)]) is None
        assert firms.take([("a", "x", None), ("b", "x", 1)]) == [("b", "x")]
        assert firms.take([("a", "x", None), ("b", "x", 1)]) is None


def test_what_lies_ahead_does_not_move_the_watermark() -> None:
    """A row of a day to come is taken once, and newer ones of today after it."""
    with pulls(Kind.TEXT, Order.MOMENTS) as firms:
        first = [("a", "x", "2026-03-01 08:00:00"), ("z", "x", "9999-12-31")]
        assert firms.take(first) == [("a", "x"), ("z", "x")]
        assert firms.memory.watermark == "text:2026-03-01 08:00:00"
        assert firms.take([*first, ("b", "x", "2026-03-01T09:00")]) == [("b", "x")]


@pytest.mark.parametrize(("marks", "sorts"), [
    (["28022026", "01032026"], False),
    (["20260228", "20260301"], True),
    (["01012020", "20200101"], True),
    (["12345678", "99"], True),
])  # fmt: skip
def test_days_written_day_first_are_no_numbers(marks: list[str], sorts: bool) -> None:
    """As numbers they jump; digits that also read as a year first are let be."""
    rows = [(mark, "x", mark) for mark in marks]
    with pulls(Kind.TEXT, Order.NUMBERS) as firms:
        if sorts:
            assert firms.take(rows) is not None
            return
        with pytest.raises(PullError, match="do not sort") as caught:
            firms.take(rows)
        assert not any(mark in str(caught.value) for mark in marks)


def test_a_whole_answer_is_new_when_its_content_is() -> None:
    """Not when its rows stand in another order; a row that comes twice is another content."""
    rows = [("a", "x"), ("b", "x")]
    with pulls(watermark=None) as firms:
        assert firms.take(rows) == rows
        assert firms.take(rows[::-1]) is None
        assert firms.take([*rows, rows[0], rows[0]]) == [*rows, rows[0], rows[0]]
        assert firms.take([*rows, rows[1], rows[1]]) is not None
        assert firms.take(rows) == rows


def test_the_order_of_the_source_is_kept() -> None:
    """What it sends first may matter to whoever reads the file."""
    rows = [(str(n * 7919 % 5000), "x", 1) for n in range(5000)]
    with pulls() as firms:
        assert firms.take(rows) == [row[:2] for row in rows]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_row_is_taken_as_often_as_it_is_there(seed: int) -> None:
    """However rows are added at or behind the watermark, each comes once for each of its kind."""
    chance = random.Random(seed)
    source: list[Row] = []
    taken: Counter[Row] = Counter()
    with pulls(overlap=3) as firms:
        for _ in range(4):
            source += [
                (chance.choice("ab"), chance.choice("xy"), chance.randint(1, 3))
                for _ in range(chance.randrange(12))
            ]
            taken.update(firms.take(source) or [])
            assert taken == Counter(row[:2] for row in source)


def test_a_mark_is_looked_behind_as_far_as_declared() -> None:
    """Texts that are no moments have nothing to count back from, and need nothing without."""
    errand = Source(Path(), pulled_feed(sql()), {}).errand
    words, numbers = (Scale(Kind.TEXT, order, NOW, HERE) for order in (Order.BYTES, Order.NUMBERS))
    back = SqlPull.model_validate(sql(overlap=3))
    none = SqlPull.model_validate(sql())
    assert behind(errand, back, numbers, Mark(Kind.TEXT, "10")) == Mark(Kind.TEXT, "7")
    assert behind(errand, none, words, Mark(Kind.TEXT, "v1")) == Mark(Kind.TEXT, "v1")
    with pytest.raises(PullError, match="overlap") as caught:
        behind(errand, back, words, Mark(Kind.TEXT, "v1"))
    assert caught.value.where == REF
