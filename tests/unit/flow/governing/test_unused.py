"""Unused grants: in force for so many days, and nothing was taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from audit.acts import Act, Operation
from audit.log import AuditLog
from flow.city import City
from flow.governing.unused import UnusedPart, unused_grants, unused_parts
from tests.city import GRANT, GRANT_FILE, NOW, PERSON, TODAY
from tests.city.declared import change, compiled
from tests.city.homes import city_of


def enter(city: City, operation: Operation, resource: str = "", **facts: str) -> None:
    """Enter an act under the grant."""
    said = dict.fromkeys(("purpose", "user", "approver", "content", "way", "medium"), "某")
    act = Act(operation, at=NOW.isoformat(), grant=GRANT, resource=resource, facts=facts, **said)
    AuditLog(city.layout).append([act])


def test_a_grant_is_unused_until_something_is_taken(tmp_path: Path) -> None:
    """Making its share is no use, a query is one; and nobody is asked before the days are over."""
    city = city_of(compiled(), tmp_path)
    later = replace(city, clock=lambda: NOW + timedelta(days=30))
    assert unused_grants(city, 30) == ()
    assert unused_grants(later, 30) == ((GRANT, TODAY),)
    assert unused_grants(later, 31) == ()
    enter(city, Operation.SHARE)
    assert unused_grants(later, 30) == ((GRANT, TODAY),)
    enter(city, Operation.QUERY, refused="no_key")
    enter(city, Operation.ACCESS, stranger="yes")
    assert unused_grants(later, 30) == ((GRANT, TODAY),)
    enter(city, Operation.QUERY)
    assert unused_grants(later, 30) == ()


def test_a_part_is_unused_when_only_the_rest_is_taken(tmp_path: Path) -> None:
    """Items by what statistics were counted by; nothing is said of what nobody can see."""
    edits = {"method": "statistics", "resources__0__where": []}
    methods = {f"resources/{PERSON}.yaml": change(share__methods=["statistics", "query"])}
    city = city_of(compiled(**{GRANT_FILE: change(**edits)}, **methods), tmp_path)
    later = replace(city, clock=lambda: NOW + timedelta(days=30))
    assert unused_parts(later, 30) == ()  # all of it is
    items = city.catalog.grants[GRANT].resources[0].items
    enter(city, Operation.ANALYSE, PERSON, by=f"{items[0]}、{items[1]}")
    assert unused_parts(later, 30) == tuple(
        UnusedPart(GRANT, f"{PERSON}.{code}", TODAY) for code in items[2:]
    )
    assert unused_parts(later, 31) == ()
    assert unused_grants(later, 30) == ()


def test_a_resource_that_nobody_asked_is_unused(tmp_path: Path) -> None:
    """Of a grant of two, of which one is used."""
    other = {"resource": "civil_affairs/region", "items": ["code", "name"]}
    city = city_of(compiled(**{GRANT_FILE: change(resources__1=other)}), tmp_path)
    later = replace(city, clock=lambda: NOW + timedelta(days=30))
    enter(city, Operation.QUERY, PERSON)
    found = [one.where for one in unused_parts(later, 30)]
    assert found == ["civil_affairs/region"]
