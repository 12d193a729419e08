"""Resources that a test declares in a line, and the catalogue that holds them.

Belongs here: `person`, a snapshot whose items are of every type and under every kind of rule;
`visit`, an upsert with a key of three types; `firm`, a change feed; `staff`, which only refers to
persons; any other `resource` of elements of the city or of `FURTHER`. Columns are headed by their
items' codes. Keep out: their records (`records`, `tables`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.domains.shapes import Shape
from catalog_specs.models.element import Element
from catalog_specs.models.feed import Feed
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Item, Resource, Sharing
from tests.city import FIRM, PERSON, REGION, STAFF, VISIT
from tests.city.declared import compiled

__all__ = [
    "SHAPED",
    "catalog_of",
    "contact",
    "element",
    "fed",
    "firm",
    "item",
    "person",
    "resource",
    "staff",
    "visit",
]

FURTHER: tuple[dict[str, Any], ...] = (
    {"code": "seen_at", "name": "最近核验时间", "type": "datetime"}
    | {"window": {"not_after": "today"}},
    {"code": "resident", "name": "是否常住", "type": "boolean"},
    {"code": "children", "name": "子女数", "type": "integer", "range": {"max": 9}},
    {"code": "employer", "name": "用人单位代码", "type": "string", "check": "credit_code"},
    {"code": "visit_number", "name": "办件编号", "type": "integer"},
    {"code": "visit_day", "name": "办件日期", "type": "date"},
    {"code": "outcome", "name": "办理结果", "type": "string"},
    {"code": "post", "name": "岗位", "type": "string"},
    {"code": "uscc", "name": "统一社会信用代码", "type": "string", "check": "credit_code"},
    {"code": "firm_name", "name": "企业名称", "type": "string", "length": {"max": 6}},
    {"code": "capital", "name": "注册资本", "type": "decimal", "range": {"min": 0}},
    *(
        {"code": shape.value, "name": shape.label, "type": "string", "shape": shape.value}
        for shape in Shape
        if shape is not Shape.PERSON_NAME
    ),
    {"code": "age", "name": "年龄", "type": "integer"},
    {"code": "place_code", "name": "常住区划代码", "type": "string"},
    {"code": "longitude", "name": "经度", "type": "decimal", "scale": 6},
    {"code": "latitude", "name": "纬度", "type": "decimal", "scale": 6},
    {"code": "holder", "name": "持有人姓名", "type": "string", "shape": "person_name"},
)
SHAPED = tuple("holder" if shape is Shape.PERSON_NAME else shape.value for shape in Shape)
"""An element of every shape."""
AREAS: dict[str, Any] = {
    "city": {"name": "本市", "corners": [["117.5", "24.3"], ["119.2", "25.95"]]},
    "bay": {
        "name": "海湾",
        "outline": [["118", "24"], ["119", "24"], ["119", "25"], ["118.5", "24.5"], ["118", "25"]],
    },
}
"""Areas: a box, and one that is not convex."""
LEGAL_ENTITY = {"code": "legal_entity", "name": "法人", "key": ["uscc"], "view": "法人"}
OF_FIRMS = ("uscc", "firm_name", "capital")


def catalog_of(*resources: Resource) -> Catalog:
    """Return a catalogue of divisions and these resources; of all four below when none is given."""
    chosen = resources or (person(), visit(), firm(), staff())
    return replace(_rest(), resources={one.ref: one for one in (_rest().resource(REGION), *chosen)})


@cache
def _rest() -> Catalog:
    """Return the city's catalogue with further elements; compiled once, as it is frozen."""
    elements = [
        {"subject": "legal_entity" if one["code"] in OF_FIRMS else "natural_person"}
        | {"sensitivity": "public"}
        | one
        for one in FURTHER
    ]
    return compiled(
        **{
            "elements/further.yaml": elements,
            "catalog.yaml": lambda document: document.update(areas=AREAS),
            "subjects.yaml": lambda subjects: subjects.append(LEGAL_ENTITY),
        }
    )


def element(code: str) -> Element:
    """Return an element of the city, or of `FURTHER`."""
    return _rest().elements[code]


