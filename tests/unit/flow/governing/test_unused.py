"""Unused grants: in force for so many days, and nothing was taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from audit.acts import Act, Operation
from audit.log import AuditLog
from flow.city import City
from flow.governing.unused import unused_grants
from tests.city import GRANT, NOW, TODAY
from tests.city.declared import compiled
from tests.city.homes import city_of


def enter(city: City, operation: Operation) -> None:
    """Enter an act under the grant."""
    said = dict.fromkeys(("purpose", "user", "approver", "content", "way", "medium"), "某")
    AuditLog(city.layout).append([Act(operation, at=NOW.isoformat(), grant=GRANT, **said)])


def test_a_grant_is_unused_until_something_is_taken(tmp_path: Path) -> None:
    """Making its share is no use, a query is one; and nobody is asked before the days are over."""
    city = city_of(compiled(), tmp_path)
    later = replace(city, clock=lambda: NOW + timedelta(days=30))
    assert unused_grants(city, 30) == ()
    assert unused_grants(later, 30) == ((GRANT, TODAY),)
    assert unused_grants(later, 31) == ()
    enter(city, Operation.SHARE)
    assert unused_grants(later, 30) == ((GRANT, TODAY),)
    enter(city, Operation.QUERY)
    assert unused_grants(later, 30) == ()
