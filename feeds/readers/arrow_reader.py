"""Arrow IPC, as a file or as a stream.

Belongs here: recognising one. Keep out: parsing it, which a process of its own does
(`feeds.untrusted.columnar`).
"""

from __future__ import annotations

import struct

from catalog_specs.vocabulary import FeedFormat
from feeds.format import LARGEST_DIRECTORY, Format, Look
from feeds.isolation import IsolatedReader

__all__ = ["FORMAT"]


def _recognises(look: Look) -> bool:
    return look.head.startswith(b"ARROW1\x00\x00") or _is_stream(look.head)


def _is_stream(head: bytes) -> bool:
    """Say whether a file begins with the continuation mark and length of an Arrow message."""
    if not head.startswith(b"\xff\xff\xff\xff") or len(head) < 8:  # noqa: PLR2004 - mark and length
        return False
    return 0 < int(struct.unpack_from("<i", head, 4)[0]) < LARGEST_DIRECTORY


FORMAT = Format(FeedFormat.ARROW, IsolatedReader(), _recognises)
