"""A look at a home: a digest that changes when any page may have to.

Belongs here: versions and names, asked cheaply, no row read. Keep out: the facts themselves
(`city`). Whoever adds a source of facts adds it here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from audit.log import AuditLog
from audit.tally import tallied
from catalog_specs.catalog import Catalog
from catalog_specs.errors import AuditError
from catalog_specs.local_time import local_moment
from register.landed import landed
from storage.digests import sha256_of_lines
from storage.layout import Layout
from storage.places.tables import LEDGER_DEPTH, log_stamp, newest_entry, tables_under

__all__ = ["seen_in"]


def seen_in(layout: Layout, catalog: Catalog, now: datetime, address: str = "") -> str:
    """Return a digest of the hour, of every ledger's and table's version, and of what landed.

    Hours, because a due moment may pass. A store on a server is not asked: "" means to look.
    """
    if address:
        return ""
    return sha256_of_lines([f"{local_moment(catalog, now):%Y-%m-%dT%H}", *_seen(layout, catalog)])


def _seen(layout: Layout, catalog: Catalog) -> Iterator[str]:
    for name, ledger in tables_under(layout.ledgers, LEDGER_DEPTH):
        yield f"{name} {newest_entry(ledger)}"
    for file in sorted(layout.home.glob(f"{layout.governance_db.name}*")):
        yield f"{file.name} {file.stat().st_mtime_ns} {file.stat().st_size}"
    # what only seals commits is on no page
    yield f"audit {_counted(layout, catalog)}"
    for ref in catalog.resources:
        names = landed(layout, ref).names
        yield f"{ref} {log_stamp(layout.authoritative(ref))} {len(names)} {names[-1:]}"


def _counted(layout: Layout, catalog: Catalog) -> str:
    try:
        return tallied(AuditLog(layout), ZoneInfo(catalog.profile.timezone)).stamp
    except AuditError:  # told on its page
        return "damaged"
