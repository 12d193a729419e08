"""A workbook's parts looked through before anything parses them.

Belongs here: what would make a parser work without end, and two facts the parser does not tell.
Keep out: cells (`workbook`).
An XLSX or ODS is a ZIP of XML. No writer of workbooks declares entities, so a document type in any
part is hostile. XLS is no ZIP and has nothing to expand.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

from lakehouse.untrusted.limits import ReadingLimits, Refused
from lakehouse.untrusted.markings import LONGEST, SECRET, octets_marked
from lakehouse.untrusted.zip_entries import refuse_hostile_entries

__all__ = ["scan_parts"]

_HOSTILE = tuple(
    mark.encode(code)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for code in ("ascii", "utf-16-le", "utf-16-be")
)
_ERROR_CELL = b't="e"'
_CHUNK = 1 << 20
_OVERLAP = LONGEST
_CODECS = ("utf-8", "utf-16-le", "utf-16-be")


def scan_parts(path: str, limits: ReadingLimits) -> bool:
    """Say whether any part has error cells; refuse (GATE-103) hostile parts, (101) damaged ones."""
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_hostile_entries(archive, limits)
            left, errors = limits.workbook, False
            for part in archive.infolist():
                with archive.open(part) as stream:
                    size, found = _scan(stream, left)
                left, errors = left - size, errors or found
            return errors
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise Refused("GATE-101", "not a whole workbook", "deliver the workbook again") from None


def _scan(stream: IO[bytes], left: int) -> tuple[int, bool]:
    """Return the bytes of a part and whether it has error cells."""
    size, errors, tail = 0, False, b""
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > left:
            raise Refused(
                "GATE-103",
                "the workbook expands beyond the limit",
                "deliver large data as CSV or Parquet",
            )
        seen = tail + chunk
        if b"!" in seen and any(mark in seen for mark in _HOSTILE):
            raise Refused(
                "GATE-103",
                "a part of the workbook declares a document type",
                "deliver a workbook as a spreadsheet program saves it",
            )
        if octets_marked(seen, _CODECS):
            raise Refused(*SECRET)
        errors = errors or _ERROR_CELL in seen
        tail = seen[-_OVERLAP:]
    return size, errors
