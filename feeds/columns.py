"""The columns of a landed feed, and the delivered header of each.

Belongs here: the names that landing writes and typing reads. Keep out: reading and typing.
"""

from __future__ import annotations

from catalog_specs.models.feed import Feed
from catalog_specs.models.normalisation import Number

__all__ = ["OPERATION", "SEQUENCE", "currency_items", "feed_columns"]

OPERATION, SEQUENCE = "_op", "_seq"


def feed_columns(feed: Feed) -> dict[str, str]:
    """Return column → delivered header: every declared part, then `_op`, `_seq` of a change feed.

    A part is an item code or a name that `compose` uses. One header may serve two columns.
    """
    columns = {part: header for header, part in feed.columns.items()}
    if feed.changes is not None:
        columns |= {OPERATION: feed.changes.operation, SEQUENCE: feed.changes.sequence}
    return columns


def currency_items(feed: Feed) -> tuple[str, ...]:
    """Return the items that `number` steps write the currency of an amount into."""
    return tuple(
        step.currency_item
        for steps in feed.normalise.values()
        for step in steps
        if isinstance(step, Number) and step.currency_item is not None
    )
