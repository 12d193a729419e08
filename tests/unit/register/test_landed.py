"""Landed deliveries: which there are, in which order, and what their receipts say in short."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import register.landed
from register.landed import UNINDEXED, in_order, landed, said_of, sequence_of
from register.receipts import read_receipt, write_receipt
from register.records import REPLAYED, Delivery
from storage.layout import RECEIPT, Layout
from tests.city import VISIT
from tests.city.registers import delivery


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return an empty home."""
    return Layout(tmp_path)


def land(layout: Layout, one: Delivery) -> Delivery:
    """Put a delivery's receipt where landing would."""
    folder = layout.delivery(one.resource, one.delivery)
    folder.mkdir(parents=True)
    write_receipt(folder / RECEIPT, one)
    return one


def test_names_are_in_the_order_in_which_deliveries_apply() -> None:
    """By number: as a text the millionth would come before the one ahead of it."""
    numbers = [1, 2, 10, 999_999, 1_000_000, 12_345_678]
    names = [f"{n:06}-{'a' * 12}" for n in numbers]
    mixed = random.Random(4).sample(names, len(names))

    assert in_order(mixed) == tuple(names)
    assert [sequence_of(name) for name in names] == numbers


def test_only_whole_deliveries_count(layout: Layout) -> None:
    """A landing under way, and whatever else lies in the folder, is none."""
    assert landed(layout, VISIT).names == ()
    assert landed(layout, VISIT).newest is None
    made = [land(layout, delivery(VISIT, n)) for n in (2, 1)]
    for name in (".landing-begun", "notes", "000003", "000003-short", "x000003-" + "a" * 12):
        (layout.landing(VISIT) / name).mkdir()

    found = landed(layout, VISIT)

    assert found.names == tuple(one.delivery for one in reversed(made))
    assert found.newest == made[0]
    assert found.deliveries() == tuple(reversed(made))
    assert found.deliveries([made[0].delivery]) == (made[0],)


@pytest.mark.parametrize(
    ("sha256", "day", "sequence"),
    [
        ("a" * 64, None, 1),
        ("a" * 64, "2026-03-02", 2),
        ("a" * 64, "2026-03-09", None),
        ("a" * 12 + "b" * 52, None, 4),
        ("a" * 12 + "c" * 52, None, None),
        ("f" * 64, None, None),
    ],
)
def test_the_same_bytes_are_recognised(
    layout: Layout, sha256: str, day: str | None, sequence: int | None
) -> None:
    """By the whole digest, of which a name has the beginning; with a day, for that day alone."""
    for number, as_of in ((1, "2026-03-01"), (2, "2026-03-02"), (3, None)):
        land(layout, replace(delivery(VISIT, number), as_of=as_of))
    land(layout, replace(delivery(VISIT, 4), sha256="a" * 12 + "b" * 52))

    found = landed(layout, VISIT).repeated(sha256, day)

    assert (found and found.sequence) == sequence


def test_receipts_are_said_in_short(layout: Layout) -> None:
    """Whether it is a replay, its day, why it was refused, how many records it has."""
    one = land(layout, replace(delivery(VISIT, 1, 7), as_of="2026-03-01", refusal="GATE-101"))
    two = land(layout, replace(delivery(VISIT, 2), origin=REPLAYED))

    said = landed(layout, VISIT).said

    assert [*said.values()] == [said_of(one), said_of(two)]
    first, second = said.values()
    assert (first.as_of, first.refusal, first.rows, first.replay) == (
        "2026-03-01", "GATE-101", 7, False,
    )  # fmt: skip
    assert second.replay


def test_a_receipt_is_read_once_and_then_from_the_index(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is written when enough is missing in it, and a few receipts are read each time."""
    opened: list[str] = []

    def reading(path: Path) -> Delivery:
        opened.append(path.parent.name)
        return read_receipt(path)

    monkeypatch.setattr(register.landed, "read_receipt", reading)

    def asked() -> int:
        opened.clear()
        assert len(landed(layout, VISIT).said) == len([*layout.landing(VISIT).iterdir()])
        return len(opened)

    for n in range(1, UNINDEXED + 1):
        land(layout, delivery(VISIT, n))
    assert (asked(), asked()) == (UNINDEXED, UNINDEXED)
    assert not layout.receipts_index(VISIT).exists()
    land(layout, delivery(VISIT, UNINDEXED + 1))
    assert (asked(), asked()) == (UNINDEXED + 1, 0)
    land(layout, delivery(VISIT, UNINDEXED + 2))
    assert (asked(), asked()) == (1, 1)


@pytest.fixture
def indexed(layout: Layout) -> Layout:
    """Return a home with an index."""
    for n in range(1, UNINDEXED + 2):
        land(layout, replace(delivery(VISIT, n, n), as_of=f"2026-01-{n % 28 + 1:02}"))
    assert len(landed(layout, VISIT).said) == UNINDEXED + 1
    return layout


def _cut(index: Path) -> None:
    index.write_bytes(index.read_bytes()[:99])


def _of_another_version(index: Path) -> None:
    pq.write_table(pq.read_table(index).drop(["rows"]), index)


def _gone(index: Path) -> None:
    index.unlink()


@pytest.mark.parametrize("harm", [_cut, _of_another_version, _gone])
def test_the_index_may_be_lost_or_damaged(indexed: Layout, harm: object) -> None:
    """The receipts are the truth: it is made again from them."""
    index, before = indexed.receipts_index(VISIT), landed(indexed, VISIT).said
    assert callable(harm)
    harm(index)

    assert landed(indexed, VISIT).said == before
    assert pq.read_table(index).num_rows == len(before)
    assert [*index.parent.iterdir()] == [index]


def test_an_index_that_cannot_be_written_stops_nothing(indexed: Layout) -> None:
    """On a full or read-only disk the receipts are read once more the next time."""
    index, before = indexed.receipts_index(VISIT), landed(indexed, VISIT).said
    index.unlink()
    shutil.rmtree(index.parent)
    index.parent.write_text("in the way", encoding="utf-8")

    assert landed(indexed, VISIT).said == before


def test_what_left_landing_leaves_the_index_too(indexed: Layout) -> None:
    """An entry of a delivery that is no longer there says nothing."""
    gone = delivery(VISIT, 1).delivery
    shutil.rmtree(indexed.delivery(VISIT, gone))

    assert gone not in landed(indexed, VISIT).said
