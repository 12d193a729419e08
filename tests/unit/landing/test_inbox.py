"""An inbox whose folders nest: what waits, in which order, under which name, and what is left."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog_specs.errors import TransientError
from landing import landing
from landing.inbox import Inbox, look, within
from landing.landing import Recognised, land, resume
from landing.unfollowed import opened_folder
from storage.layout import Layout
from tests.city.records import HEADER, LINE
from tests.city.registers import deliveries
from tests.city.resources import catalog_of, person

PERSON = person()
REF = PERSON.ref
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a home with an empty inbox."""
    layout = Layout(tmp_path / "home")
    layout.inbox(REF).mkdir(parents=True)
    return layout


def drop(layout: Layout, name: str, number: int = 0, age: int = 60) -> Path:
    """Put a file into the inbox, or into a folder of it."""
    path = layout.inbox(REF) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{HEADER}\n{LINE.format(number)}\n", encoding="utf-8")
    os.utime(path, (NOW.timestamp() - age,) * 2)
    return path


def seen(layout: Layout, settle: int = 0) -> tuple[list[str], dict[str, str]]:
    """Return what waits, by path, and what is left, with the reasons."""
    found: Inbox = look(layout, REF, NOW, timedelta(seconds=settle))
    waiting = [str(within(layout.inbox(REF), path)) for path in found.waiting]
    return waiting, {one.name: one.reason for one in found.skipped}


def test_files_in_folders_wait_in_one_order(layout: Layout) -> None:
    """The order is that of (modified, path) over all folders, not one folder after another."""
    drop(layout, "2024/fujian.csv", age=10)
    drop(layout, "2024/a/b/deep.csv", age=40)
    drop(layout, "2023/fujian.csv", age=20)
    drop(layout, "top.csv", age=20)
    drop(layout, "2023/anhui.csv", age=20)
    (layout.inbox(REF) / "empty").mkdir()
    assert seen(layout) == (
        ["2024/a/b/deep.csv", "2023/anhui.csv", "2023/fujian.csv", "top.csv", "2024/fujian.csv"],
        {},
    )
    assert seen(layout, 15)[1] == {"2024/fujian.csv": "unsettled"}


@pytest.mark.parametrize("folder", [".uploading", "2024.part", "2024.TMP", "x.crdownload"])
def test_a_folder_that_is_still_being_written_is_passed_over(layout: Layout, folder: str) -> None:
    """The rule for unfinished uploads holds for every component of a path."""
    drop(layout, f"{folder}/a.csv")
    drop(layout, f"ready/{folder}/a.csv")
    assert seen(layout) == ([], {})


def test_links_are_left_lying_whatever_they_link(layout: Layout, tmp_path: Path) -> None:
    """Links to files and folders, and files with a further name, inside or outside the inbox."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "key").write_text("secret")
    inbox = layout.inbox(REF)
    drop(layout, "2024/a.csv")
    (inbox / "2024" / "soft.csv").symlink_to(outside / "key")
    (inbox / "2024" / "up").symlink_to(inbox)
    (inbox / "folder").symlink_to(outside)
    os.link(outside / "key", inbox / "2024" / "hard.csv")
    os.link(drop(layout, "b.csv"), inbox / "twin.csv")
    os.mkfifo(inbox / "2024" / "pipe")
    assert seen(layout) == (
        ["2024/a.csv"],
        {
            "2024/soft.csv": "symlink",
            "2024/up": "symlink",
            "folder": "symlink",
            "2024/hard.csv": "hard_link",
            "b.csv": "hard_link",
            "twin.csv": "hard_link",
            "2024/pipe": "not_a_file",
        },
    )
    for name in ("2024/hard.csv", "folder/key", "2024/soft.csv"):
        with pytest.raises(TransientError):
            land(layout, catalog_of(PERSON), PERSON, inbox / name, NOW)
    assert deliveries(layout, REF) == ()
    (inbox / "twin.csv").unlink()
    assert "b.csv" in seen(layout)[0]


def test_depth_is_bounded_and_told(layout: Layout) -> None:
    """Eight folders are looked into, the ninth is named once."""
    drop(layout, "/".join("12345678") + "/a.csv")
    drop(layout, "/".join("123456789") + "/a.csv")
    drop(layout, "/".join("123456789") + "/10/b.csv")
    assert seen(layout) == (["1/2/3/4/5/6/7/8/a.csv"], {"1/2/3/4/5/6/7/8/9": "too_deep"})


def test_the_longest_path_is_landed(layout: Layout) -> None:
    """Every component may be as long as a name can be."""
    name = "/".join(letter * 255 for letter in "abcdefgh") + "/" + "i" * 251 + ".csv"
    land(layout, catalog_of(PERSON), PERSON, drop(layout, name), NOW)
    assert [one.files for one in deliveries(layout, REF)] == [(name,)]


def test_a_folder_that_nothing_can_be_moved_out_of_is_told(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files would be read and fail each time; the others are taken."""
    closed = drop(layout, "closed/a.csv").parent
    drop(layout, "open/a.csv")
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != closed and access(path, mode))
    assert seen(layout) == (["open/a.csv"], {"closed": "no_access"})


