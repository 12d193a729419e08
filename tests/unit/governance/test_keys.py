"""The master key: where it is found, when it is refused, what is derived from it."""

from __future__ import annotations

import hashlib
import hmac
import random
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from catalog_specs.errors import SettingsError
from governance.keys import KeyRing

MADE = date(2026, 3, 2)
HEX, OTHER, THIRD = (hashlib.sha256(name).hexdigest() for name in (b"1", b"2", b"3"))


def ring(home: Path, **env: str) -> KeyRing:
    """Return the key ring of an environment."""
    return KeyRing.from_sources(env, home)


def key_file(home: Path, text: str = HEX, mode: int = 0o600) -> Path:
    """Write the installation's key file."""
    path = home / "keys" / "master.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")
    path.chmod(mode)
    return path


def test_sources_in_order(tmp_path: Path) -> None:
    """The variable wins over the named file, which wins over the file in the home."""
    key_file(tmp_path, OTHER)
    named = key_file(tmp_path / "elsewhere", THIRD)
    in_home = ring(tmp_path)
    from_file = ring(tmp_path, QUANSHU_MASTER_KEY_FILE=str(named))
    from_variable = ring(tmp_path, QUANSHU_MASTER_KEY=HEX, QUANSHU_MASTER_KEY_FILE=str(named))
    assert in_home == KeyRing({1: bytes.fromhex(OTHER)})
    assert from_file == KeyRing({1: bytes.fromhex(THIRD)})
    assert from_variable == KeyRing({1: bytes.fromhex(HEX)})


def test_missing_key_is_told_only_when_needed(tmp_path: Path) -> None:
    """An installation without a key works until a pseudonym is needed; then the remedy is named."""
    keys = ring(tmp_path)
    with pytest.raises(SettingsError, match="quanshu key create"):
        keys.derive("grant:a")
    with pytest.raises(SettingsError):
        _ = keys.version


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o700, 0o604])
def test_loose_permissions_are_refused(tmp_path: Path, mode: int) -> None:
    """A key file that others may read is refused, and the message says which chmod to run."""
    path = key_file(tmp_path, mode=mode)
    with pytest.raises(SettingsError, match=f"chmod 600 {path}") as refused:
        ring(tmp_path).derive("grant:a")
    assert HEX not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "xyz", HEX[2:], f"0:{HEX}", f"1:{HEX} 1:{OTHER}", f"a:{HEX}", "1:", "é"),
        *(f"1@:{HEX}", f"1@2026-02-30:{HEX}", f"1@1@2026-02-03:{HEX}", f"1:2@2026-02-03:{HEX}"),
    ],
)
def test_unusable_key_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    """A short, malformed or ambiguous key is refused, and never falls through to another source."""
    path = tmp_path / "given.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    key_file(tmp_path)
    with pytest.raises(SettingsError) as refused:
        ring(tmp_path, QUANSHU_MASTER_KEY_FILE=str(path)).derive("grant:a")
    assert HEX[2:18] not in str(refused.value)


def test_bad_variable_does_not_fall_through(tmp_path: Path) -> None:
    """A variable that is set but unusable stops, although a good file lies in the home."""
    key_file(tmp_path)
    with pytest.raises(SettingsError, match="QUANSHU_MASTER_KEY"):
        ring(tmp_path, QUANSHU_MASTER_KEY="short").derive("grant:a")


def test_derivation_is_hkdf(tmp_path: Path) -> None:
    """A derived key is HKDF-SHA256 (RFC 5869) of the master under version and purpose."""
    extracted = hmac.new(b"quanshu master key, derivation 1", bytes.fromhex(HEX), hashlib.sha256)
    expanded = hmac.new(extracted.digest(), b"1\x00grant:a\x01", hashlib.sha256).digest()
    assert ring(tmp_path, QUANSHU_MASTER_KEY=HEX).derive("grant:a").secret == expanded


def test_derived_keys_are_those_of_ever() -> None:
    """A home's pseudonyms outlive every release of this software: its derived keys are known."""
    keys = KeyRing.load(f"1:{HEX} 2:{OTHER}", where="test")
    known = {
        keys.derive(
            "grant:a", 1
        ).text: "fb8c6b564e36d5f7a86385e3557916a6849582f8f26ef7fb7b6bd23ea58e0d3f",
        keys.derive(
            "open:b"
        ).text: "f5b5dc6fb3e1c7dc32b40d58112b90de7ce2cdd998c14971281581efd445c3aa",
        keys.fingerprint("grant:a"): "4a7a53dd89eb4372",
    }
    assert list(known) == list(known.values())


