"""XLS workbooks: the compound files of old Excel, also of WPS.

Belongs here: recognising one. Keep out: parsing it, which a process of its own does
(`feeds.untrusted.sheets`).
"""

from __future__ import annotations

from catalog_specs.vocabulary import FeedFormat
from feeds.format import Format, Look
from feeds.isolation import IsolatedReader

__all__ = ["FORMAT"]


def _recognises(look: Look) -> bool:
    return look.head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


FORMAT = Format(FeedFormat.XLS, IsolatedReader(), _recognises)
