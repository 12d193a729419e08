"""The errand: what a pull is told, what it remembers, and what it brings back.

Belongs here: these values and reading the memory from receipts. Keep out: fetching (`sql`, `http`).
The memory of a pull lies nowhere but in the deliveries it made: what is remembered was committed by
the rename that committed the rows, and so is never ahead of them nor behind.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from catalog_specs.catalog import Catalog
from catalog_specs.errors import PullError, SettingsError
from catalog_specs.models.feed import Feed
from catalog_specs.models.resource import Resource
from register.records import Arrival
from register.register import Register
from storage.digests import sha256_of
from storage.engines.workbench import Limits

__all__ = ["NOTE", "TAKEN", "Errand", "Memory", "Pulled", "asked", "remember"]

NOTE = "pull.json"
"""What a pull noted for the next one, in its delivery's folder."""
TAKEN = "taken.parquet"
"""Hashes of the rows that the next pull meets again and must leave out."""


@dataclass(frozen=True)
class Errand:
    """One resource to pull for, into one empty folder.

    `folder` is set when the errand begins. `environment` holds addresses and tokens; `pause` waits
    for some seconds between attempts, `elapsed` tells seconds since any one moment.
    """

    catalog: Catalog
    resource: Resource
    folder: Path
    environment: Mapping[str, str]
    now: datetime
    limits: Limits = field(default_factory=Limits)
    pause: Callable[[float], None] = time.sleep
    elapsed: Callable[[], float] = time.monotonic

    @property
    def feed(self) -> Feed:
        """Return how the resource is declared to be written."""
        return self.resource.feed

    @property
    def timezone(self) -> str:
        """Return the wall clock that the city's moments are written in."""
        return self.catalog.profile.timezone

    def secret(self, variable: str) -> str:
        """Return an environment variable's value; SettingsError naming it when it is not set."""
        value = self.environment.get(variable, "")
        if not value:
            raise SettingsError(
                f"the environment variable {variable} is not set",
                where=self.resource.ref,
                remedy=f"set {variable} where Quanshu runs; the catalogue names it for the pull",
            )
        return value

    def target(self, suffix: str) -> Path:
        """Return where a pulled file is written, named after the resource and the wall clock."""
        moment = self.now.astimezone(ZoneInfo(self.timezone))
        return self.folder / f"{self.resource.resource}-{moment:%Y%m%dT%H%M%S}{suffix}"

    def refused(self, what: str, remedy: str) -> PullError:
        """Return the error of a source that does not answer as declared."""
        return PullError(what, where=self.resource.ref, remedy=remedy)


@dataclass(frozen=True)
class Pulled:
    """A file that a pull brought, ready to be landed as `arrival` says."""

    path: Path
    arrival: Arrival


@dataclass(frozen=True)
class Memory:
    """What the deliveries of earlier pulls say.

    `watermark`, `note` and `taken` are of the newest delivery that counts; `newest` is the note of
    the newest one, whether it counts or not.
    """

    watermark: str | None = None
    note: Mapping[str, Any] = field(default_factory=dict)
    taken: Path | None = None
    newest: Mapping[str, Any] = field(default_factory=dict)


def remember(register: Register, origin: str) -> Memory:
    """Return what is remembered of a resource's pulls of one origin.

    A delivery that was refused at landing or rejected by the gate does not count: its rows were not
    taken in, so they are pulled again, mended or not.
    """
    landed, void = register.landed, register.rejected
    folders = {name: register.layout.delivery(register.ref, name) for name in landed.names}
    newest = _note(folders[landed.names[-1]]) if folders else {}
    for name, said in reversed([*landed.said.items()]):
        if said.origin == origin and said.refusal is None and name not in void:
            taken = folders[name] / TAKEN
            return Memory(
                landed.delivery(name).watermark,
                _note(folders[name]),
                taken if taken.is_file() else None,
                newest,
            )
    return Memory(newest=newest)


def _note(folder: Path) -> Mapping[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return content


def asked(*words: object) -> str:
    """Return a digest of the question to a source; when it changes, the pull starts from zero."""
    return sha256_of(json.dumps(words, default=str).encode())[:32]
