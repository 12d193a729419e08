"""The breaches: for every law, changes to the minimal city that break this law and no other.

Belongs here: the table that `test_laws` goes through. Keep out: assertions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.factories import Change, change

__all__ = ["BREACHES", "Breach"]

REGION = "resources/civil_affairs/region.yaml"
PERSON = "resources/civil_affairs/person.yaml"
VISIT = "resources/data_office/visit.yaml"
GRANT = "grants/residents_for_office.yaml"
OPEN_SET = "open_data/resident_profile.yaml"
PLACES = "elements/places.yaml"
PERSONS = "elements/persons.yaml"
CLASSES = "masking/sensitivities.yaml"
SUBJECTS = "subjects.yaml"
OFFICE = "departments/data_office.yaml"


@dataclass(frozen=True)
class Breach:
    """The law that is broken, where its problem must stand, what it must say, and the changes."""

    law: str
    name: str
    file: str
    path: str
    says: str
    changes: dict[str, Change]


def new_item(code: str, element: str, **more: Any) -> Change:
    """Return an edit that adds an item and a column that feeds it."""

    def edit(document: Any) -> None:
        document["items"].append({"code": code, "element": element, **more})
        document["feed"]["columns"][code] = code

    return edit


def new_element(code: str, subject: str, **more: Any) -> Change:
    """Return an edit that adds an element to a list of elements."""

    def edit(document: Any) -> None:
        plain = {"code": code, "name": code, "subject": subject, "type": "string"}
        document.append({**plain, "sensitivity": "public", **more})

    return edit


def _at(law: str, name: str, where: tuple[str, str], says: str, edit: Change) -> Breach:
    """Return a breach whose changes and problem are in one file."""
    return Breach(law, name, *where, says, {where[0]: edit})


OWNERSHIP = (
    _at(
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
    _at(
        "CAT-004",
        "source of another element",
        (VISIT, "items[5].source"),
        "is not the owner of the element `person_name`",
        change(items__5__source="civil_affairs/person.sex"),
    ),
    _at(
        "CAT-004",
        "source in the same resource",
        (PERSON, "items[6].source"),
        "is in the same resource",
        new_item("name_again", "person_name", source="civil_affairs/person.name"),
    ),
    _at(
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
    _at(
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
)

SHARING = (
    _at(
        "CAT-007",
        "without basis",
        (VISIT, "share.legal_basis"),
        "legal basis",
        change(share__type="not_yet", share__review_on=date(2030, 1, 1)),
    ),
    _at(
        "CAT-007",
        "without review",
        (VISIT, "share.review_on"),
        "looked at again",
        change(items__2__share="not_yet", share__legal_basis=["某法第一条"]),
    ),
    _at(
        "CAT-008",
        "a basic item on conditions",
        (PERSON, "items[0].share"),
        "无条件共享",
        change(items__0__share="conditional"),
    ),
    _at(
        "CAT-009",
        "no condition",
        (PERSON, "share.condition"),
        "naming its condition",
        change(share__condition=...),
    ),
    _at(
        "CAT-010",
        "exempt without evidence",
        (VISIT, "aggregation.evidence"),
        "without evidence",
        change(aggregation={"mode": "exempt", "interface_spec": "接口规范1.0"}),
    ),
    _at(
        "CAT-010",
        "exempt without interface",
        (VISIT, "aggregation.interface_spec"),
        "without an interface",
        change(aggregation={"mode": "exempt", "evidence": ["某法第二条"]}),
    ),
    _at(
        "CAT-011",
        "a batch that is not filed",
        (REGION, "aggregation.filing_no"),
        "filing number",
        change(aggregation__filing_no=...),
    ),
    _at(
        "CAT-024",
        "a base class without basic items",
        (REGION, "base_class"),
        "no resource of the base class",
        change(items__0__basic=False, items__1__basic=False),
    ),
    _at(
        "CAT-024",
        "a basic item outside the base classes",
        (VISIT, "items[1].basic"),
        "none of the five",
        change(items__1__basic=True),
    ),
    _at("CAT-014", "no steward", (OFFICE, "steward"), "数据管理员", change(steward=...)),
    _at("CAT-014", "nobody responsible", (OFFICE, "responsible"), "分管", change(responsible=...)),
    Breach(
        "CAT-026",
        "not a consumer",
        GRANT,
        "consumer",
        "数据应用单位",
        {OFFICE: change(roles=["authority", "producer"])},
    ),
    Breach(
        "CAT-026",
        "not an authority",
        "catalog.yaml",
        "authority",
        "数据管理机构",
        {OFFICE: change(roles=["consumer", "producer"])},
    ),
)

FEEDS = (
    _at(
        "CAT-015",
        "a column for nothing",
        (VISIT, "feed.columns.备注"),
        "neither an item nor a part",
        change(feed__columns__备注="remark"),
    ),
    _at(
        "CAT-015",
        "an item that nothing feeds",
        (PERSON, "feed.columns"),
        "fed by no column",
        change(feed__columns__登记收入=...),
    ),
    _at(
        "CAT-015",
        "an item fed twice",
        (PERSON, "feed.columns"),
        "fed 2 times",
        change(feed__columns__曾用名="name"),
    ),
    _at(
        "CAT-015",
        "a part that nothing delivers",
        (VISIT, "feed.compose.visited_at"),
        "no column delivers the part `minute`",
        change(feed__compose__visited_at="{day} {hour:02}:{minute:02}:00"),
    ),
    _at(
        "CAT-015",
        "a compose for no item",
        (REGION, "feed.compose.label"),
        "there is no item `label`",
        change(feed__compose={"label": "{code}{name}"}),
    ),
    _at(
        "CAT-015",
        "one word for two operations",
        (REGION, "feed.changes"),
        "stands for two things",
        change(
            feed__kind="changes",
            feed__changes={"operation": "操作", "sequence": "序号", "delete": ["U"]},
        ),
    ),
    _at(
        "CAT-016",
        "a column that is no item",
        (PERSON, "quality[0].column"),
        "names the column `nam`",
        change(quality__0__column="nam"),
    ),
    _at(
        "CAT-016",
        "a level for an unknown rule",
        (PERSON, "items[1].levels.lenght"),
        "no rule `lenght`",
        change(items__1__levels={"lenght": "warn"}),
    ),
    _at(
        "CAT-018",
        "a key that does not identify the subject",
        (PERSON, "key"),
        "the key lacks `resident_id`",
        change(key=["name"]),
    ),
    _at(
        "CAT-018",
        "a key that may be empty",
        (REGION, "items[0]"),
        "could be empty",
        change(items__0__required=False),
    ),
    _at(
        "CAT-021",
        "a resource code twice",
        (VISIT, "code"),
        f"already used in `{REGION}`",
        change(code="306-350500-0001"),
    ),
    _at(
        "CAT-022",
        "look-ahead in a pattern",
        (PLACES, "[0].pattern"),
        "(?=",
        change(**{"0__pattern": "(?=3)[0-9]{6}"}),
    ),
    _at(
        "CAT-022",
        "a rule's pattern that does not compile",
        (PERSON, "quality[0].regex"),
        "unterminated character set",
        change(quality__0__regex="[ "),
    ),
    _at(
        "CAT-027",
        "a length on a date",
        (PERSON, "items[3].length"),
        "needs type string",
        change(items__3__length={"max": 8}),
    ),
    _at(
        "CAT-027",
        "a range upside down",
        (PERSONS, "[5].range"),
        "begins after it ends",
        change(**{"5__range": {"min": 2, "max": 1}}),
    ),
)

LEAVING = (
    Breach(
        "CAT-012",
        "no mask named anywhere",
        GRANT,
        "resources[0].items[4]",
        "leaves without a mask",
        {CLASSES: change(**{"1__share": ...})},
    ),
    Breach(
        "CAT-012",
        "level 5 in the clear",
        GRANT,
        "resources[0].masks.residence",
        "in the clear",
        {
            CLASSES: change(**{"1__level": 5}),
            GRANT: change(resources__0__masks__residence={"mask": "keep"}),
        },
    ),
    _at(
        "CAT-013",
        "opened as it is",
        (OPEN_SET, "masks.residence"),
        "opened as it is",
        change(masks__residence={"mask": "keep"}),
    ),
    _at(
        "CAT-013",
        "a pseudonym for everybody",
        (OPEN_SET, "masks.residence"),
        "as a pseudonym",
        change(masks__residence={"mask": "pseudonym"}),
    ),
    _at(
        "CAT-023",
        "a grant's mask on the wrong type",
        (GRANT, "resources[0].masks.birth_date"),
        "needs string",
        change(resources__0__masks__birth_date={"mask": "partial"}),
    ),
    _at(
        "CAT-023",
        "an element's mask on the wrong type",
        (PERSONS, "[5].masks.share"),
        "needs date or datetime",
        change(**{"5__masks": {"share": {"mask": "generalise_date", "to": "year"}}}),
    ),
    _at(
        "CAT-020",
        "quasi-identifiers left out",
        (OPEN_SET, "quasi_identifiers"),
        "about persons",
        change(quasi_identifiers=...),
    ),
    _at(
        "CAT-020",
        "a quasi-identifier outside the set",
        (OPEN_SET, "quasi_identifiers[3]"),
        "not among the items",
        change(quasi_identifiers__3="income"),
    ),
    _at(
        "CAT-020",
        "a quasi-identifier that is dropped",
        (OPEN_SET, "quasi_identifiers[2]"),
        "is dropped",
        change(masks__residence={"mask": "drop"}),
    ),
    Breach(
        "CAT-020",
        "another opening type",
        OPEN_SET,
        "type",
        "授权开放",
        {PERSON: change(open__type="authorised")},
    ),
    _at(
        "CAT-020",
        "nothing left to open",
        (OPEN_SET, "items"),
        "every item is dropped",
        change(items=["name"], masks=..., quasi_identifiers=...),
    ),
)

GRANTS = (
    Breach(
        "CAT-019",
        "a batch without a reason",
        GRANT,
        "batch_reason",
        "does not suffice",
        {GRANT: change(method="batch"), PERSON: change(share__methods__3="batch")},
    ),
    _at(
        "CAT-019",
        "a method that is not offered",
        (GRANT, "resources[0].resource"),
        "not shared by `batch`",
        change(method="batch", batch_reason="每日比对全量"),
    ),
    Breach(
        "CAT-019",
        "rows of what is not shared yet",
        GRANT,
        "resources[0].resource",
        "it answers, it does not leave",
        {
            PERSON: change(
                items__4__share="not_yet",
                share__legal_basis=["某法第三条"],
                share__review_on=date(2030, 1, 1),
            )
        },
    ),
    _at(
        "CAT-019",
        "no approval of the producer",
        (GRANT, "approvals"),
        "approval of `civil_affairs`",
        change(approvals__1=...),
    ),
    _at(
        "CAT-019",
        "approved after it begins",
        (GRANT, "approvals[0].on"),
        "after the grant begins",
        change(approvals__0__on=date(2024, 3, 2)),
    ),
    _at(
        "CAT-019",
        "a resource twice",
        (GRANT, "resources[1].resource"),
        "granted twice",
        change(resources__1={"resource": "civil_affairs/person", "items": ["sex"]}),
    ),
    _at(
        "CAT-019",
        "a mask for nothing",
        (GRANT, "resources[0].masks.income"),
        "not among the items",
        change(resources__0__masks__income={"mask": "drop"}),
    ),
    _at(
        "CAT-019",
        "an item that is only compared",
        (GRANT, "resources[1].items[1]"),
        "take `civil_affairs/person.name`",
        change(resources__1={"resource": "data_office/visit", "items": ["visit_no", "name"]}),
    ),
    _at(
        "CAT-019",
        "a value of another type",
        (GRANT, "resources[0].where[0].value"),
        "not a value of type date",
        change(resources__0__where=[{"item": "birth_date", "op": "ge", "value": 1990}]),
    ),
    _at(
        "CAT-019",
        "a value that is no code",
        (GRANT, "resources[0].where[0].value"),
        "not a code of `sex`",
        change(resources__0__where=[{"item": "sex", "op": "in", "value": ["1", "3"]}]),
    ),
    _at(
        "CAT-019",
        "an operator that does not fit",
        (GRANT, "resources[0].where[0].op"),
        "does not work on date",
        change(resources__0__where=[{"item": "birth_date", "op": "starts_with", "value": "19"}]),
    ),
    _at(
        "CAT-019",
        "nothing left to hand out",
        (GRANT, "resources[0].items"),
        "nothing would be handed out",
        change(
            resources__0={
                "resource": "civil_affairs/person",
                "items": ["sex"],
                "masks": {"sex": {"mask": "drop"}},
            }
        ),
    ),
)


def _unknown(name: str, where: tuple[str, str], says: str, edit: Change) -> Breach:
    return _at("CAT-003", f"unknown {name}", where, says, edit)


UNKNOWN = (
    _unknown("profile", ("catalog.yaml", "profile"), "`test_rules`", change(profile="test_rule")),
    _unknown(
        "sensitivity",
        (PLACES, "[1].sensitivity"),
        "`public`",
        change(**{"1__sensitivity": "publc"}),
    ),
    _unknown("code list", (PERSONS, "[2].code_list"), "`sex`", change(**{"2__code_list": "sexx"})),
    _unknown(
        "resource",
        (PERSON, "items[4].references"),
        "`civil_affairs/region`",
        change(items__4__references="civil_affairs/regoin.code"),
    ),
    _unknown(
        "item",
        (VISIT, "items[5].source"),
        "`name`",
        change(items__5__source="civil_affairs/person.nam"),
    ),
    _unknown("consumer", (GRANT, "consumer"), "`data_office`", change(consumer="data_ofice")),
    _unknown(
        "granted item",
        (GRANT, "resources[0].items[5]"),
        "`income`",
        change(resources__0__items__5="incom"),
    ),
    _unknown(
        "filtered item",
        (OPEN_SET, "where[0].item"),
        "`sex`",
        change(where=[{"item": "sexe", "op": "not_null"}]),
    ),
    _unknown(
        "related resource",
        (VISIT, "related[0]"),
        "`306-350500-0002`",
        change(related=["306-350500-002"]),
    ),
)

BREACHES = (*OWNERSHIP, *SHARING, *FEEDS, *LEAVING, *GRANTS, *UNKNOWN)
