"""Rotation of the master key: further versions, what stands on each, and retiring one.

Belongs here: the order of it: the act in the audit log, then the key's file. Keep out: the file
itself (`governance.key_files`), what was made with a version (`outlets.key_uses`). Nothing is made
anew here: the next run does that, share by share, each whole under the version then in use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.acts import Operation
from catalog_specs.errors import SettingsError
from catalog_specs.local_time import local_day
from flow.acts import about_city, at_work
from flow.city import City
from governance.key_files import new_version, replace_master_key
from governance.keys import FILE_VARIABLE, KEY_VARIABLE, KeyRing
from outlets.key_uses import KeyUse, highest_version, key_uses
from storage.layout import Layout

__all__ = ["KeyVersion", "key_versions", "retire", "rotate", "version_to_begin"]

_NAMED = 5
"""Things that a refusal names one by one."""


@dataclass(frozen=True)
class KeyVersion:
    """A version of the master key: whether it is in use, its age in days, what stands on it.

    `reports` are those of consumers whose records are known again by it.
    """

    version: int
    in_use: bool
    age: int | None
    uses: tuple[KeyUse, ...]
    reports: int

    def named(self, kind: str) -> tuple[str, ...]:
        """Return what stands on it of one kind."""
        return tuple(one.name for one in self.uses if one.kind == kind)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape; nothing of it is secret."""
        return {
            "version": self.version,
            "in_use": self.in_use,
            "age_days": self.age,
            "shares": self.named("share"),
            "releases": self.named("release"),
            "copies": self.named("copy"),
            "reports": self.reports,
        }


def key_versions(city: City) -> tuple[KeyVersion, ...]:
    """Return every version that there is, and what stands on it, the one in use last.

    Raises:
        SettingsError: there is no master key, or the governance store does not answer.
    """
    return _versions(city, city.keys_now)


def version_to_begin(layout: Layout, address: str = "") -> int:
    """Return the number of a first key: 1, or one that nothing was made with by a key that is lost.

    `address` is that of the governance store.
    """
    return max((highest_version(layout), *_reports(layout, address)), default=0) + 1


def rotate(city: City, document: str | None = None) -> int:
    """Add a version to the home's key, which is in use from then on; returns its number.

    Raises:
        SettingsError: the key is not the home's own file, or it is missing or damaged.
        AuditError: the act cannot be entered; the key stays as it is.
    """
    with city.lock("keys"):
        keys, file = _own(city)
        number, today = keys.version + 1, local_day(city.catalog, city.clock())
        _enter(city, "更换主密钥", number, document)
        replace_master_key(file, keys.text() + new_version(number, today))
    return number


def retire(city: City, version: int, document: str | None = None) -> None:
    """Take a former version out of the home's key, for good.

    Raises:
        SettingsError: it is not there or in use, something stands on it, or the key is not the
            home's own file.
        AuditError: the act cannot be entered; the key stays as it is.
    """
    with city.lock("keys"):
        keys, file = _own(city)
        found = {one.version: one for one in _versions(city, keys)}
        if version not in found:
            raise _refused(
                f"the master key has no version {version}", file, "see `quanshu key list`"
            )
        one = found[version]
        if one.in_use:
            raise _refused(f"version {version} is in use", file, "run `quanshu key rotate` first")
        if one.uses or one.reports:
            raise _refused(
                f"version {version} is still needed: {_needed(one)}",
                file,
                "keep it, or: run `quanshu run` for shares, withdraw releases, call copies back",
            )
        _enter(city, "停用主密钥的旧版本", version, document)
        replace_master_key(file, keys.without(version).text())


def _versions(city: City, keys: KeyRing) -> tuple[KeyVersion, ...]:
    held, reports = key_uses(city.layout), _reports(city.layout, city.governance_db)
    today = local_day(city.catalog, city.clock())
    return tuple(
        KeyVersion(
            version,
            version == keys.version,
            keys.age(today, version),
            tuple(one for one in held if one.of(version)),
            reports.get(version, 0),
        )
        for version in keys.versions
    )


def _reports(layout: Layout, address: str) -> dict[int, int]:
    # loaded here: the store's library is slow to import
    from governance.cases.reports import key_versions as needed
    from governance.store.database import exists, open_store

    if not exists(layout, address):
        return {}
    with open_store(layout, address) as store, store.reading() as session:
        return needed(session)


def _own(city: City) -> tuple[KeyRing, Path]:
    """Return the key as the home's file has it; SettingsError when it comes from elsewhere."""
    keys = city.keys_now
    if keys.file is not None:
        return keys, keys.file
    day = local_day(city.catalog, city.clock()).isoformat()
    raise SettingsError(
        "the master key comes from the environment, which keeps it",
        where=f"{KEY_VARIABLE} or {FILE_VARIABLE}",
        remedy=f"rotate it where it is kept: add ` N@{day}:<hex>` behind what is there, with the "
        "next number for N and 64 random hexadecimal digits (`openssl rand -hex 32`)",
    )


def _enter(city: City, purpose: str, version: int, document: str | None) -> None:
    content = f"主密钥第 {version} 版"
    act = about_city(city, Operation.MAINTAIN, purpose, content, document=document)
    with at_work(city, act) as performance:
        performance.enter()


def _needed(one: KeyVersion) -> str:
    names = [f"{held.kind} {held.name}" for held in one.uses]
    return "; ".join((*_first(names), *([f"{one.reports} reports"] if one.reports else ())))


def _first(names: list[str]) -> Iterable[str]:
    more = len(names) - _NAMED
    return (*names[:_NAMED], *([f"{more} more"] if more > 0 else ()))


def _refused(what: str, file: Path, remedy: str) -> SettingsError:
    return SettingsError(what, where=str(file), remedy=remedy)
