"""Landed rows: from a delivered file to rows.parquet, or to its refusal.

Belongs here: what is looked for before and while the rows are read, and whether they are written at
all: plain text is read as it lies. Keep out: formats (`feeds`), writing (`landed_file`), where the
file lies (`landing`), types (`typed`).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.errors import IntakeError
from catalog_specs.rules.refusals import NOT_KEPT, DeliveryRefusal
from catalog_specs.vocabulary import FeedKind, FormatFamily
from feeds.archives import parts
from feeds.columns import feed_columns
from feeds.fill_down import FillDown
from feeds.reader import ROW
from feeds.readers import OpenFeed, Source, reader_for
from feeds.secrecy import (
    MarkingSearch,
    refuse_marked,
    refuse_marked_cells,
    refuse_marked_file,
    refuse_marked_names,
)
from landing.header_refusals import Refusal, deletes_alone, refusal_by_headers
from landing.landed_file import FILE, write_rows
from landing.undeclared import Undeclared
from storage.engines.connection import VECTOR_ROWS
from storage.engines.plain_text import PlainText
from storage.layout import ROWS
from values.unavailable import placeholders

__all__ = ["IN_PLACE", "LandedRows", "land_rows"]

IN_PLACE = 1 << 20
"""Bytes from which a plain text is not written once more. Smaller files are many, are read together
with others, and cost next to nothing."""
_OWN_SIZES = 8
"""How many times its own size the text of a file may take, however large it is."""


@dataclass(frozen=True)
class LandedRows:
    """The result of reading: headers as delivered, record counts, the reason of a refusal.

    `members` are the files of an archive in the order they were read; `read_as` the format found,
    `encoding` that of a text; `skipped` counts the lines that are no records, by reason;
    `undeclared` the cells of columns that nobody declared; `hidden` what a workbook does not show;
    `excepted` are those of them whose cells are stored, each with its exception; `plain` says how
    the file is read as it lies, where no rows.parquet was written.
    """

    headers: tuple[str, ...] = ()
    rows: int = 0
    malformed: int = 0
    refusal: Refusal | None = None
    members: tuple[str, ...] = ()
    read_as: str = ""
    encoding: str | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)
    undeclared: Mapping[str, int | None] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)
    excepted: Mapping[str, str] = field(default_factory=dict)
    plain: PlainText | None = None


def land_rows(
    source: Source,
    folder: Path,
    excepted: Mapping[str, str] | None = None,
    in_place: int | None = None,
    search: MarkingSearch | None = None,
) -> LandedRows:
    """Write a delivered file's records to `folder`/rows.parquet; never raises for its content.

    `excepted` maps undeclared headers to exceptions: their cells go to `folder`/held.parquet. A
    plain text of at least `in_place` bytes is looked through and not written; None: none is. A
    `search` went through the file's bytes for markings already; without one that is done here.

    Refusals: GATE-101 unreadable (no rows written), GATE-102 a declared column is missing (all rows
    written, each with its own text in `_raw`; no refusal where all of them are deletions), GATE-103
    hostile, GATE-104 a file without its header row, or a snapshot without records, GATE-106 marked
    as secret and GATE-110 not to be looked into (nothing written, nothing learnt; so is what would
    be GATE-101 or GATE-103 where the bytes do not show their text), GATE-109 a snapshot that is cut
    off: what it lacks is not deleted.
    """
    columns = feed_columns(source.feed)
    target = folder / ROWS
    reading = _Reading(source, columns, Undeclared(folder, source.feed.nulls, excepted or {}))
    try:
        with tempfile.TemporaryDirectory(prefix=".parts-", dir=folder) as scratch:
            reading.begin(Path(scratch), search)
            plain = reading.plain(in_place)
            if plain is None:
                rows, malformed = write_rows(reading.batches(), columns, target)
            else:
                rows, malformed = plain.rows, 0
    except IntakeError as error:
        write_rows((), columns, target)
        reading.undeclared.discard()
        refused = reading.refused(error)
        if refused[0] in NOT_KEPT:
            return LandedRows(refusal=refused)
        return reading.landed(0, 0, refused)
    finally:
        reading.undeclared.close()
    refusal = reading.refusal
    if refusal is None and not rows and source.feed.kind is FeedKind.SNAPSHOT:
        refusal = (
            DeliveryRefusal.EMPTY,
            "a snapshot without any record · deliver the whole resource",
        )
    if refusal is None and reading.cut_off and source.feed.kind is FeedKind.SNAPSHOT:
        told = "the file breaks off in its last record · deliver the whole file"
        refusal = DeliveryRefusal.CUT_OFF, told
    return replace(reading.landed(rows, malformed, refusal), plain=plain)


@dataclass
class _Reading:
    """The facts that are collected while the parts of one delivered file are read in turn."""

    source: Source
    columns: Mapping[str, str]
    undeclared: Undeclared
    refusal: Refusal | None = None
    parts: tuple[Source, ...] = ()
    rows: int = 0
    bytes: int = 0
    headers: dict[str, None] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    formats: dict[str, None] = field(default_factory=dict)
    encodings: dict[str, None] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    cut_off: bool = False
    packed: bool = False
    """Whether the file, or any member of it, has to be read to its end to be looked into."""
    several: bool = False

    def begin(self, scratch: Path, search: MarkingSearch | None) -> None:
        """Look for markings of secrecy in the file and its name, and find its parts."""
        # A marking may be spread over a folder and the file's name.
        refuse_marked_names([self.source.lay_in.replace("/", "") + self.source.path.name])
        if search is None:
            refuse_marked_file(self.source.path, self.source.feed)
        else:
            refuse_marked(search)
        self.parts = parts(self.source, scratch)
        self.packed = any(part.format.traits.packed for part in self.parts)
        self.several = len(self.parts) > 1

    def plain(self, in_place: int | None) -> PlainText | None:
        """Return how the engine reads the file as it lies; None where it has to be taken apart."""
        part, *more = self.parts
        large = in_place is not None and self.source.path.stat().st_size >= in_place
        if more or part.member is not None or not large or part.feed.fill_down:
            return None
        with reader_for(part.format).open(part) as opened:
            refuse_marked_names((*opened.headers, *opened.sheets))
            declared = {*self.columns.values(), ""}  # a nameless column holds no cell of anybody
            if refusal_by_headers(part, self.columns, opened.headers) or not (
                declared >= {*opened.headers}
            ):
                return None
            found = opened.plain(self.columns, placeholders(part.feed))
            if found is not None:
                self._note(part, opened)
                self.skipped.update(opened.skipped)
            return found

    def batches(self) -> Iterator[pa.Table]:
        """Yield the records of all parts, numbered through."""
        for part in self.parts:
            if part.member is not None:
                refuse_marked_names([part.member])
                refuse_marked_file(part.path, part.feed)
            with reader_for(part.format).open(part) as opened:
                refuse_marked_names((*opened.headers, *opened.sheets))
                yield from self._part(part, opened)

    def _part(self, part: Source, opened: OpenFeed) -> Iterator[pa.Table]:
        self._note(part, opened)
        refusal = refusal_by_headers(part, self.columns, opened.headers)
        if refusal is not None and deletes_alone(part, opened.headers):
            refusal = None
        self.refusal = self.refusal or refusal
        whole = refusal is not None and refusal[0] == DeliveryRefusal.COLUMNS
        extra = self.undeclared.columns(opened.headers, self.columns.values())
        before, labels = self.rows, FillDown(part.feed.fill_down)
        for batch in opened.batches({**self.columns, **extra}, whole=whole):
            # The cells of delimited text stand in the file as they are: it was looked through.
            if part.format.family is not FormatFamily.DELIMITED:
                refuse_marked_cells(batch)
            self._measure(part, batch)
            declared = labels.filled(self.undeclared.without(batch, extra, before))
            yield _placed(declared, before, part.member)
            self.rows += batch.num_rows
        self.cut_off |= opened.ending.cut_off
        self.skipped.update(opened.skipped)

    def _measure(self, part: Source, batch: pa.Table) -> None:
        """Refuse (GATE-103) records so wide that the engine could not hold them, or too much text.

        A small file can hold a great deal of text, and what is landed is read again by every stop.
        """
        limits, size = part.limits, part.path.stat().st_size
        self.bytes += batch.nbytes
        wide = batch.nbytes > limits.vector and any(
            batch.slice(at, VECTOR_ROWS).nbytes > limits.vector
            for at in range(0, batch.num_rows, VECTOR_ROWS)
        )
        if wide or self.bytes > max(limits.expanded, _OWN_SIZES * size):
            raise IntakeError(
                DeliveryRefusal.HOSTILE,
                f"{VECTOR_ROWS:,} records in a row of more than {limits.vector >> 20} MiB"
                if wide
                else "the file unpacks beyond the limit",
                where=part.name,
                remedy="deliver attachments and images apart from the records",
            )

    def refused(self, error: IntakeError) -> Refusal:
        """Return the refusal of a file that could not be read to its end.

        What was not reached of a packed file may be marked as secret, so nothing of it is kept.
        """
        unread = self.several or error.code in {
            DeliveryRefusal.UNREADABLE,
            DeliveryRefusal.HOSTILE,
        }
        if self.packed and unread and error.code not in NOT_KEPT:
            return DeliveryRefusal.UNSEEN, f"{error.what} · nothing of it was kept: {error.remedy}"
        return error.code, f"{error.what} · {error.remedy}"

    def landed(self, rows: int, malformed: int, refusal: Refusal | None) -> LandedRows:
        """Return what was learnt, with what was written."""
        return LandedRows(
            headers=tuple(self.headers),
            rows=rows,
            malformed=malformed,
            refusal=refusal,
            members=tuple(self.members),
            read_as=" ".join(self.formats),
            encoding=" ".join(self.encodings) or None,
            skipped=dict(self.skipped),
            undeclared=self.undeclared.findings(),
            hidden=dict(+self.hidden),
            excepted=dict(self.undeclared.covered),
        )

    def _note(self, part: Source, opened: OpenFeed) -> None:
        self.headers |= dict.fromkeys(opened.headers)
        self.formats[part.format.value] = None
        if opened.encoding is not None:
            self.encodings[opened.encoding] = None
        if part.member is not None:
            self.members.append(part.member)
        self.undeclared.sheets += opened.sheets
        self.hidden.update(opened.hidden)


def _placed(batch: pa.Table, first: int, member: str | None) -> pa.Table:
    """Number a part's records on from the parts before it, and say which part they are from."""
    numbers = pc.add(batch.column(ROW), first) if first else batch.column(ROW)
    file = pa.repeat(pa.scalar(member, pa.string()), batch.num_rows)
    return batch.set_column(0, ROW, numbers).add_column(1, pa.field(FILE, pa.string()), file)
