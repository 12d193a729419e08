"""Objects: under the digest of what lies there, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from storage.backup.objects import Objects, writing


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    """Return an empty folder of objects."""
    return Objects(tmp_path / "objects")


def test_an_object_is_named_by_its_bytes(objects: Objects, tmp_path: Path) -> None:
    """It is read back as it was, and whoever has no key can check it."""
    (tmp_path / "file").write_bytes(b"content")
    put = objects.put(tmp_path / "file", "")
    assert put.object == put.digest == hashlib.sha256(b"content").hexdigest()
    assert objects.read(put.object, None) == b"content"
    assert objects.fault(put.object, put.bytes) is None
    assert objects.fault(put.object, put.bytes + 1) is BackupFault.CHANGED
    assert objects.place(put.object).stat().st_mode & 0o777 == 0o400
    assert list(objects.names()) == [put.object]


def test_what_is_missing_or_changed_is_told_apart(objects: Objects) -> None:
    """A byte, a length, a file."""
    put = objects.put_bytes(b"content", "")
    place = objects.place(put.object)
    place.chmod(0o600)
    place.write_bytes(b"conten!")
    assert objects.there(put.object, put.bytes)
    assert objects.fault(put.object, put.bytes) is BackupFault.CHANGED
    place.unlink()
    assert not objects.there(put.object, put.bytes)
    assert objects.fault(put.object, put.bytes) is BackupFault.MISSING
    with pytest.raises(BackupError) as caught:
        objects.read(put.object, None)
    assert caught.value.fault is BackupFault.MISSING


def test_sweeping_leaves_what_is_kept(objects: Objects) -> None:
    """All other objects go, and what a killed writer left."""
    kept, gone = objects.put_bytes(b"a", ""), objects.put_bytes(b"b", "")
    (objects.folder / "left.next").touch()
    assert objects.remove_but({kept.object}) == 1
    assert list(objects.names()) == [kept.object]
    assert not objects.there(gone.object, gone.bytes)
    assert not (objects.folder / "left.next").exists()


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, BackupFault.FULL),
        (errno.EDQUOT, BackupFault.FULL),
        (errno.EROFS, BackupFault.NOT_WRITABLE),
        (errno.EACCES, BackupFault.NOT_WRITABLE),
    ],
)
def test_a_disk_that_takes_nothing_is_told_with_its_place(
    tmp_path: Path, number: int, fault: BackupFault
) -> None:
    """Full, over the quota, read-only, forbidden; anything else is passed on."""
    with pytest.raises(BackupError) as caught, writing(tmp_path):
        raise OSError(number, "")
    assert (caught.value.fault, caught.value.where) == (fault, str(tmp_path))
    with pytest.raises(FileNotFoundError), writing(tmp_path):
        raise FileNotFoundError(errno.ENOENT, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
@pytest.mark.parametrize("recipient", ["", "encrypted"])
def test_a_disk_that_fills_up_while_encrypting_is_told(
    objects: Objects, monkeypatch: pytest.MonkeyPatch, recipient: str
) -> None:
    """The library's own words do not hide it, and nothing stays lying."""
    import pyrage

    if recipient:
        recipient = str(pyrage.x25519.Identity.generate().to_public())
    opened = Path.open

    def full(path: Path, mode: str = "r", **options: object) -> object:
        if mode == "xb":
            path.symlink_to("/dev/full")
            return opened(path, "wb", buffering=0)
        return opened(path, mode, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(BackupError) as caught:
        objects.put_bytes(b"x" * 200_000, recipient)
    assert caught.value.fault is BackupFault.FULL
    assert list(objects.folder.iterdir()) == []
