"""Receivers: who holds a value that is disputed, because a grant handed it out (七(二)).

Belongs here: asking the shares. Keep out: telling them (`governance.cases.notices`).
Row conditions of a grant are not looked at: rather one department too many is told than one too
few, and what it is told holds no value.
"""

from __future__ import annotations

from flow.city import City
from outlets.shares.state import remembered
from register.outcomes import OUTCOMES

__all__ = ["receivers"]


def receivers(
    city: City, ref: str, item: str, delivery: str | None = None
) -> tuple[tuple[str, str | None], ...]:
    """Return consumer and grant for each extract that has an item since a delivery was applied.

    Without a delivery every extract that has the item counts.
    """
    since = _applied(city, ref, delivery) if delivery else {}
    found: list[tuple[str, str | None]] = []
    for code, grant in city.catalog.grants.items():
        covered = any(part.resource == ref and item in part.items for part in grant.resources)
        part = remembered(city.layout, code).get("parts", {}).get(ref) if covered else None
        # an extract of a table that was made anew since is as new as that table
        if part and part["version"] >= since.get(part["table"], 0):
            found.append((grant.consumer, code))
    return tuple(found)


def _applied(city: City, ref: str, delivery: str) -> dict[str, int]:
    """Return in which version of which table a delivery was applied."""
    columns = ("delivery", "table_id", "table_version", "applied")
    rows = OUTCOMES.table(city.layout, ref, columns).to_pylist()
    return {
        row["table_id"]: row["table_version"]
        for row in rows
        if row["delivery"] == delivery and row["applied"]
    }
