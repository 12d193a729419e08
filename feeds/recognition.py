"""The recognition of a file's format by its content, whatever its name or its feed say.

Belongs here: the order in which formats are asked, archives, and files that no feed has. Keep out:
what one format looks like (`feeds.readers`, one module a format), reading, unpacking (`archives`).
Text has no marks of its own: which text a file is, the feed says, but for JSON, which no other text
looks like.
"""

from __future__ import annotations

from enum import StrEnum

from catalog_specs.vocabulary import FeedFormat
from feeds.format import Look
from feeds.reader import Source, unreadable, unseen
from feeds.readers import format_of
from feeds.untrusted.archives import is_tar

__all__ = ["ArchiveKind", "recognise"]


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
    look = Look.at(source)
    found = _asked(look, packed=True) or _archive(look)
    if found is not None:
        return found
    for mark, what in _OTHERS:
        if look.head.startswith(mark):
            raise unseen(source, f"the file is {what}")
    for mark, what in _MARKUP:
        if look.unmarked[:64].lower().startswith(mark):
            raise _other(source, what)
    return _asked(look, packed=False) or _as_text(look)


def _asked(look: Look, *, packed: bool) -> FeedFormat | None:
    """Ask the formats whether the file is one of theirs."""
    for form in FeedFormat:
        if form.traits.packed is packed and format_of(form).recognises(look):
            return form
    return None


def _archive(look: Look) -> ArchiveKind | None:
    """Tell what holds other files; a damaged ZIP is left to who unpacks it."""
    if look.is_zip:
        inside = look.inside
        if inside is not None and (
            inside.names & _DOCUMENTS or inside.mime.startswith(b"application/")
        ):
            raise unseen(look.source, "the file is a document that is no workbook")
        return ArchiveKind.ZIP
    if look.head.startswith(b"\x1f\x8b"):
        return ArchiveKind.GZIP
    return ArchiveKind.TAR if is_tar(look.head) else None


def _as_text(look: Look) -> FeedFormat:
    """Return the text that the feed declares; what is no such file is read as CSV."""
    declared = look.declared
    return FeedFormat.CSV if declared.traits.packed and look.head.strip() else declared


def _other(source: Source, what: str) -> Exception:
    return unreadable(
        source, f"the file is {what}", f"deliver the data itself, as {source.feed.format.label}"
    )