@pytest.mark.parametrize(
    ("secret", "salt", "info", "made"),
    [
        (
            "0b" * 22,
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            "0b" * 22,
            "",
            "",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
    ids=["case 1", "case 3"],
)
def test_the_library_derives_as_published(secret: str, salt: str, info: str, made: str) -> None:
    """The kept library's HKDF-SHA256 gives the test vectors of RFC 5869."""
    kdf = HKDF(SHA256(), len(made) // 2, bytes.fromhex(salt) or None, bytes.fromhex(info))
    assert kdf.derive(bytes.fromhex(secret)).hex() == made


def test_a_day_in_the_key_is_its_age() -> None:
    """A version may say when it was made; others are of an unknown age, and no day is a key."""
    keys = KeyRing.load(f"1:{HEX} 2@2026-03-02:{OTHER}", where="test")
    assert keys == KeyRing({1: bytes.fromhex(HEX), 2: bytes.fromhex(OTHER)}, made={2: MADE})
    assert (keys.age(date(2026, 3, 5)), keys.age(date(2026, 3, 5), 1)) == (3, None)
    assert keys.age(date(2026, 1, 1)) == 0
    assert KeyRing.load(keys.text(), where="test") == keys
    assert keys.versions == (1, 2)
    assert KeyRing({}).age(MADE) is None
    assert keys.derive("grant:a") == KeyRing.load(f"1:{HEX} 2:{OTHER}", where="test").derive(
        "grant:a"
    )


def test_purposes_and_versions_are_apart() -> None:
    """Another purpose or version gives another key, and the highest version is in use."""
    keys = KeyRing.load(f"1:{HEX}, 2:{OTHER}", where="test")
    derived = {
        keys.derive(purpose, version).secret
        for purpose in ("grant:a", "grant:b", "open:a")
        for version in (1, 2)
    }
    assert len(derived) == 6
    assert keys.derive("grant:a") == keys.derive("grant:a", 2)
    assert keys.version == 2
    with pytest.raises(SettingsError, match="no version 3"):
        keys.derive("grant:a", 3)


def test_nothing_shows_the_key(tmp_path: Path) -> None:
    """Neither the ring nor a derived key shows a secret when printed."""
    keys = ring(tmp_path, QUANSHU_MASTER_KEY=HEX)
    derived = keys.derive("grant:a")
    shown = f"{keys!r} {keys} {derived!r} {derived}"
    assert HEX not in shown
    assert derived.text not in shown
    assert repr(derived.secret)[2:20] not in shown
    assert keys.fingerprint("grant:a") != keys.fingerprint("grant:b")


@pytest.mark.parametrize(
    "key",
    [
        bytes(32),
        b"\x5a" * 32,
        bytes(range(32)),
        bytes(range(64, 0, -2)),
        b"password" * 4,
        b"0123456789abcdef" * 2,
        b"ab" * 40,
        bytes(i % 15 for i in range(0, 320, 7)),
    ],
    ids=lambda key: key[:6].hex(),
)
def test_weak_keys_are_refused(tmp_path: Path, key: bytes) -> None:
    """A key that chance did not make is refused in whatever version, without being shown."""
    for text in (key.hex(), f"1:{HEX} 2:{key.hex()}"):
        key_file(tmp_path, text)
        with pytest.raises(SettingsError, match="weak") as refused:
            ring(tmp_path).derive("grant:a")
        assert key.hex() not in str(refused.value)


def test_keys_made_by_chance_are_never_called_weak() -> None:
    """Of ten thousand keys made by chance, every one is taken."""
    dice = random.Random(11)
    for _ in range(10_000):
        assert KeyRing.load(dice.randbytes(32).hex(), where="test").version == 1


def test_a_folder_that_others_write_to_holds_no_key(tmp_path: Path) -> None:
    """Whoever may write to the key's folder may put another key there, so it is refused."""
    path = key_file(tmp_path)
    path.parent.chmod(0o777)
    with pytest.raises(SettingsError, match="chmod 700"):
        ring(tmp_path).derive("grant:a")
    path.parent.chmod(0o700)
    assert ring(tmp_path).version == 1