def test_a_path_is_the_name_of_its_delivery(layout: Layout) -> None:
    """Two files of one name are two deliveries; raw bytes lie flat, the folders stay."""
    for year in (2023, 2024):
        path = drop(layout, f"{year}/福建\u202e.csv", year)
        made = land(layout, catalog_of(PERSON), PERSON, path, NOW)
        folder = layout.delivery(REF, made.delivery) / "raw"
        assert [str(one.relative_to(folder)) for one in folder.rglob("*")] == ["福建_.csv"]
    found = deliveries(layout, REF)
    assert [one.files for one in found] == [("2023/福建_.csv",), ("2024/福建_.csv",)]
    assert all(one.renamed for one in found)
    assert sorted(p.name for p in layout.inbox(REF).rglob("*")) == ["2023", "2024"]
    again = land(layout, catalog_of(PERSON), PERSON, drop(layout, "x/same.csv", 2023), NOW)
    assert isinstance(again, Recognised)
    assert (again.file, again.delivery) == ("x/same.csv", found[0].delivery)


def test_a_folder_may_be_called_like_its_file(layout: Layout) -> None:
    """What a landing keeps beside the bytes never meets the names of a department."""
    for number, name in enumerate(("raw/raw", "lay_in/lay_in", "receipt.json/rows.parquet")):
        made = land(layout, catalog_of(PERSON), PERSON, drop(layout, name, number), NOW)
        folder = layout.delivery(REF, made.delivery)
        assert (folder / "raw" / Path(name).name).is_file()
        assert {one.name for one in folder.iterdir()} == {"raw", "receipt.json", "rows.parquet"}


def test_a_broken_off_landing_of_a_nested_file_is_finished(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its receipt was written before the file was moved, with the path in it."""
    path = drop(layout, "2024/fujian.csv")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(landing, "finish", stop)
        with pytest.raises(KeyboardInterrupt):
            land(layout, catalog_of(PERSON), PERSON, path, NOW)
    resume(layout, REF)
    assert [one.files for one in deliveries(layout, REF)] == [("2024/fujian.csv",)]
    assert seen(layout) == ([], {})


def test_a_file_taken_during_a_look_hides_no_other(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run works on the same inbox; what it took is gone, the rest still waits."""
    taken = drop(layout, "2024/a.csv").parent
    drop(layout, "b.csv")

    def meanwhile(root: Path, folders: tuple[str, ...]) -> object:
        if folders:
            (taken / "a.csv").unlink()
            taken.rmdir()
        return opened_folder(root, folders)

    monkeypatch.setattr("landing.inbox.opened_folder", meanwhile)
    assert seen(layout) == (["b.csv"], {})
