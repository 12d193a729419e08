"""A small city for tests of governance, with real Delta tables of persons and divisions.

Belongs here: builders. Keep out: assertions. The catalogue is compiled from the minimal city's
files without its laws being judged, because governance must fail closed by itself: tests change
single files as `tests.factories` describes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog_specs.catalog import Catalog
from catalog_specs.models.city import CatalogFile, Profile
from catalog_specs.models.element import CodeList, Element
from catalog_specs.models.organisation import Department, Subject
from catalog_specs.models.resource import Resource
from catalog_specs.models.sensitivity import Sensitivity
from catalog_specs.models.sharing import Grant, OpenSet
from governance.keys import KeyRing
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import authoritative_shape
from storage.delta.tables import version
from storage.layout import Layout
from tests.factories import Change, catalogue_documents

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
GRANT = "residents_for_office"
OPEN_SET = "resident_profile"
PERSON = "civil_affairs/person"
REGION = "civil_affairs/region"
VISIT = "data_office/visit"
GRANT_FILE = f"grants/{GRANT}.yaml"
OPEN_FILE = f"open_data/{OPEN_SET}.yaml"
KEYS = KeyRing({1: bytes(range(32))})

_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BOOLEAN": pa.bool_(),
    "DECIMAL(18,2)": pa.decimal128(18, 2),
}


def town(**changes: Change) -> Catalog:
    """Return the minimal city with single files changed; a file given as None is left out."""
    documents = catalogue_documents()
    for name, wanted in changes.items():
        if callable(wanted):
            wanted(documents[name])
        else:
            documents[name] = wanted
    kept = {name: document for name, document in documents.items() if document is not None}
    return Catalog(
        root=Path("memory"),
        city=CatalogFile.model_validate(kept["catalog.yaml"]),
        profile=Profile.model_validate(kept["profiles/test_rules.yaml"]),
        departments=_each(Department, kept, "departments/"),
        subjects={s["code"]: Subject.model_validate(s) for s in kept["subjects.yaml"]},
        elements=_listed(Element, kept, "elements/"),
        code_lists=_each(CodeList, kept, "code_lists/"),
        sensitivities=_listed(Sensitivity, kept, "masking/"),
        resources={one.ref: one for one in _each(Resource, kept, "resources/").values()},
        grants=_each(Grant, kept, "grants/"),
        open_sets=_each(OpenSet, kept, "open_data/"),
        files={},
        digest="0" * 64,
    )


def _each(model: Any, documents: Mapping[str, Any], folder: str) -> dict[str, Any]:
    found = [
        model.model_validate(document)
        for name, document in documents.items()
        if name.startswith(folder) and name.endswith(".yaml")
    ]
    return {one.code: one for one in found}


def _listed(model: Any, documents: Mapping[str, Any], folder: str) -> dict[str, Any]:
    lists = [document for name, document in documents.items() if name.startswith(folder)]
    return {one["code"]: model.model_validate(one) for group in lists for one in group}


def fill(layout: Layout, catalog: Catalog, ref: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append rows to a resource's authoritative table; what a row leaves out is null."""
    path = layout.authoritative(ref)
    shape = authoritative_shape(catalog, catalog.resource(ref))
    fields = [pa.field(column.name, _ARROW[column.type]) for column in shape.columns]
    lineage = {"_delivery": "000001-aaaaaaaaaaaa", "_row": 1}
    complete = [{name: row.get(name) for name in shape.names} | lineage for row in rows]
    table = pa.Table.from_pylist(complete, schema=pa.schema(fields))
    append(path, table, Commit("tests", 1 + (version(path) or 0)), shape)


def person(number: int, **changes: Any) -> dict[str, Any]:
    """Return one person of 3505…, born between 1950 and 1999."""
    record = {
        "resident_id": f"3505{number:014}",
        "name": f"张某{number:06}",
        "sex": str(1 + number % 2),
        "birth_date": date(1950 + number % 50, 1 + number % 12, 1 + number % 28),
        "residence": "350502" if number % 3 else "350503",
        "income": Decimal(number) / 4,
    }
    return record | changes


def people(count: int) -> list[dict[str, Any]]:
    """Return that many persons."""
    return [person(number) for number in range(count)]


def bytes_below(*places: Path) -> Iterable[tuple[Path, bytes]]:
    """Yield every file below some places, hidden ones included, with its bytes."""
    for place in places:
        paths = place.rglob("*") if place.is_dir() else [place]
        yield from ((path, path.read_bytes()) for path in paths if path.is_file())
