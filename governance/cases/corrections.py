"""Corrections: what a consumer reports wrong, and the evidence of its correction (七).

Belongs here: taking a report, the evidence of later deliveries. Keep out: looking records up
(`records`), the states of the case (`states`), who is told (`notices`).
A report names resource, version, key and item. The key is not kept: the record is known again by
its place and by keyed digests. Only a later version of the record that a source delivered, in which
the item differs, is evidence; what was repaired in quarantine and replayed is not from the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CaseError
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Grant
from governance.cases.records import Asked, Record, known_again, record_with_key, still_there
from governance.cases.signals import CaseOrigin, Signal
from governance.keys import KeyRing
from register.receipts import read_receipt
from register.records import REPLAYED
from storage.delta.tables import Snapshot, glance, snapshot
from storage.engines.connection import Connection
from storage.layout import Layout

__all__ = ["Checked", "Filed", "Known", "Lookup", "Wrong", "check_reports", "file_report"]


@dataclass(frozen=True)
class Lookup:
    """Where records are looked up: a connection, the home, the catalogue, the keys of digests."""

    con: Connection
    layout: Layout
    catalog: Catalog
    keys: KeyRing


@dataclass(frozen=True)
class Wrong:
    """What a consumer says: where the value is, through which grant it came, what is wrong."""

    resource: Resource
    item: str
    version: int
    key: Mapping[str, str]
    text: str
    consumer: str
    grant: Grant


@dataclass(frozen=True)
class Filed:
    """A report as it is kept: the fact that opens its case, and the record that it is about."""

    signal: Signal
    record: Record
    table: tuple[str, int]
    """Identity and version of the table that the record was found in."""
    key_version: int


@dataclass(frozen=True)
class Known:
    """What is kept of a report, to know its record again."""

    number: int
    resource: str
    about: str
    cause: str
    item: str
    record: Record
    table: tuple[str, int]
    key_version: int
    seen_at: datetime
    """Moment of the newest fact that its case knows."""


@dataclass(frozen=True)
class Checked:
    """A report after a look at a changed table: where its record is now, and what that shows."""

    known: Known
    table: tuple[str, int]
    record: Record | None
    """None when the table has no record of this key any more."""
    signal: Signal | None


def file_report(at: Lookup, wrong: Wrong, now: datetime) -> Filed:
    """Find the record that a report is about; nothing is stored (七(一)).

    A referred item is held by its one source alone: there its record is looked up and its owner is
    asked.

    Raises:
        CaseError: the words are none or too many, the grant does not cover the item or is another
            consumer's, or there is no such version or key.
        SettingsError: there is no master key for the digests.
    """
    _require_concise(at.catalog, wrong)
    _require_granted(wrong)
    record, found = _found(at, wrong.resource, wrong.item, wrong.key, wrong.version)
    resource, item = wrong.resource, wrong.resource.item(wrong.item)
    if item.source is not None:
        resource, item = at.catalog.target(item.source)
        record, found = _found(at, resource, item.code, _carried(wrong, resource), None)
    signal = Signal(
        *(CaseOrigin.REPORT, resource.ref, item.code, record.value[:32]),
        failing=True,
        count=1,
        evidence={"delivery": record.place[0], "record": record.place[1], "version": wrong.version},
        seen_at=now,
        # lists and pages show this: the consumer's own words may hold a value, and stay in the file
        wording=f"{resource.name}的{at.catalog.name_of(item)}",
        wording_en=f"{resource.ref}.{item.code}",
        owner=resource.provider,
    )
    return Filed(signal, record, (found.table_id, found.version), at.keys.version)


def check_reports(at: Lookup, reports: Iterable[Known], now: datetime) -> Iterator[Checked]:
    """Yield what became of reported records whose table has changed since it was looked at.

    One pass over a changed table looks for the versions that were reported; only for those that are
    gone, what later deliveries brought is read. Nobody can know a record again whose version of the
    master key was lost: such a report stays as it is, for people to settle.
    """
    by_item: dict[tuple[str, str], list[Known]] = {}
    for one in (one for one in reports if at.keys.has(one.key_version)):
        by_item.setdefault((one.resource, one.item), []).append(one)
    for (ref, item), known in by_item.items():
        resource = at.catalog.resources.get(ref)
        found = glance(at.layout.authoritative(ref)) if resource else None
        if resource is None or found is None or item not in {one.code for one in resource.items}:
            continue
        table = (found.table_id, found.version)
        stale = [one for one in known if one.table != table]
        if stale:
            yield from _changed(at, Asked(at.catalog, resource, item, found), stale, now)


def _changed(at: Lookup, asked: Asked, known: Sequence[Known], now: datetime) -> Iterator[Checked]:
    table = (asked.found.table_id, asked.found.version)
    held = still_there(at.con, asked.found, [one.record.place for one in known])
    # of two reports about one record the earlier version says from where to read
    latest = sorted(known, key=lambda one: one.record.place, reverse=True)
    gone = {one.record.key: one for one in latest if one.record.place not in held}
    yield from (Checked(one, table, one.record, None) for one in known if one.record.place in held)
    wanted = {key: (one.key_version, one.record.place[0]) for key, one in gone.items()}
    now_at = dict(known_again(at.con, asked, at.keys, wanted)) if wanted else {}
    for one in known:
        if one.record.place in held:
            continue
        record = now_at.get(one.record.key)
        yield Checked(one, table, record, _evidence(at.layout, one, record, now))


def _evidence(layout: Layout, known: Known, record: Record | None, now: datetime) -> Signal | None:
    """Return the fact that the value was corrected, or is wrong again; None when it shows neither.

    A record that is gone was taken back by its source.
    """
    same = record is not None and record.value[:32] == known.cause
    facts: dict[str, str | int] = {"record_gone": 1}
    if record is not None:
        delivery, number = record.place
        if read_receipt(layout.receipt(known.resource, delivery)).origin == REPLAYED:
            return None
        facts = {"delivery": delivery, "record": number}
    key = (CaseOrigin.REPORT, known.resource, known.about, known.cause)
    # newer than what the case knows, whatever another machine's clock said then: a table is looked
    # at once, and its evidence must not be lost
    seen_at = max(now, known.seen_at + timedelta(microseconds=1))
    return Signal(*key, failing=same, count=1, evidence=facts, seen_at=seen_at)


def _found(
    at: Lookup, resource: Resource, item: str, key: Mapping[str, str], version: int | None
) -> tuple[Record, Snapshot]:
    """Return the record with a key in a version of a table; CaseError when there is none."""
    where = f"{resource.ref} {'' if version is None else f'version {version}'}".strip()
    path = at.layout.authoritative(resource.ref)
    newest = glance(path)
    if newest is None or (version is not None and not 0 <= version <= newest.version):
        known = "none yet" if newest is None else f"0 to {newest.version}"
        raise CaseError(
            "the table has no such version",
            where=where,
            remedy=f"its versions are {known}; the share's `_meta` says which one it was made of",
        )
    found = newest if version is None else snapshot(path, version)
    if found is None:
        raise CaseError("the table has no such version", where=where, remedy="name a later one")
    held = {column.name for column in found.columns}
    # a referred item is compared and dropped: there the key alone is looked up
    looked = item if item in held else resource.key[0]
    record = record_with_key(at.con, Asked(at.catalog, resource, looked, found), at.keys, key)
    if record is None:
        raise CaseError(
            "the table has no record with this key",
            where=where,
            remedy="compare the key with what you received; the values are not repeated here",
        )
    return record, found


def _carried(wrong: Wrong, source: Resource) -> Mapping[str, str]:
    """Return the key of a source's record, by the elements that the reported key has as well."""
    mine = {wrong.resource.item(code).element: text for code, text in wrong.key.items()}
    wanted = {code: mine.get(source.item(code).element) for code in source.key}
    found = {code: text for code, text in wanted.items() if text is not None}
    if len(found) < len(wanted):
        raise CaseError(
            "the item is a referred one, and its source has another key",
            where=f"{wrong.resource.ref}.{wrong.item}",
            remedy=f"report it on its source: --resource {source.ref}, by the key "
            f"{'、'.join(source.key)}",
        )
    return found


def _require_concise(catalog: Catalog, wrong: Wrong) -> None:
    limit = catalog.profile.correction_text
    if not 0 < len(wrong.text.strip()) <= limit.value:
        raise CaseError(
            f"a report says in 1 to {limit.value} characters what is wrong ({limit.clause}); "
            f"this one has {len(wrong.text.strip())}",
            where=wrong.resource.ref,
            remedy="say it shortly, without values of the record: they are found by its key",
        )


def _require_granted(wrong: Wrong) -> None:
    grant = wrong.grant
    covered = {
        item
        for part in grant.resources
        if part.resource == wrong.resource.ref
        for item in part.items
    }
    if grant.consumer != wrong.consumer or wrong.item not in covered:
        raise CaseError(
            "the grant is not this consumer's, or does not cover the item",
            where=f"grant {grant.code}, {wrong.resource.ref}.{wrong.item}",
            remedy=f"see `quanshu explain {grant.code}`: report what came through it",
        )
