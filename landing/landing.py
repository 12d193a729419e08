"""Landing: a delivered file becomes a delivery: raw bytes kept, rows as text, a receipt (四(三)).

Belongs here: the order of steps that makes landing atomic and repeatable. Keep out: reading files
(`feeds`, `landed_rows`), looking at inboxes (`inbox`), judging (`quality`).

A delivery is built in a dot-folder beside its place, into which the file itself is moved when all
else is written (`taking`); then one rename makes it visible. A crash before the move leaves the
file in the inbox, a crash after it a landing that `recover` finishes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from catalog_specs.catalog import Catalog
from catalog_specs.errors import IntakeError
from catalog_specs.local_time import local_day, local_moment
from catalog_specs.models.feed import Feed
from catalog_specs.models.resource import Resource
from catalog_specs.rules.refusals import NOT_KEPT
from feeds.readers import Source
from landing.as_of import day_of
from landing.first_look import FirstLook, first_look
from landing.inbox import Inbox, Skipped, look, waiting, within
from landing.landed_rows import IN_PLACE, LandedRows, land_rows
from landing.repeats import record_repeat
from landing.stored_names import stored_name, stored_path
from landing.taking import (
    begun,
    discard,
    finish,
    recover,
    state,
    sync,
    take,
    unfinished,
)
from landing.undeclared import exceptions_on
from landing.unfollowed import written_out
from register.landed import landed
from register.receipts import Recognised, write_receipt
from register.records import INBOX, Arrival, Delivery
from storage.engines.plain_text import PlainFile
from storage.layout import RECEIPT, ROWS, Layout
from storage.locks import locked
from storage.places.deposits import deposit
from storage.places.object_path import ObjectPath, Place
from values.casts import has_typed_cells
from values.feed_texts import key_headers, text_headers
from values.normalise import Context, counted_cells

__all__ = [
    "Inbox",
    "Recognised",
    "Skipped",
    "broken_off",
    "deposit_landed",
    "land",
    "look",
    "read_aside",
    "resume",
    "waiting",
]


def land(
    layout: Layout,
    catalog: Catalog,
    resource: Resource,
    path: Path,
    now: datetime,
    arrival: Arrival = INBOX,
) -> Delivery | Recognised:
    """Take one file from the inbox; return its delivery, or which earlier one it repeats.

    `arrival` says so when the file did not come by an inbox, and what is kept beside it.

    A file that cannot be read as declared is landed all the same, with a refusal in its receipt.
    Raises TransientError when the file is still being written or another run has just taken it:
    then nothing has happened. Runs that land the same resource wait for each other.
    """
    place, inbox = layout.landing(resource.ref), layout.inbox(resource.ref)
    named = within(inbox, path)
    lay_in = "/".join(named.parts[:-1])
    with _lock(layout, resource.ref):
        recover(place, inbox, layout.deposits(resource.ref))
        seen = state(path, inbox if lay_in else None)
        look = first_look(path, resource.feed)
        sha256 = look.sha256
        known = landed(layout, resource.ref)
        last = known.newest
        earlier = last if last is not None and last.sha256 == sha256 else None
        if arrival == INBOX:
            earlier = known.repeated(sha256, _stands_for(resource.feed, path)[0])
        if earlier is None:
            source = _source(catalog, resource, path, lay_in)
            sequence = last.sequence + 1 if last is not None else 1
            parcel = _parcel(catalog, source, resource.ref, sequence, look, now, arrival)
            return _build(place, parcel, seen, layout.deposits(resource.ref))
        if arrival == INBOX:  # before the file goes: a run that is killed has then recorded it
            moment = local_moment(catalog, now)
            record_repeat(layout, resource.ref, earlier.delivery, moment)
        discard(path, place, seen, lay_in)
        return Recognised(resource.ref, earlier.delivery, stored_path(named).text, sha256)


def read_aside(
    catalog: Catalog, resource: Resource, path: Path, folder: Path, sequence: int, now: datetime
) -> Delivery:
    """Read a file as landing reads it, into `folder`, and return the receipt it would have.

    Nothing is taken: the file stays where it is, and no resource gets a delivery.
    """
    look = first_look(path, resource.feed)
    source = _source(catalog, resource, path)
    return _read(_parcel(catalog, source, resource.ref, sequence, look, now, INBOX), folder)


def _source(catalog: Catalog, resource: Resource, path: Path, lay_in: str = "") -> Source:
    texts, keys = text_headers(catalog, resource), key_headers(resource)
    zone = catalog.profile.timezone
    return Source(path, resource.feed, zone, texts=texts, keys=keys, lay_in=lay_in)


def _parcel(  # noqa: PLR0913, PLR0917 - each is a fact of its own
    catalog: Catalog,
    source: Source,
    ref: str,
    sequence: int,
    look: FirstLook,
    now: datetime,
    arrival: Arrival,
) -> _Parcel:
    excepted = exceptions_on(catalog, ref, local_day(catalog, now))
    return _Parcel(source, ref, sequence, look, now, arrival, excepted, Context.of(catalog))


@dataclass(frozen=True)
class _Parcel:
    """One file on its way into landing, and all that is known of it before it is read."""

    source: Source
    ref: str
    sequence: int
    look: FirstLook
    now: datetime
    arrival: Arrival
    excepted: Mapping[str, str]
    steps: Context

    def delivery(self, landed: LandedRows) -> Delivery:
        """Return the receipt of what was read."""
        name = stored_path(PurePosixPath(self.source.lay_in, self.source.path.name))
        day, misnamed = None, None
        if self.arrival.origin == INBOX.origin:
            day, misnamed = _stands_for(self.source.feed, self.source.path)
        code, detail = landed.refusal or misnamed or (None, None)
        return Delivery(
            resource=self.ref,
            delivery=f"{self.sequence:06}-{self.look.sha256[:12]}",
            sequence=self.sequence,
            files=(name.text,),
            sha256=self.look.sha256,
            bytes=self.source.path.stat().st_size,
            rows=landed.rows,
            malformed=landed.malformed,
            headers=landed.headers,
            landed_at=self.now.isoformat(),
            refusal=code,
            refusal_detail=detail,
            members=landed.members,
            read_as=landed.read_as,
            encoding=landed.encoding,
            skipped=landed.skipped,
            undeclared=landed.undeclared,
            hidden=landed.hidden,
            excepted=landed.excepted,
            renamed=name.renamed,
            origin=self.arrival.origin,
            watermark=self.arrival.watermark,
            as_of=day,
            filing_no=self.source.feed.filing_no,
            plain=landed.plain,
        )


def _stands_for(feed: Feed, path: Path) -> tuple[str | None, tuple[str, str] | None]:
    """Return the as-of day of a file, and the refusal of a name that lacks it."""
    if feed.as_of is None:
        return None, None
    try:
        return day_of(feed.as_of, stored_name(path.name).text), None
    except IntakeError as error:
        return None, (error.code, f"{error.what} · {error.remedy}")


def _build(place: Path, parcel: _Parcel, seen: tuple[int, ...], kept: Place) -> Delivery:
    """Build a delivery aside and rename it into place."""
    path = parcel.source.path
    with begun(place, parcel.source.lay_in) as aside:
        with written_out(path):
            delivery = _read(parcel, aside)
        write_receipt(aside / RECEIPT, delivery)
        if delivery.refusal not in NOT_KEPT:
            for one in parcel.arrival.beside:
                shutil.move(one, aside)
        # all of it on the disk before the file leaves the inbox: a power cut must not lose both
        for written in (*filter(Path.is_file, aside.iterdir()), aside):
            sync(written)
        take(path, aside, seen)
    finish(aside, place, kept)
    return delivery


def _read(parcel: _Parcel, aside: Path) -> Delivery:
    """Read the records of a file into a folder, and return the receipt of what was read."""
    path, feed = parcel.source.path, parcel.source.feed
    landed = land_rows(parcel.source, aside, parcel.excepted, IN_PLACE, parcel.look.search)
    delivery = parcel.delivery(landed)
    if delivery.refusal is not None:
        return delivery
    context = replace(parcel.steps, cells=has_typed_cells(delivery.read_as))
    rows = aside / ROWS if landed.plain is None else PlainFile(path, landed.plain)
    cells = counted_cells(feed, rows, aside, context)
    return replace(delivery, normalised=cells.changed, not_understood=cells.not_understood)


def broken_off(layout: Layout, ref: str) -> tuple[str, ...]:
    """Return the unfinished landings of a resource: in progress, or left by a killed run."""
    return tuple(folder.name for folder in unfinished(layout.landing(ref)))


def resume(layout: Layout, ref: str) -> None:
    """Finish or undo the landings of a resource that a killed run left; cheap without any."""
    if broken_off(layout, ref):
        with _lock(layout, ref):
            recover(layout.landing(ref), layout.inbox(ref), layout.deposits(ref))


def deposit_landed(layout: Layout, ref: str, deliveries: Iterable[str]) -> None:
    """Put landed deliveries on the object store of a home that had it not when they came."""
    kept = layout.deposits(ref)
    if isinstance(kept, ObjectPath):
        with _lock(layout, ref):
            for name in deliveries:
                deposit(layout.delivery(ref, name), kept / name, RECEIPT)


@contextmanager
def _lock(layout: Layout, ref: str) -> Iterator[None]:
    """Hold the lock under which a resource's files are landed."""
    layout.landing(ref).mkdir(parents=True, exist_ok=True)
    with locked(layout, f"landing.{ref}"):
        yield
