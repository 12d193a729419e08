"""A city of four resources made in memory, and typed feeds made by hand, for tests of tables.

Belongs here: builders. Keep out: assertions.
`civil/person` is a snapshot with a column of every type; `civil/visit` an upsert with a composite
key of three types; `trade/firm` a change feed; `trade/staff` refers to persons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from authoritative.promotion import Candidate, Origin, promote
from catalog_specs.catalog import Catalog
from catalog_specs.models.city import CatalogFile, Figure, Profile
from catalog_specs.models.element import Element
from catalog_specs.models.feed import Feed
from catalog_specs.models.organisation import Department, Subject
from catalog_specs.models.resource import Item, Resource, Sharing
from catalog_specs.vocabulary import FeedKind, ItemType
from register.applied import Promotion
from register.bundles import Bundle
from register.records import Delivery
from storage.delta.table_shape import authoritative_shape, column_type
from storage.engines.relation import Relation
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.sql import identifier

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORIGIN = Origin(actor="tests", now=NOW, approval="批〔2026〕1号")

_ELEMENTS = {
    "resident_id": ("公民身份号码", ItemType.STRING, "natural_person"),
    "person_name": ("姓名", ItemType.STRING, "natural_person"),
    "birth_date": ("出生日期", ItemType.DATE, "natural_person"),
    "income": ("登记收入", ItemType.DECIMAL, "natural_person"),
    "seen_at": ("最近核验时间", ItemType.DATETIME, "natural_person"),
    "resident": ("是否常住", ItemType.BOOLEAN, "natural_person"),
    "visits": ("办事次数", ItemType.INTEGER, "natural_person"),
    "visit_no": ("办件编号", ItemType.INTEGER, "natural_person"),
    "visit_day": ("办件日期", ItemType.DATE, "natural_person"),
    "outcome": ("办理结果", ItemType.STRING, "natural_person"),
    "uscc": ("统一社会信用代码", ItemType.STRING, "legal_entity"),
    "firm_name": ("企业名称", ItemType.STRING, "legal_entity"),
    "capital": ("注册资本", ItemType.DECIMAL, "legal_entity"),
    "post": ("岗位", ItemType.STRING, "natural_person"),
}
_FIGURE = {
    name: Figure(value=3, unit="year", clause="一")
    for name in (
        "interface_days",
        "interface_extension_days",
        "correction_decision_days",
        "correction_days",
        "log_years",
        "k_anonymity",
        "minimum_cell",
        "snapshot_loss",
    )
}


def element(code: str) -> Element:
    """Return one of the elements above."""
    name, kind, subject = _ELEMENTS[code]
    return Element(code=code, name=name, subject=subject, type=kind, sensitivity="plain")


def resource(
    ref: str, kind: str, key: Sequence[str], items: Sequence[Item | str], subject: str
) -> Resource:
    """Return a resource; an item given as text is owned and named like its element."""
    department, name = ref.split("/")
    made = tuple(i if isinstance(i, Item) else Item(code=i, element=i) for i in items)
    changes = {"operation": "操作", "sequence": "序号"} if kind == "changes" else None
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
        feed=Feed.model_validate(
            {
                "kind": kind,
                "format": "csv",
                "columns": {i.code: i.code for i in made},
                "changes": changes,
            }
        ),
        items=made,
    )


def person(*more: str) -> Resource:
    """Return the person snapshot, with further owned items if named."""
    items = ("person_name", "resident_id", "birth_date", "income", "seen_at", "resident", "visits")
    return resource("civil/person", "snapshot", ["resident_id"], [*items, *more], "natural_person")


def visit() -> Resource:
    """Return the visit upsert: its key is a text, a number and a date."""
    key = ("resident_id", "visit_no", "visit_day")
    refers = Item(code="resident_id", element="resident_id", source="civil/person.resident_id")
    return resource(
        "civil/visit", "upsert", key, ["outcome", refers, "visit_no", "visit_day"], "natural_person"
    )


def firm() -> Resource:
    """Return the firm change feed."""
    items = ("uscc", "firm_name", "capital")
    return resource("trade/firm", "changes", ["uscc"], items, "legal_entity")


def staff() -> Resource:
    """Return a snapshot whose name and birth date are only compared with the person's."""
    items = (
        Item(code="resident_id", element="resident_id", source="civil/person.resident_id"),
        Item(code="name", element="person_name", source="civil/person.person_name"),
        Item(code="born", element="birth_date", source="civil/person.birth_date"),
        "post",
    )
    return resource("trade/staff", "snapshot", ["resident_id"], items, "natural_person")


