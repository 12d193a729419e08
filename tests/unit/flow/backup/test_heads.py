"""Heads: signed, and held to whose they are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from audit.keys import SigningKey
from audit.verifier import ED25519
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.backup.heads import Chosen, chosen, last_head, read_head, read_verifiers, signed
from storage.backup.repository import Repository
from tests.city import NOW
from tests.unit.flow.backup.conftest import Backed


def test_the_newest_that_fits_is_chosen(shared: Backed) -> None:
    """Without a wish the last one, by number that one, by moment the newest until then."""
    keys = shared.city.audit.verifiers
    assert chosen(shared.repository, Chosen(), keys).generation == 2
    assert chosen(shared.repository, Chosen(generation=1), keys).generation == 1
    assert chosen(shared.repository, Chosen(at=NOW), keys).generation == 2
    for which in (Chosen(at=NOW - timedelta(seconds=1)), Chosen(generation=3)):
        with pytest.raises(BackupError) as caught:
            chosen(shared.repository, which, keys)
        assert caught.value.fault is BackupFault.NONE_SO_EARLY


def test_another_key_is_not_the_homes(backed: Backed) -> None:
    """A head that is signed anew, under the same name, is refused by who knows the right key."""
    head = read_head(backed.repository, 2)
    forged = SigningKey(head.origin, ED25519, b"x" * 32)
    backed.repository.head_file(2).write_bytes(signed(head, forged))
    with pytest.raises(BackupError) as caught:
        read_head(backed.repository, 2, backed.city.audit.verifiers)
    assert caught.value.fault is BackupFault.SIGNATURE


def test_a_head_has_its_own_place(backed: Backed) -> None:
    """A former head that is put in the place of the newest one is told."""
    first = backed.repository.note(1)
    backed.repository.head_file(2).write_bytes(first)
    with pytest.raises(BackupError) as caught:
        read_head(backed.repository, 2)
    assert caught.value.fault is BackupFault.NOT_IN_ORDER


def test_an_empty_backup_has_no_head(tmp_path: Path) -> None:
    """There is no last one, and none to choose."""
    empty = Repository.begin(tmp_path)
    assert last_head(empty) is None
    with pytest.raises(BackupError) as caught:
        chosen(empty, Chosen(), ())
    assert caught.value.fault is BackupFault.NO_BACKUP


def test_public_keys_are_read_as_the_log_writes_them(shared: Backed, tmp_path: Path) -> None:
    """A file without any is refused."""
    assert read_verifiers(shared.city.layout.audit_verifier) == shared.city.audit.verifiers
    (tmp_path / "none").touch()
    for file in (tmp_path / "none", tmp_path / "missing"):
        with pytest.raises(BackupError):
            read_verifiers(file)
