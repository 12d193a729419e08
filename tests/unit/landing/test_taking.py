"""A file leaves the inbox in one step; what is put there meanwhile or later is never touched."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from catalog_specs.errors import TransientError
from landing.taking import begun, discard, recover, state, take, unfinished
from register.receipts import write_receipt
from storage.digests import sha256_of_file
from tests.city import PERSON
from tests.city.registers import delivery


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
    receipt = delivery(PERSON, 1)
    write_receipt(
        aside / "receipt.json", type(receipt)(**vars(receipt) | {"sha256": sha256_of_file(file)})
    )


def test_writing_into_the_inbox_never_reaches_what_was_taken(inbox: Path, tmp_path: Path) -> None:
    """After a kill the same name is written anew, in place or not: both contents are kept."""
    file, place = inbox / "a.csv", tmp_path / "place"
    with begun(place) as aside:
        _receipt(file, aside)
        take(file, aside, state(file))
    file.write_text("new")

    recover(place, inbox)

    (raw,) = place.glob("*/raw/*")
    assert raw.read_text() == "old"
    assert file.read_text() == "new"
    assert unfinished(place) == ()


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_file_with_a_further_name_is_not_taken(inbox: Path, tmp_path: Path, when: str) -> None:
    """It could be written through that name after it was landed; it stays as it lies."""
    file, place = inbox / "a.csv", tmp_path / "place"
    seen = state(file)
    os.link(file, tmp_path / "other")

    def landed() -> None:
        with begun(place) as aside:
            take(file, aside, state(file) if when == "before" else seen)

    with pytest.raises(TransientError):
        landed()
    assert file.read_text() == "old"
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_file_any_more_is_given_back(inbox: Path, tmp_path: Path, kind: str) -> None:
    """A link or folder put in the file's place since it was read goes back and is never opened."""
    file, place = inbox / "a.csv", tmp_path / "place"
    seen = state(file)
    file.unlink()
    file.symlink_to(tmp_path / "nowhere") if kind == "link" else file.mkdir()
    with pytest.raises(TransientError):
        discard(file, place, seen)
    assert file.is_symlink() if kind == "link" else file.is_dir()
    assert list(place.iterdir()) == []


def test_a_file_put_there_since_it_was_read_is_given_back(inbox: Path, tmp_path: Path) -> None:
    """What is moved is looked at once more: another file goes back, and nothing is landed."""
    file, place = inbox / "a.csv", tmp_path / "place"
    file.with_name("b").write_text("younger")

    def landed_too_late() -> None:
        with begun(place) as aside:
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
    with begun(place) as aside:
        take(file, aside, state(file))
    file.write_text("younger")
    recover(place, inbox)
    assert sorted(path.read_text() for path in inbox.iterdir()) == ["old", "younger"]
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("written", [0, 1, 40])
def test_a_run_killed_amid_its_receipt_is_undone(inbox: Path, tmp_path: Path, written: int) -> None:
    """Of a receipt that was not written in full nothing is believed: the landing begins anew."""
    file, place = inbox / "a.csv", tmp_path / "place"
    with begun(place) as aside:
        _receipt(file, aside)
        take(file, aside, state(file))
    whole = (aside / "receipt.json").read_bytes()
    (aside / "receipt.json").write_bytes(whole[:written])
    recover(place, inbox)
    assert file.read_text() == "old"
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("linked", [False, True])
def test_a_killed_discard_gives_the_file_back_to_its_folder(
    inbox: Path, tmp_path: Path, linked: bool
) -> None:
    """What came in a folder goes back there, or into the inbox when a link stands there by now."""
    place, folder = tmp_path / "place", inbox / "2024"
    folder.mkdir()
    (folder / "b.csv").write_text("nested")
    with begun(place, "2024") as aside:
        take(folder / "b.csv", aside, state(folder / "b.csv", inbox))
    if linked:
        folder.rmdir()
        folder.symlink_to(tmp_path)
    recover(place, inbox)
    assert (inbox / "b.csv" if linked else folder / "b.csv").read_text() == "nested"
    assert not (tmp_path / "b.csv").exists()


def test_a_run_killed_while_it_gives_back_leaves_one_name(inbox: Path, tmp_path: Path) -> None:
    """The file has two names then; the next run takes the second away, so that it is landed."""
    file, place = inbox / "a.csv", tmp_path / "place"
    with begun(place) as aside:
        take(file, aside, state(file))
    os.link(aside / "raw" / "a.csv", file)
    recover(place, inbox)
    assert [path.name for path in inbox.iterdir()] == ["a.csv"]
    assert file.stat().st_nlink == 1


def test_a_file_is_given_back_beside_any_number_of_others(inbox: Path, tmp_path: Path) -> None:
    """Both its name and the one with its time are taken, and its name is as long as names get."""
    place, name = tmp_path / "place", "a" * 251 + ".csv"
    file = (inbox / "a.csv").rename(inbox / name)
    with begun(place) as aside:
        take(file, aside, state(file))
    moment = (aside / "raw" / name).stat().st_mtime_ns
    file.write_text("second")
    (inbox / f"{moment}-{name[20:]}").write_text("third")
    recover(place, inbox)
    assert sorted(path.read_text() for path in inbox.iterdir()) == ["old", "second", "third"]


def test_a_file_on_another_file_system_is_copied(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be moved: its bytes are kept as a copy, and it leaves its place all the same."""
    file, place, rename = inbox / "a.csv", tmp_path / "place", Path.rename

    def from_afar(moved: Path, target: Path) -> Path:
        if moved == file:
            raise OSError(errno.EXDEV, "another file system")
        return rename(moved, target)

    monkeypatch.setattr(Path, "rename", from_afar)
    with begun(place) as aside:
        _receipt(file, aside)
        take(file, aside, state(file))
    recover(place, inbox)
    (raw,) = place.glob("*/raw/*")
    assert raw.read_text() == "old"
    assert {one.name for one in raw.parents[1].iterdir()} == {"raw", "receipt.json"}
    assert list(inbox.iterdir()) == []


def test_no_folder_is_reached_through_a_link(inbox: Path, tmp_path: Path) -> None:
    """A link in the place of a folder leads to no file, whatever lies behind it."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.csv").write_text("not delivered")
    (inbox / "2024").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TransientError):
        state(inbox / "2024" / "b.csv", inbox)
