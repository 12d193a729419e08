"""File recognition: the format of a file by its content, whatever its name or feed says.

Belongs here: first bytes, and the names inside a ZIP. Keep out: reading (`reader_for`), unpacking
(`archives`). Text has no marks of its own: which text a file is, the feed says, but for JSON, which
no other text looks like.
"""

from __future__ import annotations

import json
import struct
import zipfile
from enum import StrEnum

from catalog_specs.vocabulary import FeedFormat
from feeds.reader import Source, unreadable, unseen
from feeds.text.encodings import text_code
from feeds.untrusted.archives import is_tar
from feeds.untrusted.zip_entries import directory_size

__all__ = ["ArchiveKind", "recognise"]

_HEAD = 1 << 16
"""Bytes at the beginning of a file by which it is recognised."""
_LARGEST_DIRECTORY = 8 << 20
"""Bytes of a ZIP's directory that are read here, in the main process; a larger one is left to
the reading process, which has limits."""
_PARQUET = b"PAR1"
_TEXTS = {FeedFormat.CSV, FeedFormat.FIXED_WIDTH, FeedFormat.JSON, FeedFormat.JSONL}


class ArchiveKind(StrEnum):
    """Files that hold other files."""

    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"


_OTHERS = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\x00asm", "a program"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\x00", "a file compressed with xz"),
    (b"BZh91AY&SY", "a file compressed with bzip2"),
    (b"\x28\xb5\x2f\xfd", "a file compressed with zstd"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x00\x01\x00\x00Standard ", "an Access database"),
    (b"Obj\x01", "an Avro file"),
    (b"{\\rtf", "an RTF document"),
)
_DOCUMENTS = {"[Content_Types].xml", "OFD.xml", "META-INF/container.xml"}
"""Names that stand in a ZIP which is a document: of Office, OFD (版式文档), EPUB."""
_MARKUP = (
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
    (b"<table", "an HTML page"),
    (b"<?xml", "an XML document"),
)


def recognise(source: Source) -> FeedFormat | ArchiveKind:
    """Return what a file is; text that is no JSON is what its feed declares, or else CSV.

    Raises IntakeError for a file of a kind that no feed has, saying which: GATE-101 for text,
    GATE-110 for what nobody can look into.
    """
    with source.path.open("rb") as stream:
        head = stream.read(_HEAD)
    found = _by_mark(source, head)
    if found is not None:
        return found
    for mark, what in _OTHERS:
        if head.startswith(mark):
            raise unseen(source, f"the file is {what}")
    for mark, what in _MARKUP:
        if _unmarked(head)[:64].lower().startswith(mark):
            raise _other(source, what)
    return _as_text(source, head)


def _by_mark(source: Source, head: bytes) -> FeedFormat | ArchiveKind | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _in_zip(source)
    if head.startswith(_PARQUET):
        return _if_parquet(source)
    marks: tuple[tuple[bytes, FeedFormat | ArchiveKind], ...] = (
        (b"\x1f\x8b", ArchiveKind.GZIP),
        (b"ARROW1\x00\x00", FeedFormat.ARROW),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FeedFormat.XLS),
    )
    for mark, kind in marks:
        if head.startswith(mark):
            return kind
    if _is_arrow_stream(head):
        return FeedFormat.ARROW
    return ArchiveKind.TAR if is_tar(head) else None


def _if_parquet(source: Source) -> FeedFormat | None:
    """Tell Parquet, marked at both ends, from a text that begins with the same letters."""
    with source.path.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, 2) - len(_PARQUET)))
        marked = stream.read() == _PARQUET
    return FeedFormat.PARQUET if marked or source.feed.format is FeedFormat.PARQUET else None


def _is_arrow_stream(head: bytes) -> bool:
    """Say whether a file begins with the continuation mark and length of an Arrow message."""
    if not head.startswith(b"\xff\xff\xff\xff") or len(head) < 8:  # noqa: PLR2004 - mark and length
        return False
    return 0 < int(struct.unpack_from("<i", head, 4)[0]) < _LARGEST_DIRECTORY


def _in_zip(source: Source) -> FeedFormat | ArchiveKind:
    """Tell workbooks from archives by the names inside; a damaged ZIP is left to its reader."""
    declared = source.feed.format
    unknown = declared if declared in {FeedFormat.XLSX, FeedFormat.ODS} else ArchiveKind.ZIP
    with source.path.open("rb") as stream:
        size = directory_size(stream)
        if size is None or size > _LARGEST_DIRECTORY:
            return unknown
        try:
            with zipfile.ZipFile(stream) as archive:
                names = set(archive.namelist())
                mime = _mime(archive) if "mimetype" in names else b""
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error):
            return unknown
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return FeedFormat.XLSX
    if mime.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return FeedFormat.ODS
    if names & _DOCUMENTS or mime.startswith(b"application/"):
        raise unseen(source, "the file is a document that is no workbook")
    return ArchiveKind.ZIP


def _mime(archive: zipfile.ZipFile) -> bytes:
    entry = archive.getinfo("mimetype")
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        return b""
    with archive.open(entry) as stream:
        return stream.read(100)


def _as_text(source: Source, head: bytes) -> FeedFormat:
    declared = source.feed.format
    if _unmarked(head)[:1] in {b"{", b"["}:
        found = _json(source, head)
        if found is not None:
            return found
    return declared if declared in _TEXTS or not head.strip() else FeedFormat.CSV


def _unmarked(head: bytes) -> bytes:
    """Return the beginning of a text without byte-order mark, and without UTF-16's zeros."""
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    return head[:256].replace(b"\0", b"").lstrip()


def _json(source: Source, head: bytes) -> FeedFormat | None:
    """Tell JSON lines from a JSON document; None for text that only begins like JSON."""
    code = text_code(source)
    text = head[code.mark :].decode(code.codec, "replace").lstrip()
    line, _, rest = text.partition("\n")
    more = rest.lstrip()[:1] == "{"
    feed = source.feed
    if feed.format is FeedFormat.JSONL:
        opens = line.strip() in {"{", "["} or (text.startswith("[") and not more)
        return FeedFormat.JSON if opens and not _is_whole(line, dict) else FeedFormat.JSONL
    one_document = feed.format is FeedFormat.JSON and feed.records is not None and not more
    long_line = text.startswith("{") and line == text and len(head) == _HEAD
    if (_is_whole(line, dict) or (long_line and _opens_json(text))) and not one_document:
        return FeedFormat.JSONL
    if feed.format is FeedFormat.JSON or _opens_json(text):
        return FeedFormat.JSON
    return None


def _is_whole(line: str, kind: type) -> bool:
    try:
        return isinstance(json.loads(line), kind)
    except (ValueError, RecursionError):
        return False


def _opens_json(text: str) -> bool:
    """Say whether text that is not declared as JSON begins as only JSON does."""
    return text[1:].lstrip()[:1] in {'"', "{"}


def _other(source: Source, what: str) -> Exception:
    return unreadable(
        source, f"the file is {what}", f"deliver the data itself, as {source.feed.format.label}"
    )
