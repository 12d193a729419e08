"""A city with one resource of each feed kind and a rule of every kind, and deliveries of it.

Belongs here: builders. Keep out: assertions.
`office/region` is what others reference; `office/person` a snapshot whose items carry every kind of
rule and some named ones; `office/firm` a change feed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog_specs.catalog import Catalog
from catalog_specs.models.city import CatalogFile, Figure, Profile
from catalog_specs.models.element import CodeList, Element
from catalog_specs.models.feed import Feed
from catalog_specs.models.resource import Item, QualityRule, Resource, Sharing
from landing.landing import land
from register.records import Delivery
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import arrow_schema, authoritative_shape
from storage.layout import Layout

NOW = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
"""Already 3 March 2026 in the profile's time zone."""

_FIGURES = {
    name: Figure(value=3, unit="year", clause="一")
    for name, field in Profile.model_fields.items()
    if field.annotation is Figure
}
_ELEMENTS: tuple[dict[str, Any], ...] = (
    {"code": "region_code", "name": "行政区划代码", "type": "string", "pattern": "[0-9]{6}"},
    {"code": "region_name", "name": "行政区划名称", "type": "string"},
    {"code": "resident_id", "name": "公民身份号码", "type": "string", "check": "resident_id"},
    {"code": "name", "name": "姓名", "type": "string", "length": {"min": 2, "max": 5}},
    {"code": "sex", "name": "性别", "type": "string", "code_list": "sex"},
    {
        "code": "born",
        "name": "出生日期",
        "type": "date",
        "window": {"not_before": "1900-01-01", "not_after": "today"},
    },
    {"code": "seen", "name": "核验时间", "type": "datetime", "window": {"not_after": "today"}},
    {
        "code": "income",
        "name": "登记收入",
        "type": "decimal",
        "range": {"min": "0.10", "max": "1000"},
    },
    {"code": "children", "name": "子女数", "type": "integer", "range": {"max": 9}},
    {"code": "home", "name": "户籍区划", "type": "string", "pattern": "[0-9]{6}"},
    {"code": "employer", "name": "用人单位代码", "type": "string", "check": "credit_code"},
    {"code": "uscc", "name": "统一社会信用代码", "type": "string", "check": "credit_code"},
    {"code": "firm_name", "name": "企业名称", "type": "string", "length": {"max": 6}},
    {"code": "capital", "name": "注册资本", "type": "decimal", "range": {"min": 0}},
)
ELEMENTS = {
    spec["code"]: Element.model_validate({"subject": "thing", "sensitivity": "plain"} | spec)
    for spec in _ELEMENTS
}
PERSON_COLUMNS = (
    "resident_id", "name", "sex", "born", "seen", "income", "children", "home", "employer",
)  # fmt: skip
GOOD_PERSON = {
    "resident_id": "11010519491231002X",
    "name": "张三",
    "sex": "1",
    "born": "1949-12-31",
    "seen": "2026-03-03 23:59:59",
    "income": "0.10",
    "children": "9",
    "home": "350502",
    "employer": "91350100M000100Y43",
}
"""A record that fails no rule; the id is the standard's own example."""


def resource(name: str, kind: str, key: Sequence[str], items: Sequence[Item | str]) -> Resource:
    """Return a resource of the office; an item given as text is named like its element."""
    made = tuple(i if isinstance(i, Item) else Item(code=i, element=i) for i in items)
    changes = {"operation": "操作", "sequence": "序号"} if kind == "changes" else None
    feed = {
        "kind": kind,
        "format": "csv",
        "columns": {ELEMENTS[i.element].name: i.code for i in made},
        "changes": changes,
        "nulls": ["", "无"],
    }
    return Resource(
        code=f"1-{name}",
        resource=name,
        name=f"{name}信息",
        provider="office",
        summary=f"{name}的说明",
        subject="thing",
        key=tuple(key),
        update_cycle="daily",
        published_on=date(2024, 1, 2),
        share=Sharing(type="unconditional", methods=("query",)),
        feed=Feed.model_validate(feed),
        items=made,
    )


