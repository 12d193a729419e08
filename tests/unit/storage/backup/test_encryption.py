"""Encryption: to one recipient, and told apart what kept it from opening."""

from __future__ import annotations

import io
from pathlib import Path

import pyrage
import pytest

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from storage.backup.encryption import decrypt, encrypt, read_identity, read_recipient

KEY = pyrage.x25519.Identity.generate()


def _encrypted(content: bytes) -> bytearray:
    sink = io.BytesIO()
    encrypt(io.BytesIO(content), sink, str(KEY.to_public()))
    return bytearray(sink.getvalue())


def test_it_opens_with_the_right_key_alone() -> None:
    """Another key, none, and changed bytes are three different faults."""
    sealed = _encrypted(b"x" * 200_000)
    sink = io.BytesIO()
    decrypt(io.BytesIO(sealed), sink, str(KEY), "here")
    assert sink.getvalue() == b"x" * 200_000

    broken = bytearray(sealed)
    broken[-100] ^= 1
    for content, key, fault in (
        (sealed, str(pyrage.x25519.Identity.generate()), BackupFault.WRONG_KEY),
        (sealed, "", BackupFault.WRONG_KEY),
        (broken, str(KEY), BackupFault.CHANGED),
        (sealed[:-100], str(KEY), BackupFault.CHANGED),
        (b"no age file", str(KEY), BackupFault.CHANGED),
    ):
        with pytest.raises(BackupError) as caught:
            decrypt(io.BytesIO(content), io.BytesIO(), key, "here")
        assert caught.value.fault is fault


def test_files_of_keys_are_those_of_age(tmp_path: Path) -> None:
    """Comments are passed over; a secret key is no recipient, and the other way round."""
    secret, public = tmp_path / "secret", tmp_path / "public"
    secret.write_text(f"# created\n# public key: {KEY.to_public()}\n{KEY}\n", encoding="utf-8")
    public.write_text(f"{KEY.to_public()}\n", encoding="utf-8")
    assert (read_identity(secret), read_recipient(public)) == (str(KEY), str(KEY.to_public()))

    for read, file in ((read_identity, public), (read_recipient, secret)):
        with pytest.raises(BackupError) as caught:
            read(file)
        assert str(KEY) not in str(caught.value)
    with pytest.raises(BackupError):
        read_recipient(tmp_path / "missing")
    public.write_text(f"{KEY.to_public()}\n" * 2, encoding="utf-8")
    with pytest.raises(BackupError):
        read_recipient(public)
