"""Receipts: read as they were written; the files of a delivery lie on the disk, or come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.errors import UnreadableError
from register.receipts import deposited, raw_file, read_receipt, rows_file, write_receipt
from register.records import Delivery
from storage.digests import sha256_of
from storage.layout import Layout
from storage.places.deposits import deposit
from storage.places.object_path import ObjectPath
from tests.city import PERSON
from tests.city.registers import delivery
from tests.harness.fixtures import store

__all__ = ["store"]

RAW = b"a,b\n1,2\n"


@pytest.fixture
def one() -> Delivery:
    """Return the receipt of a delivery."""
    return replace(delivery(PERSON, 1), files=("sub/a.csv",), sha256=sha256_of(RAW))


def landed(layout: Layout, one: Delivery) -> Path:
    """Put a delivery's files on the disk; return their folder."""
    folder = layout.delivery(PERSON, one.delivery)
    (folder / "raw").mkdir(parents=True)
    (folder / "raw" / "a.csv").write_bytes(RAW)
    (folder / "rows.parquet").write_bytes(b"rows")
    write_receipt(folder / "receipt.json", one)
    return folder


def test_a_receipt_says_what_was_written(tmp_path: Path, one: Delivery) -> None:
    """Whatever else lies there is none, and is told so."""
    folder = landed(Layout(tmp_path), one)
    assert read_receipt(folder / "receipt.json") == one
    (folder / "receipt.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UnreadableError):
        read_receipt(folder / "receipt.json")


def test_files_that_left_the_disk_come_back(
    tmp_path: Path, store: ObjectPath, one: Delivery
) -> None:
    """Each to its place, when somebody asks for it, and not before."""
    layout = Layout(tmp_path, store)
    folder = landed(layout, one)
    kept = layout.deposits(PERSON)
    assert isinstance(kept, ObjectPath)
    deposit(folder, kept / one.delivery, "receipt.json")
    files = {folder / "raw" / "a.csv": RAW, folder / "rows.parquet": b"rows"}
    for path in files:
        path.unlink()
    assert raw_file(layout, one) == folder / "raw" / "a.csv"
    assert not (folder / "rows.parquet").exists()
    assert rows_file(layout, PERSON, one.delivery) == folder / "rows.parquet"
    assert {path: path.read_bytes() for path in files} == files
    assert {name for name, _, _ in deposited(layout, PERSON)} == {
        f"{one.delivery}/{name}" for name in ("raw/a.csv", "rows.parquet", "receipt.json")
    }


@pytest.mark.parametrize("content", [b"something else", None])
def test_what_is_not_what_was_delivered_does_not_come_back(
    tmp_path: Path, store: ObjectPath, one: Delivery, content: bytes | None
) -> None:
    """The receipt says its digest; asked again, the answer is the same."""
    layout = Layout(tmp_path, store)
    place = layout.deposits(PERSON) / one.delivery / "raw" / "a.csv"
    if content is not None:
        place.write_bytes(content)
    for _ in range(2):
        with pytest.raises(UnreadableError):
            raw_file(layout, one)
    assert [*layout.lake.rglob("*.csv")] == []


def test_a_home_on_its_disk_has_nowhere_else_to_look(tmp_path: Path, one: Delivery) -> None:
    """A file that is gone is gone, and records that are not there are made of it by who asks."""
    layout = Layout(tmp_path)
    folder = landed(layout, one)
    assert raw_file(layout, one) == folder / "raw" / "a.csv"
    assert [*deposited(layout, PERSON)] == []
    for path in (folder / "raw" / "a.csv", folder / "rows.parquet"):
        path.unlink()
    assert not rows_file(layout, PERSON, one.delivery).exists()
    with pytest.raises(UnreadableError):
        raw_file(layout, one)
