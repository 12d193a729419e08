"""Tables that can be looked at: a damaged one is told by its own resource, and stops nothing here.

Belongs here: opening tables for facts. Keep out: what is asked of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flow.failures import is_fault
from storage.delta.tables import Snapshot, glance
from storage.places.object_path import Place

__all__ = ["readable"]


def readable(tables: Iterable[tuple[str, Place]]) -> Mapping[str, Snapshot]:
    """Return the tables that are there and can be opened, by name."""
    found: dict[str, Snapshot] = {}
    for name, path in tables:
        try:
            one = glance(path)
        except BaseException as error:
            if not is_fault(error):
                raise
            continue
        found |= {name: one} if one else {}
    return found
