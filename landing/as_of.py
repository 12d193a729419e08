"""The as-of day of a delivery, and whether a newer day was applied before it.

Belongs here: cutting the day out of the file's name, and lateness. Keep out: judging (`quality`).
Lateness is decided when a delivery is judged, by the deliveries before it that passed; the verdict
keeps it, and judging all of landing again in its order comes to the same.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import AsOf
from catalog_specs.rules.refusals import DeliveryRefusal
from register.bundles import Bundle
from register.records import Delivery

__all__ = ["day_of", "parted_by_lateness"]


def day_of(as_of: AsOf, name: str) -> str:
    """Return the ISO date that a file's name declares.

    Raises:
        IntakeError: GATE-107, the name does not hold the day as declared.
    """
    # In an engine of linear time: Python's own would try a bad pattern for hours on one long name.
    import polars as pl

    group = min(1, re.compile(as_of.file_name).groups)
    text = pl.Series([name]).str.extract(as_of.file_name, group).item()
    try:
        return datetime.strptime(text or "", as_of.format).replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        raise IntakeError(
            DeliveryRefusal.UNDATED,
            DeliveryRefusal.UNDATED.english,
            where="delivery",
            remedy=DeliveryRefusal.UNDATED.remedy,
        ) from None


def parted_by_lateness(bundle: Bundle, newest: str) -> tuple[Bundle, ...]:
    """Part a bundle into what is late, each alone and refused (GATE-105), and the rest.

    `newest` is the newest day of what was judged before and passed, "" without one. Days never
    fall inside a bundle (`bundles.bundled` sees to it), so the late ones come first.
    """
    late = [one for one in bundle.deliveries if one.as_of and one.as_of < newest]
    rest = tuple(one for one in bundle.deliveries if one not in late)
    return (
        *(Bundle((_refused(one, newest),)) for one in late),
        *([Bundle(rest)] if rest else []),
    )


def _refused(delivery: Delivery, newest: str) -> Delivery:
    if delivery.refusal is not None:
        return delivery
    detail = f"it stands for {delivery.as_of}; {newest} was applied before · deliver the newest"
    return replace(delivery, refusal=DeliveryRefusal.LATE, refusal_detail=detail)
