"""Breaches of the laws about elements, resources and their feeds."""

from __future__ import annotations

from tests.factories import change
from tests.unit.catalog_specs.breach import (
    GRANT,
    OPEN_SET,
    PERSON,
    PERSONS,
    PLACES,
    REGION,
    VISIT,
    Breach,
    at,
    new_element,
    new_item,
)

__all__ = ["FEEDS", "OWNERSHIP"]

OWNERSHIP = (
    at(
        "CAT-031",
        "a place of a draft that nobody filled in",
        (VISIT, "summary"),
        "still says `TODO`",
        change(summary="TODO"),
    ),
    at(
        "CAT-001",
        "two owners",
        (VISIT, "items[5]"),
        f"`{PERSON}` and `{VISIT}`",
        change(items__5__source=...),
    ),
    Breach(
        "CAT-002",
        "referred to and owned by nobody",
        VISIT,
        "items[5].source",
        "`person_alias`",
        {
            PERSONS: new_element("person_alias", "natural_person"),
            VISIT: change(items__5__element="person_alias"),
        },
    ),
    at(
        "CAT-004",
        "source of another element",
        (VISIT, "items[5].source"),
        "is not the owner of the element `person_name`",
        change(items__5__source="civil_affairs/person.sex"),
    ),
    at(
        "CAT-004",
        "source in the same resource",
        (PERSON, "items[6].source"),
        "is in the same resource",
        new_item("name_again", "person_name", source="civil_affairs/person.name"),
    ),
    at(
        "CAT-005",
        "nothing to compare by",
        (VISIT, "items[6].source"),
        "does not carry `division_code`",
        new_item("town", "division_name", source="civil_affairs/region.name"),
    ),
    Breach(
        "CAT-006",
        "a circle of two",
        PERSON,
        "items[4].references",
        "civil_affairs/person → civil_affairs/region → civil_affairs/person",
        {
            PLACES: new_element("division_head", "division"),
            REGION: new_item(
                "head", "division_head", references="civil_affairs/person.resident_id"
            ),
        },
    ),
    Breach(
        "CAT-017",
        "a fact about something else",
        PERSON,
        "items[2].element",
        "fact about `division`",
        {PERSONS: change(**{"2__subject": "division"})},
    ),
    at(
        "CAT-025",
        "not a key",
        (PERSON, "items[4].references"),
        "is not the key of its resource",
        change(items__4__references="civil_affairs/region.name"),
    ),
    Breach(
        "CAT-025",
        "types that never match",
        PERSON,
        "items[4].references",
        "never match",
        {PERSONS: change(**{"4__type": "integer"}), GRANT: None, OPEN_SET: None},
    ),
    at(
        "CAT-150",
        "renamed from an item of today",
        (PERSON, "items[5].formerly"),
        "`sex` is an item of today",
        change(items__5__formerly="sex"),
    ),
    at(
        "CAT-150",
        "two items that were one",
        (PERSON, "items[5].formerly"),
        "`old` is said to be `sex` as well",
        change(items__2__formerly="old", items__5__formerly="old"),
    ),
    at(
        "CAT-150",
        "renamed and retired",
        (PERSON, "items[5].formerly"),
        "`old` is retired, too",
        change(
            items__5__formerly="old",
            retired_items={"old": {"on": "2026-03-01", "reason": "停用"}},
        ),
    ),
    at(
        "CAT-151",
        "retired and collected",
        (PERSON, "retired_items.income"),
        "`income` is an item of today and retired",
        change(retired_items={"income": {"on": "2026-03-01", "reason": "停用"}}),
    ),
)

FEEDS = (
    at(
        "CAT-015",
        "a column for nothing",
        (VISIT, "feed.columns.备注"),
        "neither an item nor a part",
        change(feed__columns__备注="remark"),
    ),
    at(
        "CAT-015",
        "an item that nothing feeds",
        (PERSON, "feed.columns"),
        "fed by no column",
        change(feed__columns__登记收入=...),
    ),
    at(
        "CAT-015",
        "an item fed twice",
        (PERSON, "feed.columns"),
        "fed 2 times",
        change(feed__columns__曾用名="name"),
    ),
    at(
        "CAT-015",
        "a part that nothing delivers",
        (VISIT, "feed.compose.visited_at"),
        "no column delivers the part `minute`",
        change(feed__compose__visited_at="{day} {hour:02}:{minute:02}:00"),
    ),
    at(
        "CAT-015",
        "a compose for no item",
        (REGION, "feed.compose.label"),
        "there is no item `label`",
        change(feed__compose={"label": "{code}{name}"}),
    ),
    at(
        "CAT-015",
        "one word for two operations",
        (REGION, "feed.changes"),
        "stands for two things",
        change(
            feed__kind="changes",
            feed__changes={"operation": "操作", "sequence": "序号", "delete": ["U"]},
        ),
    ),
    at(
        "CAT-016",
        "a column that is no item",
        (PERSON, "quality[0].column"),
        "names the column `nam`",
        change(quality__0__column="nam"),
    ),
    at(
        "CAT-016",
        "a level for an unknown rule",
        (PERSON, "items[1].levels.lenght"),
        "no rule `lenght`",
        change(items__1__levels={"lenght": "warn"}),
    ),
    at(
        "CAT-018",
        "a key that does not identify the subject",
        (PERSON, "key"),
        "the key lacks `resident_id`",
        change(key=["name"]),
    ),
    at(
        "CAT-018",
        "a key that may be empty",
        (REGION, "items[0]"),
        "could be empty",
        change(items__0__required=False),
    ),
    at(
        "CAT-021",
        "a resource code twice",
        (VISIT, "code"),
        f"already used in `{REGION}`",
        change(code="306-350500-0001"),
    ),
    at(
        "CAT-022",
        "look-ahead in a pattern",
        (PLACES, "[0].pattern"),
        "(?=",
        change(**{"0__pattern": "(?=3)[0-9]{6}"}),
    ),
    at(
        "CAT-022",
        "a rule's pattern that does not compile",
        (PERSON, "quality[0].regex"),
        "unterminated character set",
        change(quality__0__regex="[ "),
    ),
    at(
        "CAT-027",
        "a length on a date",
        (PERSON, "items[3].length"),
        "needs type string",
        change(items__3__length={"max": 8}),
    ),
    at(
        "CAT-027",
        "a range upside down",
        (PERSONS, "[5].range"),
        "begins after it ends",
        change(**{"5__range": {"min": 2, "max": 1}}),
    ),
)
