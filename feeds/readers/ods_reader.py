"""ODS workbooks: a ZIP that says it is a spreadsheet.

Belongs here: recognising one. Keep out: parsing it, which a process of its own does
(`feeds.untrusted.sheets`).
"""

from __future__ import annotations

from catalog_specs.vocabulary import FeedFormat
from feeds.format import Format, Look
from feeds.isolation import IsolatedReader

__all__ = ["FORMAT"]


def _recognises(look: Look) -> bool:
    """Know it by what it says it is; a damaged one by its feed, and its parser refuses it."""
    if not look.is_zip:
        return False
    if look.inside is None:
        return look.declared is FeedFormat.ODS
    return look.inside.mime.startswith(b"application/vnd.oasis.opendocument.spreadsheet")


FORMAT = Format(FeedFormat.ODS, IsolatedReader(), _recognises)
