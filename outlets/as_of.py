"""The as-of time of a source: when its newest content was taken in.

Belongs here: reading that moment from the source's log. Keep out: how it is shown.
"""

from __future__ import annotations

from datetime import UTC, datetime

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_moment
from storage.delta.logs import last_commit
from storage.delta.tables import Snapshot

__all__ = ["acquired_at"]


def acquired_at(catalog: Catalog, found: Snapshot) -> datetime:
    """Return the city's local time at which the source's newest commit was made (获取日期, 六(七)).

    A delivery that changed nothing makes no commit, so this never claims data newer than they are.
    """
    commit = last_commit(found.path) or {}
    said = commit.get("promoted_at")
    moment = (
        datetime.fromisoformat(said)
        if said
        else datetime.fromtimestamp(commit.get("timestamp", 0) / 1000, tz=UTC)
    )
    return local_moment(catalog, moment)