def item(code: str, element: str = "", **more: Any) -> Item:
    """Return an item; without an element it is named like its own."""
    return Item.model_validate({"code": code, "element": element or code, **more})


def resource(
    ref: str,
    kind: str,
    key: Sequence[str],
    items: Sequence[Item | str],
    subject: str = "natural_person",
) -> Resource:
    """Return a resource; an item given as text is owned and named like its element."""
    department, name = ref.split("/")
    made = tuple(one if isinstance(one, Item) else item(one) for one in items)
    changes = {"operation": "操作", "sequence": "序号"} if kind == "changes" else None
    feed = {"kind": kind, "format": "csv", "nulls": ["", "无"], "changes": changes}
    return Resource(
        code=f"1-{ref}",
        resource=name,
        name=f"{name}信息",
        provider=department,
        summary=f"{name}的说明",
        subject=subject,
        key=tuple(key),
        update_cycle="daily",
        published_on=date(2024, 1, 2),
        share=Sharing(type="unconditional", methods=("query",)),
        feed=Feed.model_validate(feed | {"columns": {one.code: one.code for one in made}}),
        items=made,
    )


def fed(made: Resource, **changes: Any) -> Resource:
    """Return a resource that is fed otherwise."""
    feed = made.feed.model_validate(made.feed.model_dump(by_alias=True) | changes)
    return made.model_copy(update={"feed": feed})


def person(
    *named: Mapping[str, Any], more: Sequence[str] = (), levels: Mapping[str, str] | None = None
) -> Resource:
    """Return the person snapshot.

    With rules that are named, with further owned items, with levels of the rules of `name`.
    """
    name = {"required": True, "length": {"min": 2, "max": 5}, "levels": levels or {}}
    items: tuple[Item | str, ...] = (
        item("name", "person_name", **name),
        item("resident_id", required=True),
        "birth_date",
        item("income", range={"min": "0.10", "max": "1000"}),
        "seen_at",
        "resident",
        "sex",
        item("residence", pattern="[0-9]{6}", references=f"{REGION}.code"),
        "employer",
        "children",
    )
    rules = tuple(
        QualityRule.model_validate({"dimension": "accuracy", "description": "规则", **rule})
        for rule in named
    )
    made = resource(PERSON, "snapshot", ["resident_id"], [*items, *more])
    return made.model_copy(update={"quality": rules})


def visit() -> Resource:
    """Return the visit upsert: its key is a text, a number and a date."""
    items = ("outcome", _of_person("resident_id"), item("visit_no", "visit_number"), "visit_day")
    return resource(VISIT, "upsert", ("resident_id", "visit_no", "visit_day"), items)


def firm(levels: Mapping[str, str] | None = None) -> Resource:
    """Return the firm change feed, with levels of the rules of `firm_name`."""
    items = (
        item("uscc", required=True),
        item("firm_name", required=True, levels=levels or {}),
        "capital",
    )
    return resource(FIRM, "changes", ["uscc"], items, "legal_entity")


def staff() -> Resource:
    """Return a snapshot whose name and birth date are only compared with the person's."""
    items = (
        _of_person("resident_id"),
        _of_person("name", "person_name"),
        item("born", "birth_date", source=f"{PERSON}.birth_date"),
        "post",
    )
    return resource(STAFF, "snapshot", ["resident_id"], items)


def contact() -> Resource:
    """Return a snapshot whose items have every published shape there is."""
    return resource("housing_bureau/contact", "snapshot", ["holder"], SHAPED)


def dweller() -> Resource:
    """Return a snapshot whose items are held beside each other in every way there is."""
    items = (
        item("number", "resident_id", division={"on": "born", "or_later": True}),
        item("born", "birth_date", by_number={"item": "number", "part": "birth_date"}),
        item("sex", by_number={"item": "number", "part": "sex"}),
        item("age", age={"born": "born", "on": "seen_at", "within": 1}),
        "seen_at",
        item("place_code", division={}),
        item("longitude", within={"latitude": "latitude", "area": "bay"}),
        item("latitude"),
    )
    return resource("housing_bureau/dweller", "snapshot", ["number"], items)


def _of_person(code: str, element: str = "") -> Item:
    return item(code, element, source=f"{PERSON}.{code}")
