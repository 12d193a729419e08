"""Legal holds: while one is in force, no entry that it covers is purged (八(四)).

Belongs here: what the log itself says of holds. Keep out: purging (`audit.purging`), who may order
a hold. A hold is two entries, its beginning and its end, each by a document; it is nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from audit.acts import Act
from audit.log import AuditLog
from catalog_specs.errors import AuditError
from storage.locks import locked

__all__ = ["HOLD", "Hold", "begin_hold", "end_hold", "holds"]

HOLD = "hold"
"""The fact of an entry that begins or ends a hold."""


@dataclass(frozen=True)
class Hold:
    """A hold by the document that orders it; `since` is the first day whose entries it covers."""

    document: str
    since: date | None
    begun: int
    """The entry that begins it."""
    ended: int | None = None
    """The entry that ends it; None while it is in force."""

    def covers(self, before: date) -> bool:
        """Say whether something of what happened before a day is to be kept."""
        return self.ended is None and (self.since is None or self.since < before)


def holds(log: AuditLog) -> tuple[Hold, ...]:
    """Return every hold that the log has, in the order in which they began.

    Raises:
        AuditError: the log cannot be read.
    """
    found: dict[str, Hold] = {}
    for entry in log.read():
        told: Mapping[str, Any] = entry.act.facts.get(HOLD, {})
        document = told.get("document", "")
        if told.get("state") == "begun":
            since = date.fromisoformat(told["since"]) if told.get("since") else None
            found[document] = Hold(document, since, entry.index)
        elif document in found:
            found[document] = replace(found[document], ended=entry.index)
    return tuple(found.values())


def begin_hold(log: AuditLog, act: Act, document: str, since: date | None) -> Hold:
    """Enter that a document orders a hold, on all entries or on those since a day.

    Raises:
        AuditError: there is or was one by this document, or it cannot be entered.
    """
    with locked(log.layout, "purging"):
        if any(one.document == document for one in holds(log)):
            raise AuditError(
                "a hold by this document is on record already",
                where=document,
                remedy="see `quanshu audit hold list`; a new hold has a document of its own",
            )
        told = {"document": document, "state": "begun", "since": since.isoformat() if since else ""}
        (entry,) = log.append([replace(act, facts={HOLD: told})])
    return Hold(document, since, entry.index)


def end_hold(log: AuditLog, act: Act, document: str) -> Hold:
    """Enter that a hold is over; `act` says on whose approval.

    Raises:
        AuditError: no such hold is in force, or it cannot be entered.
    """
    with locked(log.layout, "purging"):
        found = [one for one in holds(log) if one.document == document and one.ended is None]
        if not found:
            raise AuditError(
                "no hold by this document is in force",
                where=document,
                remedy="see `quanshu audit hold list`",
            )
        (entry,) = log.append(
            [replace(act, facts={HOLD: {"document": document, "state": "ended"}})]
        )
    return replace(found[0], ended=entry.index)
