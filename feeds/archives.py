"""Sources: the files that a delivered file consists of, each recognised by its content.

Belongs here: taking an archive apart into sources. Keep out: unpacking (`feeds.untrusted`),
recognising (`recognition`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from catalog_specs.errors import IntakeError
from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.vocabulary import FeedFormat
from feeds.isolation import unpacked
from feeds.reader import Source, unseen
from feeds.recognition import ArchiveKind, recognise

__all__ = ["parts"]


def parts(source: Source, scratch: Path) -> tuple[Source, ...]:
    """Return the files that a delivered file consists of, each recognised by its content.

    A plain file is its own only part; the members of an archive are unpacked into `scratch`, in
    order of their names. Raises IntakeError: GATE-101 for text that cannot be read, GATE-104 for an
    archive without any file that is taken, GATE-110 for a document, and for an archive that is
    damaged, encrypted, hostile, beyond the limits or inside another.
    """
    kind = recognise(source)
    if not isinstance(kind, ArchiveKind):
        return (_as(source, kind),)
    try:
        members = unpacked(source, kind.value, scratch)
    except IntakeError as error:
        if error.code in {DeliveryRefusal.UNREADABLE, DeliveryRefusal.HOSTILE}:
            raise unseen(source, error.what) from None
        raise
    return tuple(_member(replace(source, path=path, member=name)) for name, path in members)


def _member(source: Source) -> Source:
    kind = recognise(source)
    if isinstance(kind, ArchiveKind):
        raise unseen(source, "an archive inside an archive")
    return _as(source, kind)


def _as(source: Source, kind: FeedFormat) -> Source:
    """Read a file as what it is; text where none was declared has the encoding it has."""
    feed = source.feed
    if feed.format.traits.packed and not kind.traits.packed:
        feed = feed.model_copy(update={"encoding": "detect"})
    return replace(source, recognised=kind, feed=feed)
