"""Former approvals: those that an earlier version kept in the catalogue, taken over once.

Belongs here: telling a home that an earlier version made, and taking its typed-in approvals into
the store as decisions, with their posts, days and document numbers. Keep out: deciding anything.
A fresh home takes over nothing: there an approval that somebody types into a file is only text.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_day, local_moment
from catalog_specs.models.sharing import Grant
from catalog_specs.rules.leaving.sharing import Signature, signatures_needed
from governance.grants.life import GrantEvent, GrantEventKind
from governance.grants.log import add_application, add_events, events_in, read_log
from governance.grants.standing import content_of, digest_of
from storage.layout import Layout
from storage.swaps import read_json, write_json

__all__ = ["begin_grants", "former_events", "take_over", "waiting_former"]

IMPORTED = "imported"


def begin_grants(layout: Layout, catalog: Catalog, address: str, now: datetime) -> tuple[str, ...]:
    """See to it that a home's grants are decided in the store; return those that were taken over.

    Nothing is done where that was seen to before. A home without a lake is fresh.

    Raises:
        SettingsError: the store does not answer; then the next call tries again.
    """
    if read_json(layout.grants_begun):
        return ()
    done: tuple[str, ...] = ()
    if _due(layout, catalog):
        done = take_over(layout, catalog, address, now)
    layout.home.mkdir(parents=True, exist_ok=True)
    moment = local_moment(catalog, now).isoformat(timespec="seconds")
    write_json(layout.grants_begun, {"at": moment, "taken_over": list(done)})
    return done


def take_over(layout: Layout, catalog: Catalog, address: str, now: datetime) -> tuple[str, ...]:
    """Bring the typed-in approvals of every grant that nobody has applied for into the store."""
    from governance.store.database import open_store

    done: list[str] = []
    with open_store(layout, address) as store, store.writing() as session:
        known = {one.grant for one in events_in(session)[0]}
        for grant in catalog.grants.values():
            if grant.code not in known:
                content = digest_of(grant), content_of(grant)
                number = add_application(session, grant.code, content, IMPORTED)
                add_events(session, former_events(catalog, grant, number, now))
                done.append(grant.code)
    return tuple(done)


def waiting_former(layout: Layout, catalog: Catalog, address: str) -> tuple[str, ...]:
    """Return the grants whose typed-in approvals the next run, or `evolve`, takes over."""
    if not _due(layout, catalog):
        return ()
    known = {one.grant for one in read_log(layout, address)[0]}
    return tuple(code for code in catalog.grants if code not in known)


def _due(layout: Layout, catalog: Catalog) -> bool:
    """Say whether an earlier version made the home, and nobody has taken its approvals over."""
    begun = bool(read_json(layout.grants_begun))
    typed = any(one.approvals for one in catalog.grants.values())
    return not begun and layout.lake.is_dir() and typed


def former_events(
    catalog: Catalog, grant: Grant, application: int, now: datetime
) -> Iterator[GrantEvent]:
    """Yield what typed-in approvals come to as events: granted, when all that are needed are there.

    One that was given after the grant began approves nothing, as it did before.
    """
    needed = set(signatures_needed(catalog.city.authority, catalog.resources, grant))

    def event(kind: GrantEventKind, **said: str) -> GrantEvent:
        today = local_day(catalog, now)
        return GrantEvent(
            grant.code, application, kind, now, today, IMPORTED, **said, imported=True
        )

    yield event(GrantEventKind.APPLIED, department=grant.consumer)
    for one in grant.approvals:
        if one.on <= grant.valid_from:
            needed.discard(Signature(one.by, one.role))
            yield GrantEvent(
                grant.code, application, GrantEventKind.APPROVED, now, one.on, IMPORTED, one.by,
                one.role.value, one.post, one.reference, imported=True,
            )  # fmt: skip
    if not needed:
        yield event(GrantEventKind.GRANTED)
