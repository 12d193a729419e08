"""Copies of keys: in one encrypted file, apart from the backup, and read again."""

from __future__ import annotations

import io
import stat
import tarfile

import pyrage
import pytest

from audit.acts import Operation
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.backup.key_copies import copy_keys, read_keys
from tests.unit.flow.backup.conftest import Backed


def test_keys_are_copied_and_read_again(backed: Backed) -> None:
    """The file opens with its recipient's key, here and by age and tar alone."""
    to = backed.folder / "keys.age"
    names = copy_keys(backed.city, to, backed.recipient)

    assert "audit.key" in names
    assert read_keys(to, backed.identity) == read_keys(backed.city.layout.keys)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    plain = pyrage.decrypt(to.read_bytes(), [pyrage.x25519.Identity.from_str(backed.identity)])
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        assert set(tar.getnames()) == set(names)
    act = list(backed.city.audit.read())[-1].act
    assert (act.operation, act.purpose) == (Operation.DOWNLOAD, "另行保存密钥")


def test_a_copy_is_never_written_over_and_never_in_the_home(backed: Backed) -> None:
    """A file that is there stays; the home that is lost would take it along."""
    to = backed.folder / "keys.age"
    to.write_text("mine", encoding="utf-8")
    with pytest.raises(BackupError) as caught:
        copy_keys(backed.city, to, backed.recipient)
    assert caught.value.fault is BackupFault.FOREIGN_FILES
    with pytest.raises(BackupError) as caught:
        copy_keys(backed.city, backed.city.layout.home / "keys.age", backed.recipient)
    assert caught.value.fault is BackupFault.INSIDE
    assert to.read_text("utf-8") == "mine"


def test_what_is_no_copy_is_refused(backed: Backed) -> None:
    """The wrong key, another file, an empty folder."""
    to = backed.folder / "keys.age"
    copy_keys(backed.city, to, backed.recipient)
    other = str(pyrage.x25519.Identity.generate())
    (backed.folder / "empty").mkdir()
    (backed.folder / "text").write_text("x", encoding="utf-8")
    for place, key, fault in (
        (to, other, BackupFault.WRONG_KEY),
        (to, "", BackupFault.WRONG_KEY),
        (backed.folder / "text", backed.identity, BackupFault.CHANGED),
        (backed.folder / "empty", "", BackupFault.NO_BACKUP),
    ):
        with pytest.raises(BackupError) as caught:
            read_keys(place, key)
        assert caught.value.fault is fault
