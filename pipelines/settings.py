"""Settings of an installation: its home, its catalogue, its memory.

Belongs here: reading the environment, once, when asked. Keep out: anything a catalogue says.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from catalog_specs.errors import ObjectStoreError, SettingsError
from catalog_specs.loader import bundled, load
from catalog_specs.rules.homes.store_faults import StoreFault
from flow.city import GIGABYTE, City
from governance.keys import KeyRing
from quality.reconciliation.bounds import Bounds
from storage.engines.object_reading import require_reader
from storage.engines.spark.address import Address
from storage.engines.workbench import Limits
from storage.layout import Layout
from storage.places.claim import bind
from storage.places.object_path import ObjectPath
from storage.places.tables import LEDGERS

# What goes out and what is backed up take a third of a second to import; a delivery waits for
# neither, and most commands need none of it.
if TYPE_CHECKING:
    from flow.backup.plans import BackupPlan
    from flow.failures import Failure
    from outlets.shares.withdrawals import Withdrawal

__all__ = ["Settings", "check_home", "open_city", "open_to_move", "withdraw_ended"]

DEFAULT_HOME = "quanshu_home"
DEFAULT_CATALOG = "quanzhou"
LONGEST_MINUTES = 59
UNCOMPILED_ZONE = "Asia/Shanghai"
"""Where a day begins and ends while no profile can be read."""
_COUNTED = {
    "QUANSHU_THREADS": "the number of cores Quanshu may use",
    "QUANSHU_WORKERS": "the resources that a run takes in at a time",
    "QUANSHU_LANDED_GB": "the gigabytes of landed files that stay on the disk beside a store",
    "QUANSHU_SPARK_ROWS": "the records from which a delivery goes to the second engine",
    "QUANSHU_SPARK_SECONDS": "the seconds that a query of the second engine may take",
}
_UNUSABLE = re.compile(r"[?\[\]|^\\\x00-\x1f\x7f\ud800-\udfff]|%[0-9A-Fa-f]{2}")


@dataclass(frozen=True)
class Settings:
    """The settings of one installation, each with its environment variable.

    home: QUANSHU_HOME, default ./quanshu_home · store: QUANSHU_OBJECT_STORE, `s3://bucket/prefix`,
    where the tables lie, default below the home, with QUANSHU_LANDED_GB, what stays on the disk of
    landed files that lie there too · catalog: QUANSHU_CATALOG, a folder, default the
    bundled city · limits: QUANSHU_MEMORY (as DuckDB writes it, default 512MB) and QUANSHU_THREADS ·
    workers: QUANSHU_WORKERS, the resources that a run takes in at a time, default 2 ·
    actor: QUANSHU_ACTOR, who runs this, as commits and logs name it (a post or service account) ·
    pull_minutes: QUANSHU_PULL_MINUTES, how often `quanshu ui` fetches from sources, 1 to 59 ·
    governance_db: QUANSHU_GOVERNANCE_DB, a PostgreSQL address, default a file of the home ·
    alerts: QUANSHU_ALERTS, addresses that officers are told of cases at, parted by blanks ·
    bounds: QUANSHU_MISMATCHES, records named of each delivery, item and pattern, default 10000 ·
    spark: QUANSHU_SPARK, a Spark Connect server, with QUANSHU_SPARK_ROWS, from how many records a
    delivery goes there by itself, QUANSHU_SPARK_SECONDS, how long one query may take, and
    QUANSHU_SPARK_READS_STORE, whether it reads an object store itself ·
    backups: QUANSHU_BACKUP_TO, a folder, with QUANSHU_BACKUP_RECIPIENT and QUANSHU_BACKUP_IDENTITY,
    files of keys; without the folder nothing is backed up by a schedule.
    """

    home: Path
    catalog: Path
    store: ObjectPath | None = None
    landed_gb: int = 10
    limits: Limits = field(default_factory=Limits)
    workers: int = 2
    actor: str = "quanshu"
    pull_minutes: int = 15
    governance_db: str = field(default="", repr=False)  # both may hold passwords
    alerts: tuple[str, ...] = field(default=(), repr=False)
    bounds: Bounds = field(default_factory=Bounds)
    spark: Address | None = None
    backups: BackupPlan | None = None

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str],
        *,
        home: Path | None = None,
        catalog: Path | None = None,
    ) -> Settings:
        """Read the environment; an argument that is given wins. SettingsError on nonsense."""
        chosen = environment.get("QUANSHU_CATALOG")
        return cls(
            home=_home(home or Path(environment.get("QUANSHU_HOME", DEFAULT_HOME))),
            catalog=catalog or (Path(chosen) if chosen else bundled(DEFAULT_CATALOG)),
            store=_store(environment.get("QUANSHU_OBJECT_STORE", "")),
            landed_gb=_count(environment, "QUANSHU_LANDED_GB", cls.landed_gb),
            limits=Limits(
                memory=environment.get("QUANSHU_MEMORY", Limits.memory),
                threads=_count(environment, "QUANSHU_THREADS", Limits.threads),
            ),
            workers=_count(environment, "QUANSHU_WORKERS", cls.workers),
            actor=environment.get("QUANSHU_ACTOR", cls.actor),
            pull_minutes=_minutes(environment.get("QUANSHU_PULL_MINUTES")),
            governance_db=environment.get("QUANSHU_GOVERNANCE_DB", ""),
            alerts=tuple(environment.get("QUANSHU_ALERTS", "").split()),
            bounds=Bounds(kept=_mismatches(environment.get("QUANSHU_MISMATCHES"))),
            spark=_spark(environment),
            backups=_backups(environment),
        )


def _home(given: Path) -> Path:
    """Return the home as an absolute path; SettingsError where the engines cannot follow.

    Blanks, quotes, `#`, `*`, Chinese and a single `%` are fine. What is refused is what delta-rs
    takes for an escape or for no path at all, and `?`, at which DuckDB cuts a path off.
    """
    home = given.absolute()
    if _UNUSABLE.search(os.path.realpath(home)):
        raise SettingsError(
            "the path of the home holds a character that the storage engines cannot carry: one of "
            "? [ ] | ^ \\, a control character, or % before two hexadecimal digits",
            where="--home or QUANSHU_HOME",
            remedy="put the home below folders without such characters",
        )
    return home


def _store(address: str) -> ObjectPath | None:
    if not address:
        return None
    found = ObjectPath.at(address)
    if found is None:
        raise ObjectStoreError(StoreFault.ADDRESS, where="QUANSHU_OBJECT_STORE")
    return found


def _spark(environment: Mapping[str, str]) -> Address | None:
    url = environment.get("QUANSHU_SPARK", "")
    if not url:
        return None
    found = Address(
        url,
        rows=_count(environment, "QUANSHU_SPARK_ROWS", Address.rows),
        seconds=_count(environment, "QUANSHU_SPARK_SECONDS", Address.seconds),
        reads_store=_truth(environment, "QUANSHU_SPARK_READS_STORE"),
    )
    if not found.is_valid:
        raise SettingsError(
            "QUANSHU_SPARK is no address of a Spark Connect server",
            where="environment",
            remedy="write it as sc://HOST:PORT, or unset it",
        )
    return found


def _count(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name)
    if text is None:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(
            f"{name} is not a whole number above zero",
            where="environment",
            remedy=f"set it to {_COUNTED[name]}, or unset it",
        )
    return int(text)


def _truth(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "false")
    if text in {"true", "false"}:
        return text == "true"
    said = "set it to one of them, or unset it"
    raise SettingsError(f"{name} is neither true nor false", where="environment", remedy=said)


def _minutes(text: str | None) -> int:
    if text is None:
        return Settings.pull_minutes
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_MINUTES:
        raise SettingsError(
            f"QUANSHU_PULL_MINUTES is not a whole number from 1 to {LONGEST_MINUTES}",
            where="environment",
            remedy="set it to the minutes between two pulls, or unset it",
        )
    return int(text)


def _mismatches(text: str | None) -> int:
    if text is None:
        return Bounds.kept
    if not text.isdecimal():
        raise SettingsError(
            "QUANSHU_MISMATCHES is not a whole number",
            where="environment",
            remedy="set it to the records to name of each delivery, item and pattern, or unset it",
        )
    return int(text)


def _backups(environment: Mapping[str, str]) -> BackupPlan | None:
    """Return where scheduled backups go; SettingsError where they would not be encrypted."""
    to, recipient = (
        environment.get("QUANSHU_BACKUP_TO"),
        environment.get("QUANSHU_BACKUP_RECIPIENT"),
    )
    identity = environment.get("QUANSHU_BACKUP_IDENTITY")
    if not to:
        return None
    if not recipient:
        raise SettingsError(
            "scheduled backups have a folder and no key that they are encrypted to",
            where="QUANSHU_BACKUP_RECIPIENT",
            remedy="set it to a file with the public key, one line `age1…`",
        )
    from flow.backup.plans import BackupPlan

    return BackupPlan(Path(to), Path(recipient), Path(identity) if identity else None)


def open_city(settings: Settings) -> City:
    """Compile the catalogue and bind it to this installation.

    Raises:
        CatalogError: with every problem of the catalogue.
        SettingsError: the home is no folder, or this account may not write there.
        ObjectStoreError: its tables lie on an object store that cannot be reached, or elsewhere.
    """
    check_home(settings.home)
    return _city(settings, _layout(settings))


def open_to_move(settings: Settings) -> tuple[City, ObjectPath]:
    """Open a home whose tables lie on its disk, and name the store that they are to move to.

    Raises:
        CatalogError, SettingsError: as `open_city`.
        ObjectStoreError: no store is named, or what reads from one is not installed.
    """
    check_home(settings.home)
    if settings.store is None:
        raise ObjectStoreError(StoreFault.ADDRESS, where="QUANSHU_OBJECT_STORE")
    require_reader()
    return _city(settings, Layout(settings.home)), settings.store


def _city(settings: Settings, layout: Layout) -> City:
    return City(
        catalog=load(settings.catalog, layout.state("catalogue")),
        layout=layout,
        keys=KeyRing.from_sources(os.environ, settings.home),
        limits=settings.limits,
        workers=settings.workers,
        actor=settings.actor,
        governance_db=settings.governance_db,
        alerts=settings.alerts,
        clock=lambda: datetime.now(tz=UTC),
        bounds=settings.bounds,
        landed_bytes=settings.landed_gb * GIGABYTE,
        spark=settings.spark,
    )


def withdraw_ended(settings: Settings) -> tuple[tuple[Withdrawal, ...], tuple[Failure, ...]]:
    """Take away what a catalogue that does not compile has ended all the same; fail closed."""
    from flow.derived import withdraw_uncompiled

    today = datetime.now(tz=ZoneInfo(UNCOMPILED_ZONE)).date()
    return withdraw_uncompiled(_layout(settings), settings.catalog, today)


def _layout(settings: Settings) -> Layout:
    """Return the home's places, once it is certain that its tables are where they are said."""
    layout = Layout(settings.home, settings.store)
    begun = (layout.lake / LEDGERS).is_dir()
    bind(layout.store_note, layout.store, begun=begun)
    if layout.store is not None:
        require_reader()
    return layout


def check_home(home: Path) -> None:
    """Refuse a home in which nothing could be done, before everything fails one by one."""
    nearest = next(place for place in (home, *home.parents) if place.exists())
    if nearest.is_dir() and os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        return
    raise SettingsError(
        "the home is no folder that this account may write in",
        where=str(home),
        remedy="name another with --home or QUANSHU_HOME, or give its folder to this account",
    )
