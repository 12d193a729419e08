"""A file leaves the inbox in one step; what is put there meanwhile or later is never touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalog_specs.errors import TransientError
from lakehouse.receipts import write_receipt
from lakehouse.taking import begun, discard, recover, sha256_of, state, take, unfinished
from tests.unit.lakehouse.small_city import delivery


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Return an inbox with one file, beside a place for deliveries."""
    (tmp_path / "place").mkdir()
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.csv").write_text("old")
    return folder


def _receipt(file: Path, aside: Path) -> None:
    """Write the receipt of a file with one record."""
    receipt = delivery("civil/person", 1)
    write_receipt(
        aside / "receipt.json", type(receipt)(**vars(receipt) | {"sha256": sha256_of(file)})
    )


@pytest.mark.parametrize("names", [1, 2])
def test_writing_into_the_inbox_never_reaches_what_was_taken(
    inbox: Path, tmp_path: Path, names: int
) -> None:
    """After a kill the same name is written anew, in place or not: both contents are kept."""
    file, place = inbox / "a.csv", tmp_path / "place"
    for other in range(1, names):
        os.link(file, tmp_path / f"other-{other}")
    with begun(file, place) as aside:
        _receipt(file, aside)
        take(file, aside, state(file))
    file.write_text("new")
    for other in tmp_path.glob("other-*"):
        other.write_text("changed through its other name")

    recover(place, inbox)

    (raw,) = place.glob("*/raw/*")
    assert raw.read_text() == "old"
    assert file.read_text() == "new"
    assert unfinished(place) == ()


def test_a_file_put_there_since_it_was_read_is_given_back(inbox: Path, tmp_path: Path) -> None:
    """What is moved is looked at once more: another file goes back, and nothing is landed."""
    file, place = inbox / "a.csv", tmp_path / "place"
    file.with_name("b").write_text("younger")

    def landed_too_late() -> None:
        with begun(file, place) as aside:
            seen = state(file)
            _receipt(file, aside)
            file.with_name("b").replace(file)
            take(file, aside, seen)

    with pytest.raises(TransientError):
        landed_too_late()
    assert file.read_text() == "younger"
    assert list(place.iterdir()) == []


def test_a_known_file_is_discarded_and_no_other(inbox: Path, tmp_path: Path) -> None:
    """A repeated file goes; one that took its place since it was recognised stays."""
    file, place = inbox / "a.csv", tmp_path / "place"
    seen = state(file)
    file.with_name("b").write_text("younger")
    file.with_name("b").replace(file)
    with pytest.raises(TransientError):
        discard(file, place, seen)
    assert file.read_text() == "younger"
    discard(file, place, state(file))
    assert list(inbox.iterdir()) == list(place.iterdir()) == []


def test_a_killed_discard_gives_the_file_back(inbox: Path, tmp_path: Path) -> None:
    """Taken, but without a receipt: it goes back, beside whatever has its name by now."""
    file, place = inbox / "a.csv", tmp_path / "place"
    with begun(file, place) as aside:
        take(file, aside, state(file))
    file.write_text("younger")
    recover(place, inbox)
    assert sorted(path.read_text() for path in inbox.iterdir()) == ["old", "younger"]
    assert list(place.iterdir()) == []
