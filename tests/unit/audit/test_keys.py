"""The log's key: private, never replaced, and known by what it signs."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.keys import create_key, read_key
from audit.verifier import COSIGNATURE, ED25519, LogError, VerifierKey, opened
from catalog_specs.errors import AuditError


@pytest.mark.parametrize("kind", [ED25519, COSIGNATURE])
def test_a_key_signs_what_its_verifier_opens(kind: int, tmp_path: Path) -> None:
    """A log's key and a witness's; another text is refused."""
    key = create_key(tmp_path / "k", "example.com/log", kind)
    text = b"line\n"
    known = [VerifierKey.parse(str(read_key(tmp_path / "k").verifier))]

    assert opened(text + b"\n" + key.line(text, 1_700_000_000), known).by == tuple(known)
    with pytest.raises(LogError, match="wrong"):
        opened(b"other\n\n" + key.line(text, 1_700_000_000), known)


def test_a_key_is_never_replaced_nor_shown(tmp_path: Path) -> None:
    """Its file is its owner's alone."""
    key = create_key(tmp_path / "keys" / "k", "n")

    assert (tmp_path / "keys" / "k").stat().st_mode & 0o777 == 0o600
    assert "seed" not in repr(key)
    with pytest.raises(AuditError, match="already"):
        create_key(tmp_path / "keys" / "k", "n")


def test_a_key_whose_maker_was_killed_has_one_name_again(tmp_path: Path) -> None:
    """Whoever reads it takes away the name that it was written under, and no other file."""
    key = create_key(tmp_path / "k", "n")
    left = tmp_path / ".k.next"
    left.hardlink_to(tmp_path / "k")
    assert read_key(tmp_path / "k").verifier == key.verifier
    assert [*tmp_path.iterdir()] == [tmp_path / "k"]
    (tmp_path / "copy").hardlink_to(tmp_path / "k")
    left.write_text("of another maker")
    read_key(tmp_path / "k")
    assert {*tmp_path.iterdir()} == {tmp_path / "k", tmp_path / "copy", left}


@pytest.mark.parametrize("text", ["", "x", "PRIVATE+KEY+n+00000000+AAAA", "PRIVATE+KEY+n+0+!"])
def test_what_is_no_key_is_refused(text: str, tmp_path: Path) -> None:
    """Nor is its content quoted."""
    place = tmp_path / "k"
    place.write_text(text)
    place.chmod(0o600)
    with pytest.raises(AuditError, match="no key"):
        read_key(place)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """It may have been read."""
    create_key(tmp_path / "k", "n")
    (tmp_path / "k").chmod(0o640)
    with pytest.raises(AuditError, match="0640"):
        read_key(tmp_path / "k")
    with pytest.raises(AuditError, match="missing"):
        read_key(tmp_path / "none")
