"""Checking special acts: every body that the log names is there, and is what was entered.

Belongs here: holding bodies to entries, and reading them in place of what the log tells. Keep out:
the log's own hashes (`audit.verifier`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.acts import Entry
from audit.special.bodies import BODY, opened_body, read_identity
from catalog_specs.errors import AuditError
from storage.layout import Layout

__all__ = ["Checked", "check_bodies", "with_bodies"]


@dataclass(frozen=True)
class Checked:
    """How many entries have a body, and what is wrong with which."""

    bodies: int
    wrong: tuple[str, ...]


def check_bodies(layout: Layout, entries: Iterable[Entry], key: Path) -> Checked:
    """Open every body that entries name; of an entry that was purged nothing is known.

    Raises:
        AuditError: the key cannot be read.
    """
    count, wrong, identity = 0, [], None
    for entry in entries:
        digest = entry.act.facts.get(BODY)
        if digest is None:
            continue
        count += 1
        identity = identity or read_identity(key)
        try:
            act = opened_body(layout, str(digest), identity)
        except AuditError as error:
            wrong.append(f"{entry.index}: {error.what}")
            continue
        told = entry.act
        if (act.operation, act.at, act.grant) != (told.operation, told.at, told.grant):
            wrong.append(f"{entry.index}: its body tells of another act")
    return Checked(count, tuple(wrong))


def with_bodies(layout: Layout, entries: Iterable[Entry], key: Path) -> Iterator[Entry]:
    """Yield entries with the acts of their bodies in place of what the log tells.

    Raises:
        AuditError: the key or a body cannot be read.
    """
    identity = None
    for entry in entries:
        digest = entry.act.facts.get(BODY)
        if digest is None:
            yield entry
        else:
            identity = identity or read_identity(key)
            yield Entry(entry.index, opened_body(layout, str(digest), identity))
