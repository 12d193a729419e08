"""The key that signs packages: never replaced in silence, and followed by one that it signs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from audit.keys import create_key
from audit.verifier import ED25519
from catalog_specs.errors import AuditError
from outlets.handover.sealing import Fault, seal, unsealed
from outlets.handover.signing_key import fingerprint, pem_of, public_key, renew, signing_key
from storage.layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a home."""
    return Layout(tmp_path / "home")


def package(layout: Layout, name: str) -> Path:
    """Return a sealed folder."""
    folder = layout.home.parent / name
    folder.mkdir()
    (folder / "a.csv").write_text("一\n", encoding="utf-8")
    seal(layout, folder)
    return folder


def published(layout: Layout) -> bytes:
    """Return the key that is published."""
    found = public_key(layout)
    assert found
    return found


def test_packages_of_before_and_after_are_checked(layout: Layout, tmp_path: Path) -> None:
    """Each by its own key; the former one signs the next, as others can check with OpenSSL."""
    early, former = package(layout, "early"), published(layout)
    made = renew(layout)
    late = package(layout, "late")
    assert made == fingerprint(published(layout)) != fingerprint(former)
    assert (unsealed(early, former), unsealed(late, published(layout))) == ((), ())
    told = "the package is sealed with another key than the one trusted"
    assert unsealed(early, published(layout)) == (Fault("signing.pub", told),)
    place = layout.former_signing(fingerprint(former))
    assert (place / "signing.pub").read_bytes() == former
    assert (place / "next.pub").read_bytes() == published(layout)
    call = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "signing.pub", "-rawin"]
    call += ["-in", "next.pub", "-sigfile", "next.pub.sig"]
    assert subprocess.run(call, cwd=place, capture_output=True, check=False).returncode == 0
    assert not any(b"PRIVATE" in one.read_bytes() for one in place.iterdir())
    assert list(layout.work.glob("signing-*")) == []
    assert tmp_path in place.parents


def test_a_lost_key_is_not_replaced_in_silence(layout: Layout) -> None:
    """Nothing is signed until it is restored or renewed; then nothing names the next one."""
    package(layout, "early")
    former = published(layout)
    layout.signing_key.unlink()
    with pytest.raises(AuditError, match="the key of packages is missing") as refused:
        package(layout, "late")
    assert "renew-key" in str(refused.value)
    renew(layout)
    place = layout.former_signing(fingerprint(former))
    assert sorted(one.name for one in place.iterdir()) == ["next.pub", "signing.pub"]
    assert unsealed(package(layout, "later"), published(layout)) == ()


def test_what_was_broken_off_is_finished(layout: Layout) -> None:
    """A key that waited is taken; one that was in use and not yet published is published first."""
    with pytest.raises(AuditError, match="nothing was signed"):
        renew(layout)
    package(layout, "early")
    first = published(layout)
    create_key(layout.next_signing_key, "quanshu.local/handover", ED25519)
    second = renew(layout)
    assert not layout.next_signing_key.exists()
    layout.signing_public.chmod(0o644)
    layout.signing_public.write_bytes(first)  # as if the last step had not been done
    third = renew(layout)
    assert len({fingerprint(first), second, third}) == 3
    assert (layout.former_signing(second) / "next.pub.sig").is_file()
    assert fingerprint(pem_of(signing_key(layout))) == third == fingerprint(published(layout))
