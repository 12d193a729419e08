"""XLSX workbooks: a ZIP with a workbook inside, also the binary XLSB.

Belongs here: recognising one. Keep out: parsing it, which a process of its own does
(`feeds.untrusted.sheets`).
"""

from __future__ import annotations

from catalog_specs.vocabulary import FeedFormat
from feeds.format import Format, Look
from feeds.isolation import IsolatedReader

__all__ = ["FORMAT"]


def _recognises(look: Look) -> bool:
    """Know it by the names inside; a damaged one by its feed, and its parser refuses it."""
    if not look.is_zip:
        return False
    if look.inside is None:
        return look.declared is FeedFormat.XLSX
    return bool(look.inside.names & {"xl/workbook.xml", "xl/workbook.bin"})


FORMAT = Format(FeedFormat.XLSX, IsolatedReader(), _recognises)
