"""Object paths: names that behave like paths, and answers of a real store like a disk's."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from storage.places.object_path import ObjectPath, place_of


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("s3://lake", True),
        ("s3://lake/city/2026", True),
        ("s3://lake/city/", True),
        ("https://lake/city", False),
        ("s3://Lake/city", False),
        ("s3://lake/*", False),
        ("s3://lake/城市", False),
        ("s3://lake/a/../b", False),
        ("s3://lake//a", False),
        ("s3://key:secret@lake", False),
    ],
)
def test_an_address_is_one_that_every_engine_takes_as_it_is(address: str, usable: bool) -> None:
    """Patterns, escapes, other schemes and credentials in an address are refused."""
    assert (ObjectPath.at(address) is not None) is usable


def test_a_name_is_put_together_and_taken_apart_like_a_path() -> None:
    """What stands behind a name, its parts and its equality are those of a path."""
    place = ObjectPath("s3://lake/city/") / "lake" / "ledgers"
    assert str(place) == "s3://lake/city/lake/ledgers"
    assert (place.bucket, place.key, place.name) == ("lake", "city/lake/ledgers", "ledgers")
    assert place.parent == ObjectPath("s3://lake/city/lake")
    assert place.relative_to(ObjectPath("s3://lake/city")).as_posix() == "lake/ledgers"
    assert pickle.loads(pickle.dumps(place)) == place  # noqa: S301 - our own
    assert place_of(str(place)) == place
    assert place_of("/lake/ledgers") == Path("/lake/ledgers")


def test_what_only_a_disk_can_do_cannot_be_asked() -> None:
    """No folder of the machine is made by mistake for a place on a store."""
    for act in ("mkdir", "touch", "rename", "chmod", "symlink_to", "write_text"):
        assert not hasattr(ObjectPath("s3://lake/city"), act)


def test_an_object_is_written_read_listed_and_removed(store: ObjectPath) -> None:
    """What lies below a name is found by the beginnings of names, hidden or not."""
    (store / "a" / "b").write_bytes(b"one")
    (store / "a" / "c" / "d").write_bytes(b"three")
    assert sorted(one.name for one in (store / "a").iterdir()) == ["b", "c"]
    assert {one.name: state.st_size for one, state in store.below()} == {"b": 3, "d": 5}
    assert ((store / "a" / "b").is_file(), (store / "a").is_file()) == (True, False)
    assert ((store / "a").is_dir(), (store / "a" / "b").is_dir()) == (True, False)
    (store / "a" / "b").unlink()
    assert not (store / "a" / "b").exists()
    (store / "a" / "b").unlink(missing_ok=True)
    for absent in ((store / "x").stat, (store / "x").read_bytes):
        with pytest.raises(FileNotFoundError):
            absent()


def test_an_object_is_created_once(store: ObjectPath) -> None:
    """The second who creates it is refused, but whoever only repeats his own write."""
    first = (store / "a").create(b"mine")
    assert (store / "a").create(b"mine") == first
    with pytest.raises(FileExistsError):
        (store / "a").create(b"theirs")
    assert (store / "a").read() == (b"mine", first)


def test_an_object_is_replaced_by_whoever_saw_it_last(store: ObjectPath) -> None:
    """Who holds an older tag is refused; so is who replaces what is gone."""
    first = (store / "a").create(b"1")
    second = (store / "a").replace(b"2", first)
    with pytest.raises(FileExistsError):
        (store / "a").replace(b"3", first)
    assert (store / "a").read() == (b"2", second)
    (store / "a").unlink()
    with pytest.raises((FileExistsError, FileNotFoundError)):
        (store / "a").replace(b"4", second)


def test_a_file_of_many_parts_arrives_whole(store: ObjectPath, tmp_path: Path) -> None:
    """A file that is sent in parts, and read some at a time, keeps every byte."""
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 50_000)
    (store / "a").upload(file)
    with (store / "a").open() as opened:
        pieces = [*iter(lambda: opened.read(1 << 20), b"")]
    assert b"".join(pieces) == file.read_bytes()
    assert len(pieces) > 10
