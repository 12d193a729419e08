"""What is opened below an inbox is what lies there, and never what a link points at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalog_specs.errors import TransientError
from landing.unfollowed import opened, opened_folder, written_out


@pytest.mark.parametrize("what", ["nothing", "link", "pipe", "folder"])
def test_only_a_file_is_opened(tmp_path: Path, what: str) -> None:
    """Anything else in its place says that the file went away, and nobody waits for a pipe."""
    place = tmp_path / "a.csv"
    if what == "link":
        (tmp_path / "b.csv").write_text("x")
        place.symlink_to(tmp_path / "b.csv")
    elif what == "pipe":
        os.mkfifo(place)
    elif what == "folder":
        place.mkdir()
    with pytest.raises(TransientError):
        opened(place)


def test_a_link_among_folders_is_not_followed(tmp_path: Path) -> None:
    """The folders below the inbox are its own; a link in the place of one is none of them."""
    (tmp_path / "inbox" / "2024").mkdir(parents=True)
    (tmp_path / "inbox" / "link").symlink_to(tmp_path)
    with opened_folder(tmp_path / "inbox", ["2024"]) as folder:
        assert os.fstat(folder).st_ino == (tmp_path / "inbox" / "2024").stat().st_ino
    with pytest.raises(OSError), opened_folder(tmp_path / "inbox", ["link"]):  # noqa: PT011
        pass


def test_writing_out_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows may rely on it: an error of the disk comes out before anything is taken."""
    place = tmp_path / "a.csv"
    place.write_text("x")
    done: list[int] = []
    monkeypatch.setattr(os, "fsync", done.append)
    with written_out(place):
        pass
    assert len(done) == 1

    def fails(_: int) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="input/output"), written_out(place):
        pass
