"""The scan of a workbook's parts before anything parses them.

Belongs here: what would make a parser work without end, and whether a part has what the parser does
not tell (`errors`, `facts`).
Keep out: cells (`workbook`).
An XLSX or ODS is a ZIP of XML. No writer of workbooks declares entities, so a document type in any
part is hostile. XLS is no ZIP and has nothing to expand.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from catalog_specs.rules.refusals import LOOK_INSIDE, DeliveryRefusal
from feeds.untrusted.limits import ReadingLimits, Refused
from feeds.untrusted.markings import LONGEST, SECRET, octets_marked
from feeds.untrusted.zip_entries import refuse_hostile_entries, refuse_large_directory

__all__ = ["Scanned", "scan_parts"]

_HOSTILE = tuple(
    mark.encode(code)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for code in ("ascii", "utf-16-le", "utf-16-be")
)
_ERROR_CELL = b't="e"'
_UNTOLD = re.compile(
    rb"<(?:\w+:)?(?:f[ />]|v>\s*60[.<\s]|col[ \n][^>]{0,300}hidden)"
    rb"|table:(?:formula|visibility)=|-spanned="
)
"""Formulas, the number 60 (which is no day), hidden columns; of an ODS, merged cells too."""
_PIVOT_CACHE = "xl/pivotCache/pivotCacheDefinition"
_CHUNK = 1 << 20
_OVERLAP = max(LONGEST, 400)
_CODECS = ("utf-8", "utf-16-le", "utf-16-be")


@dataclass
class Scanned:
    """Whether any part has error cells, or what only its XML tells; how many pivot caches."""

    errors: bool = False
    untold: bool = False
    pivot_caches: int = 0


def scan_parts(path: str, limits: ReadingLimits) -> Scanned:
    """Look through all parts; refuse (GATE-103) hostile ones, (101) damaged ones."""
    try:
        refuse_large_directory(path, limits)
        with zipfile.ZipFile(path) as archive:
            refuse_hostile_entries(archive, limits)
            left, scanned = limits.workbook, Scanned()
            for part in archive.infolist():
                with archive.open(part) as stream:
                    left -= _scan(stream, left, scanned)
                scanned.pivot_caches += part.filename.startswith(_PIVOT_CACHE)
            return scanned
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise Refused(DeliveryRefusal.UNSEEN, "not a whole workbook", LOOK_INSIDE) from None


def _scan(stream: IO[bytes], left: int, scanned: Scanned) -> int:
    """Return the bytes of a part; note what it has."""
    size, tail = 0, b""
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > left:
            raise Refused(
                DeliveryRefusal.HOSTILE,
                "the workbook expands beyond the limit",
                "deliver large data as CSV or Parquet",
            )
        seen = tail + chunk
        if b"!" in seen and any(mark in seen for mark in _HOSTILE):
            raise Refused(
                DeliveryRefusal.HOSTILE,
                "a part of the workbook declares a document type",
                "deliver a workbook as a spreadsheet program saves it",
            )
        if octets_marked(seen, _CODECS):
            raise Refused(*SECRET)
        scanned.errors = scanned.errors or _ERROR_CELL in seen
        scanned.untold = scanned.untold or _UNTOLD.search(seen) is not None
        tail = seen[-_OVERLAP:]
    return size