def region() -> Resource:
    """Return the divisions that homes must be among."""
    items = [Item(code="code", element="region_code", required=True), _item("name", "region_name")]
    return resource("region", "snapshot", ["code"], items)


def person(*named: Mapping[str, Any], levels: Mapping[str, str] | None = None) -> Resource:
    """Return the person snapshot with further named rules, or levels of the rules of `name`."""
    items: list[Item | str] = [
        _item("resident_id", "resident_id", required=True),
        _item("name", "name", required=True, levels=dict(levels or {})),
        *("sex", "born", "seen", "income", "children"),
        _item("home", "home", references="office/region.code"),
        "employer",
    ]
    made = resource("person", "snapshot", ["resident_id"], items)
    rules = tuple(
        QualityRule.model_validate({"dimension": "accuracy", "description": "规则", **rule})
        for rule in named
    )
    return made.model_copy(update={"quality": rules})


def firm(levels: Mapping[str, str] | None = None) -> Resource:
    """Return the firm change feed, with levels of the rules of `firm_name`."""
    items: list[Item | str] = [
        _item("uscc", "uscc", required=True),
        _item("firm_name", "firm_name", required=True, levels=dict(levels or {})),
        "capital",
    ]
    return resource("firm", "changes", ["uscc"], items)


def _item(code: str, element: str, **more: Any) -> Item:
    return Item.model_validate({"code": code, "element": element, **more})


def city(*resources: Resource) -> Catalog:
    """Return a catalogue of the region and these resources."""
    held = {one.ref: one for one in (region(), *resources)}
    profile = Profile.model_validate({"code": "test", "name": "测试", **_FIGURES})
    sexes = CodeList(code="sex", name="性别代码", values={"1": "男性", "2": "女性"})
    return Catalog(
        root=Path(),
        city=CatalogFile(
            catalog="test", name="测试市", region="350500", profile="test", authority="office"
        ),
        profile=profile,
        departments={},
        subjects={},
        elements=ELEMENTS,
        code_lists={"sex": sexes},
        sensitivities={},
        resources=held,
        grants={},
        open_sets={},
        files={},
        digest="digest",
    )


def regions(layout: Layout, catalog: Catalog, *codes: str) -> None:
    """Make the authoritative table of divisions."""
    shape = authoritative_shape(catalog, catalog.resource("office/region"))
    rows = [{"code": c, "name": "区", "_delivery": "d", "_row": n} for n, c in enumerate(codes)]
    table = pa.Table.from_pylist(rows, schema=arrow_schema(shape.columns))
    append(layout.authoritative("office/region"), table, Commit("test", 1), shape)


def people(*changes: Mapping[str, str | None]) -> list[dict[str, str | None]]:
    """Return one good person after another, with valid ids of their own, each changed as given."""
    return [{**GOOD_PERSON, "resident_id": resident_id(n), **c} for n, c in enumerate(changes)]


def resident_id(number: int) -> str:
    """Return the valid id of the `number`-th person born on one day in one place."""
    stem = f"35050219800101{number:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, stem, strict=True))
    return stem + "10X98765432"[total % 11]


def csv_text(made: Resource, records: Sequence[Mapping[str, str | None]]) -> str:
    """Return records as the department would write them."""
    headers = list(made.feed.columns)
    if made.feed.changes is not None:
        headers += [made.feed.changes.operation, made.feed.changes.sequence]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(headers)
    names = dict(made.feed.columns) | {"操作": "_op", "序号": "_seq"}
    writer.writerows([record.get(names[header]) for header in headers] for record in records)
    return stream.getvalue()


def deliver(layout: Layout, catalog: Catalog, ref: str, text: str) -> Delivery:
    """Put a file into the inbox and land it; the refusal, if any, is landing's own."""
    made = catalog.resource(ref)
    path = layout.inbox(ref) / f"{abs(hash(text))}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    landed = land(layout, catalog, made, path, NOW)
    assert isinstance(landed, Delivery)
    return replace(landed)