def city(*resources: Resource) -> Catalog:
    """Return a catalogue of these resources; of all four when none is given."""
    chosen = resources or (person(), visit(), firm(), staff())
    return Catalog(
        root=Path("memory"),
        city=CatalogFile(
            catalog="small", name="小城", region="350500", profile="rules", authority="civil"
        ),
        profile=Profile(code="rules", name="测试规定", **_FIGURE),
        departments={
            code: Department(code=code, name=name, unit_code="1", roles=frozenset({"producer"}))
            for code, name in (("civil", "民政局"), ("trade", "市场监督管理局"))
        },
        subjects={
            "natural_person": Subject(
                code="natural_person", name="自然人", key=("resident_id",), view="人口"
            ),
            "legal_entity": Subject(code="legal_entity", name="法人", key=("uscc",), view="法人"),
        },
        elements={code: element(code) for code in _ELEMENTS},
        code_lists={},
        sensitivities={},
        resources={one.ref: one for one in chosen},
        grants={},
        open_sets={},
        files={},
        digest="0" * 64,
    )


def delivery(ref: str, sequence: int, rows: int = 0) -> Delivery:
    """Return a delivery's receipt."""
    return Delivery(
        resource=ref,
        delivery=f"{sequence:06}-{'a' * 12}",
        sequence=sequence,
        files=("feed.csv",),
        sha256="a" * 64,
        bytes=1,
        rows=rows,
        malformed=0,
        headers=(),
        landed_at=NOW.isoformat(),
    )


def feed(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    ref: str,
    records: Sequence[dict[str, Any]],
    table: str = "feed",
) -> Relation:
    """Make a typed feed table of records, numbered from 1 in the order given."""
    wanted = catalog.resource(ref)
    types = {item.code: column_type(catalog.element_of(item)) for item in wanted.items}
    columns = {"_row": "BIGINT", "_defect": "VARCHAR", "_raw": "VARCHAR", **types}
    if wanted.feed.kind is FeedKind.CHANGES:
        columns |= {"_op": "VARCHAR", "_seq": "BIGINT"}
    declared = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(table)} ({declared})")
    rows = [
        [number, *(record.get(name) for name in list(columns)[1:])]
        for number, record in enumerate(records, start=1)
    ]
    if rows:
        marks = ", ".join("?" for _ in columns)
        con.executemany(f"INSERT INTO {identifier(table)} VALUES ({marks})", rows)
    return Relation(con, table)


@contextmanager
def bench(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a workbench below `tmp_path`."""
    with open_workbench(tmp_path / "work") as con:
        yield con


def apply(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    catalog: Catalog,
    receipt: Delivery,
    records: Sequence[dict[str, Any]],
) -> Promotion:
    """Promote records as one delivery, all of them accepted."""
    accepted = feed(con, catalog, receipt.resource, records)
    (promotion,) = promote(layout, catalog, Candidate(Bundle((receipt,)), accepted), ORIGIN)
    return promotion


def stored(
    con: duckdb.DuckDBPyConnection, layout: Layout, catalog: Catalog, ref: str
) -> list[dict[str, Any]]:
    """Return the authoritative rows in the order of their keys."""
    from storage.delta.tables import scan_sql

    shape = authoritative_shape(catalog, catalog.resource(ref))
    found = con.sql(
        f"FROM {scan_sql(layout.authoritative(ref), shape.columns)} "
        f"ORDER BY {', '.join(catalog.resource(ref).key)}"
    )
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def someone(number: int, **changes: Any) -> dict[str, Any]:
    """Return a person's record with a value of every type."""
    record = {
        "resident_id": f"{number:018}",
        "person_name": f"人{number}",
        "birth_date": date(1950, 1, 1),
        "income": Decimal("12.30"),
        "seen_at": datetime(2024, 1, 1, 23, 30, 0, 123456),  # noqa: DTZ001 - the delivered clock
        "resident": number % 2 == 0,
        "visits": number,
    }
    return record | changes
