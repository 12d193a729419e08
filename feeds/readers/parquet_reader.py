"""Parquet files: marked at both ends.

Belongs here: recognising one. Keep out: parsing it, which a process of its own does
(`feeds.untrusted.columnar`).
"""

from __future__ import annotations

from catalog_specs.vocabulary import FeedFormat
from feeds.format import Format, Look
from feeds.isolation import IsolatedReader

__all__ = ["FORMAT"]

_MARK = b"PAR1"


def _recognises(look: Look) -> bool:
    """Tell Parquet from a text that begins with the same letters."""
    if not look.head.startswith(_MARK):
        return False
    return look.ends_with(_MARK) or look.declared is FeedFormat.PARQUET


FORMAT = Format(FeedFormat.PARQUET, IsolatedReader(), _recognises)
