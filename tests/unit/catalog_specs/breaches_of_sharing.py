"""Breaches of the laws about sharing types, departments, grants and open sets."""

from __future__ import annotations

from datetime import date

from tests.factories import change
from tests.unit.catalog_specs.breach import (
    CLASSES,
    GRANT,
    OFFICE,
    OPEN_SET,
    PERSON,
    PERSONS,
    REGION,
    VISIT,
    Breach,
    at,
)

__all__ = ["LEAVING", "SHARING"]

SHARING = (
    at(
        "CAT-007",
        "without basis",
        (VISIT, "share.legal_basis"),
        "legal basis",
        change(share__type="not_yet", share__methods=["verify"], share__review_on=date(2030, 1, 1)),
    ),
    at(
        "CAT-007",
        "without review",
        (VISIT, "share.review_on"),
        "looked at again",
        change(items__2__share="not_yet", share__legal_basis=["某法第一条"]),
    ),
    at(
        "CAT-008",
        "a basic item on conditions",
        (PERSON, "items[0].share"),
        "无条件共享",
        change(items__0__share="conditional"),
    ),
    at(
        "CAT-009",
        "no condition",
        (PERSON, "share.condition"),
        "naming its condition",
        change(share__condition=...),
    ),
    at(
        "CAT-010",
        "exempt without evidence",
        (VISIT, "aggregation.evidence"),
        "without evidence",
        change(aggregation={"mode": "exempt", "interface_spec": "接口规范1.0"}),
    ),
    at(
        "CAT-010",
        "exempt without interface",
        (VISIT, "aggregation.interface_spec"),
        "without an interface",
        change(aggregation={"mode": "exempt", "evidence": ["某法第二条"]}),
    ),
    at(
        "CAT-011",
        "a batch that is not filed",
        (REGION, "aggregation.filing_no"),
        "filing number",
        change(aggregation__filing_no=...),
    ),
    at(
        "CAT-024",
        "a base class without basic items",
        (REGION, "base_class"),
        "no resource of the base class",
        change(items__0__basic=False, items__1__basic=False),
    ),
    at(
        "CAT-024",
        "a basic item outside the base classes",
        (VISIT, "items[1].basic"),
        "none of the five",
        change(items__1__basic=True),
    ),
    at("CAT-014", "no steward", (OFFICE, "steward"), "数据管理员", change(steward=...)),
    at("CAT-014", "nobody responsible", (OFFICE, "responsible"), "分管", change(responsible=...)),
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

LEAVING = (
    at(
        "CAT-180",
        "a name that reads backwards",
        (OPEN_SET, "name"),
        "U+202E",
        change(name="人口\u202e数据"),
    ),
    at(
        "CAT-180",
        "an escape in a list",
        (OPEN_SET, "keywords[1]"),
        "U+001B",
        change(keywords=["人口", "构\x1b[31m成"]),
    ),
    at(
        "CAT-180",
        "a name of nothing in a code list",
        ("code_lists/sex.yaml", "values"),
        "U+200B",
        change(values={"1": "男性", "2": "女性", "9\u200b": "未说明"}),
    ),
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
    at(
        "CAT-013",
        "opened as it is",
        (OPEN_SET, "masks.residence"),
        "opened as it is",
        change(masks__residence={"mask": "keep"}),
    ),
    at(
        "CAT-013",
        "a pseudonym for everybody",
        (OPEN_SET, "masks.residence"),
        "as a pseudonym",
        change(masks__residence={"mask": "pseudonym"}),
    ),
    at(
        "CAT-023",
        "a grant's mask on the wrong type",
        (GRANT, "resources[0].masks.birth_date"),
        "needs string",
        change(resources__0__masks__birth_date={"mask": "partial"}),
    ),
    at(
        "CAT-023",
        "an element's mask on the wrong type",
        (PERSONS, "[5].masks.share"),
        "needs date or datetime",
        change(**{"5__masks": {"share": {"mask": "generalise_date", "to": "year"}}}),
    ),
    at(
        "CAT-020",
        "a quasi-identifier outside the set",
        (OPEN_SET, "quasi_identifiers[0]"),
        "not among the items",
        change(quasi_identifiers=["income"]),
    ),
    at(
        "CAT-020",
        "a quasi-identifier that is dropped",
        (OPEN_SET, "quasi_identifiers[0]"),
        "is dropped",
        change(masks__residence={"mask": "drop"}, quasi_identifiers=["residence"]),
    ),
    Breach(
        "CAT-020",
        "another opening type",
        OPEN_SET,
        "type",
        "授权开放",
        {PERSON: change(open__type="authorised")},
    ),
    at(
        "CAT-020",
        "nothing left to open",
        (OPEN_SET, "items"),
        "every item is dropped",
        change(items=["name"], masks=...),
    ),
)
