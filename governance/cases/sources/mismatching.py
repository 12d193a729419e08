"""Mismatches: how often an item differs from its source in one way, by its last comparison.

Belongs here: the words of such a fact. Keep out: comparing (`quality.reconciliation`), what a fact
leads to.
One systematic cause is one case: an item, its source, and the pattern in which they differ. The
owner of the element answers for it (三(三)).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from catalog_specs.catalog import Catalog
from governance.cases.signals import CaseOrigin, Signal
from quality.reconciliation.causes import Cause, causes
from quality.reconciliation.links import links, referring
from storage.layout import Layout

__all__ = ["mismatching"]


def mismatching(layout: Layout, catalog: Catalog, now: datetime) -> Iterator[Signal]:
    """Yield a fact for each item and pattern that ever differed.

    An item that no longer refers to its source is over: a fact of `now`, for nothing is compared.
    """
    declared = {
        (one.ref, link.item.code, link.item.source)
        for one in referring(catalog)
        for link in links(catalog, one)
    }
    for cause in causes(layout):
        asked = (cause.resource, cause.item, cause.source) in declared
        yield _signal(catalog, cause) if asked else _over(cause, now)


def _signal(catalog: Catalog, cause: Cause) -> Signal:
    name = catalog.name_of(catalog.resource(cause.resource).item(cause.item))
    owner, _ = catalog.target(cause.source)
    return Signal(
        CaseOrigin.MISMATCH,
        cause.resource,
        about=cause.item,
        cause=_cause(cause),
        failing=cause.records > 0,
        count=cause.records,
        evidence={
            "element": cause.element,
            "source": cause.source,
            "pattern": cause.pattern.stored,
            "compared": cause.compared,
            "delivery": cause.delivery,
            "source_version": cause.source_version,
        },
        seen_at=datetime.fromisoformat(cause.compared_at),
        wording=f"{name}与来源《{owner.name}》不一致：{cause.pattern.label}",
        wording_en=f"{cause.item} differs from {cause.source}: {cause.pattern.english}",
        owner=cause.owner,
    )


def _over(cause: Cause, now: datetime) -> Signal:
    return Signal(
        CaseOrigin.MISMATCH,
        cause.resource,
        about=cause.item,
        cause=_cause(cause),
        failing=False,
        count=0,
        evidence={"no_longer_asked": 1},
        seen_at=now,
        owner=cause.owner,
    )


def _cause(cause: Cause) -> str:
    """Return what tells two causes of the same item apart."""
    return f"{cause.source}:{cause.pattern.stored}"
