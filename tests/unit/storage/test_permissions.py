"""Permissions below a home: closed to others but for open data, and found where they are not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from storage.layout import Layout
from storage.permissions import close_doors, loose, mend, private_files


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a home whose folders are closed."""
    made = Layout(tmp_path / "home")
    close_doors(made)
    return made


def mode(path: Path) -> int:
    """Return a path's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


def test_files_of_one_piece_of_work_are_private(tmp_path: Path) -> None:
    """Within it nobody else may read what is made; afterwards all is as before."""
    before = os.umask(0o022)
    try:
        with private_files():
            (tmp_path / "within").touch()
        (tmp_path / "after").touch()
    finally:
        os.umask(before)

    assert (mode(tmp_path / "within"), mode(tmp_path / "after")) == (0o600, 0o644)


def test_open_doors_are_closed(layout: Layout) -> None:
    """A folder that others could enter is closed; the inbox is let alone."""
    layout.lake.chmod(0o755)
    layout.inbox("office/visit").mkdir(parents=True, mode=0o770)
    before = mode(layout.inbox("office/visit"))

    close_doors(layout)

    assert {mode(folder) for folder in layout.private} == {0o700}
    assert mode(layout.inbox("office/visit")) == before


def test_a_closed_home_has_nothing_to_mend(layout: Layout) -> None:
    """Private files of their owner, and public ones that all can read, are as they should be."""
    (layout.lake / "rows").touch(mode=0o600)
    layout.public.mkdir(mode=0o755)
    (layout.public / "data.csv").touch()
    (layout.public / "data.csv").chmod(0o444)

    assert list(loose(layout)) == []


def test_what_stands_open_is_found_and_mended(layout: Layout) -> None:
    """A private file that others may read, and a public one that they may not."""
    private, public = layout.lake / "rows", layout.public / "data.csv"
    layout.public.mkdir(mode=0o755)
    for path, wrong in ((private, 0o644), (public, 0o600)):
        path.touch()
        path.chmod(wrong)

    found = {one.path: one for one in loose(layout)}

    assert {path: one.wanted for path, one in found.items()} == {private: 0o600, public: 0o644}
    assert all(mend(one) for one in found.values())
    assert list(loose(layout)) == []


def test_the_database_of_cases_is_private(layout: Layout) -> None:
    """It lies in the home itself, which others may enter."""
    layout.governance_db.touch()
    layout.governance_db.chmod(0o644)
    (found,) = loose(layout)
    assert (found.path, found.wanted) == (layout.governance_db, 0o600)
    assert mend(found)
    assert list(loose(layout)) == []


def test_a_link_is_not_followed(layout: Layout, tmp_path: Path) -> None:
    """What lies elsewhere is judged where it lies."""
    (tmp_path / "elsewhere").touch()
    (tmp_path / "elsewhere").chmod(0o666)
    (layout.lake / "link").symlink_to(tmp_path / "elsewhere")

    assert list(loose(layout)) == []


def test_what_has_gone_cannot_be_mended(layout: Layout) -> None:
    """A file that a run took away meanwhile is no error."""
    (layout.lake / "rows").touch(mode=0o644)
    (layout.lake / "rows").chmod(0o644)
    (found,) = loose(layout)
    (layout.lake / "rows").unlink()

    assert not mend(found)
