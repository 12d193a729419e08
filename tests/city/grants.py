"""Grants that are decided as their files say: in the store, or as values.

Belongs here: taking the approvals that a file of the small city types in for decisions, so that a
test of shares need not walk through offices. Keep out: the workflow itself, which
`tests/unit/governance/applications` walks through.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from catalog_specs.catalog import Catalog
from catalog_specs.models.sharing import Grant
from governance.applications.former import former_events
from governance.grants.life import lived
from governance.grants.log import add_application, add_events, read_log
from governance.grants.rights import Rights
from governance.grants.standing import Standing, content_of, digest_of, standings
from governance.store.database import exists, open_store
from storage.layout import Layout
from tests.city import NOW

__all__ = ["decide_as_typed", "rights_of", "standing_of"]


def standing_of(catalog: Catalog, grant: Grant, now: datetime = NOW) -> Standing:
    """Return how a grant stands after everybody did what its file says."""
    life = lived(former_events(catalog, grant, 1, now))
    assert life
    return Standing.of(grant.code, life, {1: content_of(grant)})


def rights_of(catalog: Catalog) -> Rights:
    """Return who may be given what after everybody did what the files say."""
    return Rights(catalog, {g.code: standing_of(catalog, g) for g in catalog.grants.values()})


def decide_as_typed(layout: Layout, catalog: Catalog, address: str = "") -> None:
    """Let everybody decide in the store what the files say, where that is not what it says yet.

    A new home gets a copy of the store of another one with the same grants: to migrate an empty one
    takes longer than a small delivery.
    """
    if address or exists(layout):
        _decide_due(layout, catalog, address)
        return
    grants = catalog.grants.values()
    said = repr([(digest_of(g), former_events(catalog, g, 1, NOW)) for g in grants])
    if said not in _made:
        _decide_due(layout, catalog, address)
        _made[said] = layout.governance_db.read_bytes()
        return
    layout.home.mkdir(parents=True, exist_ok=True)
    layout.governance_db.touch(mode=0o600)
    layout.governance_db.write_bytes(_made[said])


_made: dict[str, bytes] = {}
"""By what files of grants say, a store in which all of it is decided."""


def _decide_due(layout: Layout, catalog: Catalog, address: str) -> None:
    known = standings(layout, address)
    due = [
        one
        for one in catalog.grants.values()
        if one.code not in known or not _same(known[one.code], standing_of(catalog, one))
    ]
    if due:
        _decide(layout, catalog, due, address)


def _same(one: Standing, other: Standing) -> bool:
    said = [[(e.department, e.role, e.on) for e in each.decisions] for each in (one, other)]
    return (one.content, one.pending, said[0]) == (other.content, other.pending, said[1])


def _decide(layout: Layout, catalog: Catalog, due: Iterable[Grant], address: str) -> None:
    with open_store(layout, address) as store, store.writing() as session:
        for grant in due:
            content = digest_of(grant), content_of(grant)
            number = add_application(session, grant.code, content, "filed")
            add_events(session, former_events(catalog, grant, number, NOW))
    assert read_log(layout, address)[0]
