"""Behaviour of a ledger: facts once, back as they were, and columns that it gains later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import pyarrow as pa
import pytest

from storage.delta.kept_rows import in_order
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import live_files
from storage.layout import Layout
from storage.ledger import Ledger


class Word(StrEnum):
    """What a fact may say."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class Said:
    """A fact as the first version knew it."""

    resource: str
    number: int
    word: Word
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class SaidLater(Said):
    """The fact as a later version knows it."""

    by: str | None = None
    loud: bool = False
    instead: Word = Word.NO


def _once(facts: Sequence[Said]) -> str:
    return f"{facts[0].resource}/{facts[0].number}"


SHAPE = Shape(
    "话",
    "说过的话",
    (
        Column("resource", "VARCHAR", "信息资源"),
        Column("number", "BIGINT", "序号"),
        Column("word", "VARCHAR", "是否"),
        Column("why", "VARCHAR[]", "理由"),
    ),
)
GAINED = (
    Column("by", "VARCHAR", "谁"),
    Column("loud", "BOOLEAN", "大声"),
    Column("instead", "VARCHAR", "另"),
)
LEDGER = Ledger("said", SHAPE, Said, _once, order=("resource", "number"))
WIDER = Ledger(
    "said", replace(SHAPE, columns=(*SHAPE.columns, *GAINED)), SaidLater, _once, LEDGER.order
)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return an empty home."""
    return Layout(tmp_path)


def test_a_fact_comes_back_as_it_was(layout: Layout) -> None:
    """Enums and lists keep their types, facts their order, and one resource is read alone."""
    facts = (Said("a/b", 2, Word.YES), Said("a/b", 1, Word.NO, ("x", "y")), Said("a/c", 3, Word.NO))
    for fact in facts:
        assert LEDGER.record(layout, (fact,))
    assert LEDGER.read(layout) == (facts[1], facts[0], facts[2])
    assert LEDGER.read(layout, "a/c") == facts[2:]
    assert type(LEDGER.read(layout)[0].word) is Word


def test_a_fact_is_recorded_once(layout: Layout) -> None:
    """Who records it again, alone or with others, changes nothing; no facts make no table."""
    fact = Said("a/b", 1, Word.YES)
    assert not LEDGER.record(layout, ())
    assert not LEDGER.path(layout).exists()
    assert LEDGER.record(layout, (fact,))
    assert not LEDGER.record(layout, (replace(fact, word=Word.NO),))
    assert LEDGER.read(layout) == (fact,)


def test_a_ledger_without_a_table_is_empty(layout: Layout) -> None:
    """Nobody has to make it first; its rows have their types all the same."""
    assert LEDGER.read(layout) == ()
    assert LEDGER.table(layout, columns=("why",)).schema.field("why").type == pa.list_(pa.string())


def test_columns_that_nobody_asked_for_are_not_read(layout: Layout) -> None:
    """Their fields have their defaults."""
    LEDGER.record(layout, (Said("a/b", 1, Word.YES, ("x",)),))
    assert LEDGER.read(layout, columns=("resource", "number", "word")) == (
        Said("a/b", 1, Word.YES),
    )


def test_a_column_may_be_added_in_a_later_version(layout: Layout) -> None:
    """What was recorded before reads as null or the default; the next fact brings the column."""
    before = Said("a/b", 1, Word.YES, ("x",))
    LEDGER.record(layout, (before,))
    files = live_files(LEDGER.path(layout))

    assert WIDER.read(layout) == (SaidLater(**vars(before)),)
    after = SaidLater("a/b", 2, Word.NO, (), "岗", loud=True, instead=Word.YES)
    assert WIDER.record(layout, (after,))

    assert WIDER.read(layout) == (SaidLater(**vars(before)), after)
    assert set(files) < set(live_files(WIDER.path(layout)))  # no row was written again


def test_an_earlier_version_goes_on_with_a_wider_ledger(layout: Layout) -> None:
    """Going back a release loses nothing: what it does not know stays, and is null in its rows."""
    WIDER.record(layout, (SaidLater("a/b", 1, Word.YES, (), "岗", loud=True),))
    assert LEDGER.record(layout, (Said("a/b", 2, Word.NO),))
    assert [one.number for one in LEDGER.read(layout)] == [1, 2]
    assert [(one.number, one.by, one.loud) for one in WIDER.read(layout)] == [
        (1, "岗", True),
        (2, None, False),
    ]


def test_rows_that_lie_in_order_are_not_copied() -> None:
    """Others are put in order, and those of equal place stay as they stood."""
    rows = pa.table({"a": [1, 1, 2], "b": ["x", "y", "z"]})
    assert in_order(rows, ["a"]) is rows
    assert in_order(rows.take([2, 0, 1]), ["a"])["b"].to_pylist() == ["x", "y", "z"]
    assert in_order(rows.slice(0, 0), ["a"]).num_rows == 0


def test_no_facts_are_no_rows_of_the_same_columns() -> None:
    """Whoever has none of a resource's facts looks at them as at any."""
    rows = LEDGER.rows(())
    assert rows.schema == LEDGER.rows((Said("a/b", 1, Word.YES),)).schema
    assert rows.num_rows == 0
