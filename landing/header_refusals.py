"""Refusals by the headers of a file alone, and the words for them.

Belongs here: which declared headers are missing or stand twice, and when that does not matter. Keep
out: reading records (`landed_rows`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.columns import OPERATION
from feeds.readers import Source, reader_for

__all__ = ["Refusal", "declared_headers_told", "deletes_alone", "refusal_by_headers"]

Refusal = tuple[DeliveryRefusal, str]
"""Its code and what happened, where, what to do; header names at most, no cell value."""

_NEAREST = " (nearest delivered: "
_ENTRIES = re.compile(r"^(?:missing|twice): |; ")
_UNDER_ITS_OWN = "deliver every declared column under its own header"
_NO_HEADER_ROW = "no declared header is there: deliver a header row, or declare where it stands"


def refusal_by_headers(
    part: Source, columns: Mapping[str, str], headers: tuple[str, ...]
) -> Refusal | None:
    """Refuse by the headers alone.

    JSON has no header: a record without a key has a null there, whatever its neighbours have. Only
    a file in which no record has any declared key is another file.
    """
    keyed = part.format.traits.keyed
    if not headers:
        empty = "the file holds nothing · deliver a header row and the records below it"
        return None if keyed else (DeliveryRefusal.EMPTY, empty)
    wanted = dict.fromkeys(columns.values())
    missing = [header for header in wanted if header not in headers]
    if missing and not (keyed and len(missing) < len(wanted)):
        # Without a single declared header this may be a record, whose values no message may name.
        is_record = len(missing) == len(wanted)
        spare = [] if is_record else [header for header in headers if header not in wanted]
        named = "; ".join(_nearest(header, spare) for header in missing)
        return (
            DeliveryRefusal.COLUMNS,
            f"missing: {named} · {_NO_HEADER_ROW if is_record else _UNDER_ITS_OWN}",
        )
    doubled = [header for header in wanted if headers.count(header) > 1]
    if doubled:
        return (
            DeliveryRefusal.COLUMNS,
            f"twice: {'; '.join(doubled)} · deliver every declared column once",
        )
    return None


def deletes_alone(part: Source, headers: tuple[str, ...]) -> bool:
    """Say whether a change file holds nothing but deletions, which need no more than their keys."""
    changes = part.feed.changes
    wanted = () if changes is None else (changes.operation, changes.sequence)
    if changes is None or any(headers.count(header) != 1 for header in wanted):
        return False
    if any(headers.count(header) > 1 for header in part.feed.columns):
        return False
    with reader_for(part.format).open(part) as again:
        batches = again.batches({OPERATION: changes.operation}, whole=False)
        operations = (batch.column(OPERATION) for batch in batches)
        words = pa.array(changes.delete, pa.string())
        return all(pc.all(pc.is_in(words_of, words)).as_py() for words_of in operations)


def declared_headers_told(detail: str, columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return the declared headers that a refusal says are missing or stand twice.

    They may be shown to anybody: the catalogue names them. What else the refusal tells may be the
    department's own words, or a record taken for a header.
    """
    named = {entry.partition(_NEAREST)[0] for entry in _ENTRIES.split(detail.partition(" · ")[0])}
    return tuple(header for header in dict.fromkeys(columns.values()) if header in named)


def _nearest(header: str, spare: list[str]) -> str:
    near = difflib.get_close_matches(header, spare, n=1, cutoff=0.5)
    return f"{header}{_NEAREST}{near[0][:80]})" if near else header
