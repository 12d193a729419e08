"""Keys: the installation's master key, and the keys derived from it for one purpose each.

Belongs here: finding the key, refusing one that others may read, deriving. Keep out: what a key is
used for (`catalog_specs.masks`). The key is never shown: not by `repr`, not in an error, not in
SQL.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from catalog_specs.errors import SettingsError
from storage.layout import Layout

__all__ = ["DerivedKey", "KeyRing", "create_master_key"]

KEY_VARIABLE = "QUANSHU_MASTER_KEY"
FILE_VARIABLE = "QUANSHU_MASTER_KEY_FILE"
MINIMUM_BYTES = 32
"""As many as the hash gives: a shorter key would be the weaker part."""
ALLOWED_MODES = (0o600, 0o400)
FEWEST_VALUES = 16
"""Different bytes of a key that may pass for random."""
FEWEST_STEPS = 8
"""Different distances between its neighbours: a key that counts up has one."""

_SALT = b"quanshu master key, derivation 1"


@dataclass(frozen=True)
class DerivedKey:
    """A key for one purpose only; it reveals nothing of the master key or of other purposes."""

    purpose: str
    version: int
    secret: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """Return the key as the 64 hexadecimal digits whose ASCII bytes key the HMAC."""
        return self.secret.hex()


@dataclass(frozen=True)
class KeyRing:
    """Every version of the master key; the highest version is the one in use.

    A ring without a key is a value too: only deriving from it raises, so that an installation
    whose grants need no pseudonym needs no key.
    """

    masters: Mapping[int, bytes] = field(repr=False)
    problem: SettingsError | None = None

    @classmethod
    def from_sources(cls, env: Mapping[str, str], home: Path) -> KeyRing:
        """Look for the key: QUANSHU_MASTER_KEY, QUANSHU_MASTER_KEY_FILE, <home>/keys/master.key.

        The first source that is set decides; a bad one never falls through to the next. A source
        has 64 or more hexadecimal digits, or several versions `1:<hex> 2:<hex>` for rotation. Its
        faults are raised by `derive`, not here.
        """
        try:
            if env.get(KEY_VARIABLE):
                return cls.load(env[KEY_VARIABLE], where=KEY_VARIABLE)
            named = env.get(FILE_VARIABLE)
            path = Path(named) if named else Layout(home).master_key
            return cls.load(_read_private(path), where=str(path))
        except SettingsError as problem:
            return cls({}, problem)

    @classmethod
    def load(cls, text: str, *, where: str) -> KeyRing:
        """Read the key's text form.

        Raises:
            SettingsError: it is not hexadecimal, too short, weak, or names one version twice.
        """
        masters: dict[int, bytes] = {}
        for part in text.replace(",", " ").split():
            version, _, digits = part.rpartition(":")
            master = _from_hex(digits)
            number = _from_decimal(version or "1")
            if master is None or number is None or number in masters:
                raise _unusable(where)
            if _weak(master):
                raise _guessable(where)
            masters[number] = master
        if not masters:
            raise _unusable(where)
        return cls(masters)

    @property
    def version(self) -> int:
        """Return the version in use; SettingsError when there is no key."""
        return max(self._usable())

    def derive(self, purpose: str, version: int | None = None) -> DerivedKey:
        """Derive the key of one purpose, e.g. `grant:<code>` or `open:<dataset>` (RFC 5869).

        Raises:
            SettingsError: there is no master key, or not in this version.
        """
        if not purpose:
            raise ValueError("a key is derived for a purpose")
        masters = self._usable()
        chosen = max(masters) if version is None else version
        if chosen not in masters:
            raise SettingsError(
                f"the master key has no version {chosen}",
                where=KEY_VARIABLE,
                remedy="keep earlier versions beside the new one: `1:<hex> 2:<hex>`",
            )
        extracted = hmac.digest(_SALT, masters[chosen], hashlib.sha256)
        info = f"{chosen}\x00{purpose}".encode()
        return DerivedKey(purpose, chosen, hmac.digest(extracted, info + b"\x01", hashlib.sha256))

    def fingerprint(self, purpose: str) -> str:
        """Return 16 hexadecimal digits that change with the key and reveal nothing of it."""
        return self.derive(f"fingerprint:{purpose}").secret[:8].hex()

    def _usable(self) -> Mapping[int, bytes]:
        if self.problem is not None:
            raise self.problem
        return self.masters


def create_master_key(path: Path) -> None:
    """Make a random key of 32 bytes in a new file that only its owner reads.

    Raises:
        SettingsError: something lies at `path` already; a key is never replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SettingsError(
            "there is a master key already",
            where=str(path),
            remedy="keep it: another key changes every pseudonym; to rotate add a line `2:<hex>`",
        ) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), 0o600)  # `os.open` applies the umask, which may take rights away
        file.write(secrets.token_hex(MINIMUM_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _read_private(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            # of the open file, not of the path: another may be put in its place in between
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode not in ALLOWED_MODES:
                raise SettingsError(
                    f"the master key may be read or written by others (mode {mode:04o})",
                    where=str(path),
                    remedy=f"run `chmod 600 {path}`, and replace the key if others had access",
                )
            _check_surroundings(path, os.fstat(file.fileno()).st_uid)
            return file.read()
    except FileNotFoundError:
        raise SettingsError(
            "there is no master key, and pseudonyms need one",
            where=str(path),
            remedy=f"run `quanshu key create`, or set {KEY_VARIABLE} or {FILE_VARIABLE}",
        ) from None
    except (OSError, UnicodeDecodeError):
        raise _unusable(str(path)) from None


def _check_surroundings(path: Path, owner: int) -> None:
    """Refuse a key of another account, or in a folder where others could replace it.

    Raises:
        SettingsError: neither this account nor the system's owns it, or its folder is open.
    """
    folder = path.resolve().parent
    status = folder.stat()
    ours = (os.geteuid(), 0)
    if owner not in ours or status.st_uid not in ours:
        raise SettingsError(
            "the master key or its folder belongs to another account",
            where=str(path),
            remedy="give both to the account that runs Quanshu (chown), or use a key of its own",
        )
    # in a sticky folder such as /tmp others may add files, but not replace this one
    if status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX:
        raise SettingsError(
            "others may replace the master key: they may write to its folder "
            f"(mode {stat.S_IMODE(status.st_mode):04o})",
            where=str(path),
            remedy=f"run `chmod 700 {folder}`, and replace the key if others had access",
        )


def _weak(key: bytes) -> bool:
    """Say whether a key is certainly not random: repeated, counted up, or of few values.

    Of 32 random bytes about 30 differ; fewer than half practically never happens by chance.
    """
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(set(key)) < FEWEST_VALUES or len(steps) < FEWEST_STEPS


def _from_hex(digits: str) -> bytes | None:
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        return None
    return key if len(key) >= MINIMUM_BYTES else None


def _from_decimal(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and int(text) > 0 else None


def _guessable(where: str) -> SettingsError:
    return SettingsError(
        "the master key is weak: it is not random, and pseudonyms could be undone",
        where=where,
        remedy="make one with `quanshu key create`, or 32 random bytes of your key store",
    )


def _unusable(where: str) -> SettingsError:
    return SettingsError(
        "the master key cannot be used",
        where=where,
        remedy=f"give at least {MINIMUM_BYTES} random bytes in hexadecimal, each version once",
    )
