"""Commits: the facts that each carries, and bounded retries when other writers interfere.

Belongs here: the application transaction and facts of a commit, the act that it is part of, the
bounded retry. Keep out: what is committed (`tables`, `fast_write`), what an act is (`audit`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError

from catalog_specs.errors import TableError, TransientError
from storage.acts import enter_act
from storage.places.object_path import ObjectPath, Place
from storage.working_folders import working_folder

__all__ = ["ACT", "MARK", "Commit", "Making", "making", "mark", "marked", "retrying"]

MARK = "quanshu"
"""Metadata key that marks every commit of ours (see `foreign_commits`)."""
ACT = "act"
"""Metadata key of the place in the audit log of the act that a commit is part of (八(二))."""

ATTEMPTS = 6
"""How often a commit is tried from a fresh snapshot before giving up as transient."""
PAUSE = 0.05
"""Seconds before the second attempt; each further one waits that much longer."""

T = TypeVar("T")


@dataclass(frozen=True)
class Commit:
    """What a commit carries: the application transaction that makes it idempotent, and facts.

    `version` rises with every commit under one `app_id`; `metadata` holds names, numbers and
    counts, never a value of the data.
    """

    app_id: str
    version: int
    metadata: Mapping[str, str | int] = field(default_factory=dict)

    def properties(self) -> CommitProperties:
        """Return the shape delta-rs takes."""
        return marked(self.metadata, Transaction(self.app_id, self.version))


def marked(facts: Mapping[str, str | int], *transactions: Transaction) -> CommitProperties:
    """Return what a commit of ours carries; every write and every tidying goes through here."""
    return CommitProperties(
        custom_metadata={**mark(), **facts}, app_transactions=list(transactions) or None
    )


def mark() -> dict[str, str]:
    """Return the metadata that every commit of ours has: our mark, and the act it is part of."""
    place = enter_act()
    return {MARK: "1"} if place is None else {MARK: "1", ACT: str(place)}


@dataclass(frozen=True)
class Making:
    """Where a table is being made: the place of its `files`, and the folder of its log."""

    files: Place
    table: Path


@contextmanager
def making(path: Place) -> Iterator[Making]:
    """Yield where to make a table that is to lie at `path`; then put it in place, in one step.

    delta-rs itself lets two processes both create one table, the second as a further version. A
    folder can be renamed to a name only once, and an object be created only once.

    Raises:
        CommitFailedError: somebody else made the table in between.
        TableError: the place is taken by something that is not a table.
    """
    with _on_store(path) if isinstance(path, ObjectPath) else _on_disk(path) as made:
        yield made


@contextmanager
def _on_store(path: ObjectPath) -> Iterator[Making]:
    """Let files be put where they will stay, which nobody sees before the log's first entry."""
    with TemporaryDirectory(prefix="making-") as folder:  # it gets a log alone: no row of the data
        yield Making(path, Path(folder))
        (entry,) = Path(folder, "_delta_log").glob("*.json")
        try:
            (path / "_delta_log" / entry.name).create(entry.read_bytes())
        except FileExistsError:
            raise CommitFailedError("somebody else made the table in between") from None


@contextmanager
def _on_disk(path: Path) -> Iterator[Making]:
    # 0o777 and the umask give the mode that delta-rs itself would give the folder
    with working_folder(path.parent, f".{path.name}.", ".making", mode=0o777) as aside:
        try:
            yield Making(aside, aside)
            aside.rename(path)
        except OSError as error:
            if DeltaTable.is_deltatable(str(path)):
                raise CommitFailedError("somebody else made the table in between") from error
            if not path.exists():
                raise
            raise TableError(
                "the folder holds something, but no table",
                where=str(path),
                remedy="move it aside and run again",
            ) from error


def retrying(path: Place, attempt: Callable[[], T]) -> T:
    """Call `attempt` until no other writer interferes; it must open the table anew each time.

    Raises:
        TransientError: another writer interfered every time.
    """
    for tried in range(ATTEMPTS):
        time.sleep(PAUSE * tried)
        try:
            return attempt()
        except CommitFailedError:
            continue
    raise TransientError(
        f"other writers won {ATTEMPTS} times in a row",
        where=str(path),
        remedy="run again; let fewer runs write the same table at once",
    )
