"""Placeholders of change capture: written for a value that the source did not send.

Belongs here: recognising it, in whatever column and writing. Keep out: what becomes of the record.
Debezium writes a placeholder for a large column that an update left alone, as text, or encoded
where the column holds bytes. The record is quarantined and not completed
from the table: an older event that is still on its way may hold the value.
"""

from __future__ import annotations

import base64
import json

from catalog_specs.models.feed import PLACEHOLDER, Feed
from catalog_specs.rules.defects import DefectCode
from catalog_specs.vocabulary import FeedKind
from feeds.columns import OPERATION, SEQUENCE, feed_columns
from storage.sql import identifiers, literal

__all__ = ["placeholders", "unavailable_marked_sql"]


def unavailable_marked_sql(feed: Feed, source: str) -> str:
    """Return the SQL behind FROM of landed records, those with a placeholder marked as defects.

    Not a deletion: it needs no more than its key. A snapshot is not written by change data capture,
    and is left as it is.
    """
    parts = [part for part in feed_columns(feed) if part not in (OPERATION, SEQUENCE)]
    if feed.kind is FeedKind.SNAPSHOT or not parts:
        return source
    among = f"IN ({identifiers(parts)})"
    found = " OR ".join(f"{literal(writing)} {among}" for writing in _writings(feed))
    if feed.changes is not None:
        deleted = ", ".join(map(literal, ("", *feed.changes.delete)))
        found = f"({found}) AND coalesce({OPERATION} NOT IN ({deleted}), TRUE)"
    mark = literal(DefectCode.UNAVAILABLE.value)
    defect = f"CASE WHEN _defect IS NULL AND ({found}) THEN {mark} ELSE _defect END AS _defect"
    return f"(SELECT * REPLACE ({defect}) FROM {source})"


def placeholders(feed: Feed) -> tuple[bytes, ...]:
    """Return what stands somewhere in a file that holds a placeholder; () where none is meant."""
    snapshot = feed.kind is FeedKind.SNAPSHOT
    return () if snapshot else tuple(writing.encode() for writing in _writings(feed))


def _writings(feed: Feed) -> list[str]:
    """Return the placeholder as text, in a list or a map, and as the three writings of bytes."""
    text = PLACEHOLDER if feed.changes is None else feed.changes.unavailable
    octets = text.encode()
    compact = (",", ":")
    return list(
        dict.fromkeys(
            (
                text,
                json.dumps([text], ensure_ascii=False, separators=compact),
                json.dumps({text: text}, ensure_ascii=False, separators=compact),
                base64.b64encode(octets).decode(),
                base64.urlsafe_b64encode(octets).decode(),
                octets.hex(),
            )
        )
    )
