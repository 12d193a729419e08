"""Facts of sharing for tests of its pages. Keep out: assertions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from audit.tally import Tally
from catalog_specs.catalog import Catalog
from outlets.reports.facts.city import Facts
from outlets.reports.facts.sharing import Sharing
from register.copies import Traced
from tests.city import GRANT
from tests.city.grants import rights_of
from tests.unit.register.test_copies import COPY, NOTICE

__all__ = ["LATE", "TALLY", "sharing"]

LATE = Traced(COPY, replace(NOTICE, due="2026-03-01"))
DAY = "2026-03-01"
TALLY = Tally(
    size=7,
    days=Counter({(DAY, "query"): 3, (DAY, "share"): 2}),
    about=Counter({("civil_affairs", DAY, "query"): 3}),
    sums=Counter({("", "query"): 3, ("", "share"): 2, ("civil_affairs", "query"): 3}),
    used={GRANT: DAY},
)


def sharing(facts: Facts, catalog: Catalog | None = None, **more: Any) -> Facts:
    """Return facts of a city whose grants stand as their files say, and further facts of it."""
    chosen = catalog or facts.catalog
    said = {"standings": rights_of(chosen).standings} | more
    return replace(facts, catalog=chosen, sharing=Sharing(**said))
