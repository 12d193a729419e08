"""Keys: the installation's master key, and the keys derived from it for one purpose each.

Belongs here: finding the key, reading its versions, deriving. Keep out: its file
(`governance.key_files`), what a key is used for (`catalog_specs.masks`). The key is never shown:
not by `repr`, not in an error, not in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from catalog_specs.errors import SettingsError
from governance.key_files import read_private
from storage.layout import Layout

__all__ = ["FILE_VARIABLE", "KEY_VARIABLE", "DerivedKey", "KeyRing"]

KEY_VARIABLE = "QUANSHU_MASTER_KEY"
FILE_VARIABLE = "QUANSHU_MASTER_KEY_FILE"
MINIMUM_BYTES = 32
"""As many as the hash gives: a shorter key would be the weaker part."""
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
    made: Mapping[int, date] = field(default_factory=dict)
    """The day each version was made on, where the key says so."""
    file: Path | None = field(default=None, compare=False)
    """The home's own file, unless the key comes from the environment."""

    @classmethod
    def from_sources(cls, env: Mapping[str, str], home: Path) -> KeyRing:
        """Look for the key: QUANSHU_MASTER_KEY, QUANSHU_MASTER_KEY_FILE, <home>/keys/master.key.

        The first source that is set decides; a bad one never falls through to the next. A source
        has 64 or more hexadecimal digits, or several versions for rotation, `1:<hex> 2:<hex>`; each
        may name the day it was made on, `2@2026-11-27:<hex>`. Its faults are raised by `derive`,
        not here.
        """
        try:
            if env.get(KEY_VARIABLE):
                return cls.load(env[KEY_VARIABLE], where=KEY_VARIABLE)
            if not env.get(FILE_VARIABLE):
                return cls.of_file(Layout(home).master_key)
            path = Path(env[FILE_VARIABLE])
            return cls.load(read_private(path), where=str(path))
        except SettingsError as problem:
            return cls({}, problem)

    @classmethod
    def of_file(cls, path: Path) -> KeyRing:
        """Read the home's own file; its faults are raised by `derive`."""
        try:
            return replace(cls.load(read_private(path), where=str(path)), file=path)
        except SettingsError as problem:
            return cls({}, problem, file=path)

    def current(self) -> KeyRing:
        """Return the ring as the home's file has it now; one of the environment stays as it is.

        A process that runs for days must not go on under a version that was rotated meanwhile.
        """
        return self if self.file is None else type(self).of_file(self.file)

    @classmethod
    def load(cls, text: str, *, where: str) -> KeyRing:
        """Read the key's text form.

        Raises:
            SettingsError: it is not hexadecimal, too short, weak, or names one version twice.
        """
        masters: dict[int, bytes] = {}
        made: dict[int, date] = {}
        for part in text.replace(",", " ").split():
            said, _, digits = part.rpartition(":")
            version, dated, day = said.partition("@")
            master = _from_hex(digits)
            number = _from_decimal(version or "1")
            since = _from_day(day) if dated else None
            if master is None or number is None or number in masters or (dated and since is None):
                raise _unusable(where)
            if _weak(master):
                raise _guessable(where)
            masters[number] = master
            made |= {number: since} if since else {}
        if not masters:
            raise _unusable(where)
        return cls(masters, made=made)

    def text(self) -> str:
        """Return the key as its file has it, a version a line; for that file alone."""
        days = {version: f"@{day.isoformat()}" for version, day in self.made.items()}
        lines = (
            f"{version}{days.get(version, '')}:{master.hex()}\n"
            for version, master in sorted(self._usable().items())
        )
        return "".join(lines)

    @property
    def version(self) -> int:
        """Return the version in use; SettingsError when there is no key."""
        return max(self._usable())

    @property
    def versions(self) -> tuple[int, ...]:
        """Return every version, the one in use last; SettingsError when there is no key."""
        return tuple(sorted(self._usable()))

    def has(self, version: int) -> bool:
        """Say whether a version is there; SettingsError when there is no key at all."""
        return version in self._usable()

    def without(self, version: int) -> KeyRing:
        """Return the ring without a version."""
        kept = {number: master for number, master in self._usable().items() if number != version}
        return replace(self, masters=kept, made={n: d for n, d in self.made.items() if n in kept})

    def age(self, today: date, version: int | None = None) -> int | None:
        """Return how many days old a version is, by default the one in use; None if unknown.

        A ring without a key has no age either. A day that is still to come counts as today.
        """
        chosen = max(self.masters, default=0) if version is None else version
        day = self.made.get(chosen)
        return None if day is None else max(0, (today - day).days)

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
        # loaded here: most commands derive nothing
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        info = f"{chosen}\x00{purpose}".encode()
        made = HKDF(SHA256(), MINIMUM_BYTES, _SALT, info).derive(masters[chosen])
        return DerivedKey(purpose, chosen, made)

    def fingerprint(self, purpose: str, version: int | None = None) -> str:
        """Return 16 hexadecimal digits that change with the key and reveal nothing of it."""
        return self.derive(f"fingerprint:{purpose}", version).secret[:8].hex()

    def _usable(self) -> Mapping[int, bytes]:
        if self.problem is not None:
            raise self.problem
        return self.masters


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


def _from_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


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
