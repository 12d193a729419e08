"""Behaviour of the queries of a comparison."""

from __future__ import annotations

from quality.reconciliation.links import links
from quality.reconciliation.queries import Records, Span, counting
from register.comparisons import Scope
from storage.engines.connection import in_memory
from tests.city import STAFF
from tests.city.resources import catalog_of


def test_records_count_by_delivery_or_together() -> None:
    """Together they count in one comparison, which names its newest and its oldest delivery."""
    catalog = catalog_of()
    alike = tuple(links(catalog, catalog.resource(STAFF)))
    rows = "(0, 'A', 'x', NULL), (1, 'B', NULL, NULL), (1, NULL, 'y', NULL)"
    sql = f"(FROM (VALUES {rows}) t(_place, resident_id, name, born))"
    with in_memory() as con:
        each = Records(con, sql, ("d1", "d2"), Scope.DELIVERY)
        both = Records(con, sql, ("d1", "d2"), Scope.STANDING, together=True)
        said = [sorted(con.execute(counting(alike, one)).fetchall()) for one in (each, both)]
    assert said == [[(0, 1, 1, 0), (1, 1, 0, 0)], [(1, 2, 1, 0)]]
    assert each.spans == (Span(0, "d1", "d1"), Span(1, "d2", "d2"))
    assert both.spans == (Span(1, "d2", "d1"),)
