"""The master key: where it is found, when it is refused, what is derived from it."""

from __future__ import annotations

import hashlib
import hmac
import random
import stat
from pathlib import Path

import pytest

from catalog_specs.errors import SettingsError
from governance.keys import KeyRing, create_master_key

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
    "text", ["", "  ", "xyz", HEX[2:], f"0:{HEX}", f"1:{HEX} 1:{OTHER}", f"a:{HEX}", "1:", "é"]
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


def test_created_key_is_private_and_never_replaced(tmp_path: Path) -> None:
    """A made key is random, usable at once, readable by its owner alone, and stays."""
    path = tmp_path / "keys" / "master.key"
    create_master_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(SettingsError, match="already"):
        create_master_key(path)
    assert path.read_bytes() == before
    assert len(ring(tmp_path).derive("grant:a").secret) == 32


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
