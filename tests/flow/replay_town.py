"""A small town whose catalogue and deliveries a test writes as it goes.

Belongs here: builders and looks from outside. Keep out: assertions. `person` is a snapshot, `visit`
an upsert, `permit` a change feed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from stdnum.cn import ric

from catalog_specs.loader import load
from flow.city import City
from flow.stops import judge_waiting, land_waiting, promote_waiting
from governance.keys import KeyRing
from quality.quarantine.states import Chosen, KeptRecord, records
from register.records import Outcome
from storage.delta.tables import snapshot
from storage.engines.workbench import Limits
from storage.layout import Layout
from tests.factories import MASTER_KEY, write_catalog

__all__ = ["NOW", "PEOPLE", "PERMIT", "PERSON", "REGION", "VISIT", "Town", "csv_text", "person_id"]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REGION, PERSON = "civil_affairs/region", "civil_affairs/person"
VISIT, PERMIT = "data_office/visit", "data_office/permit"
PEOPLE = "公民身份号码,姓名,性别,出生日期,户籍区划,登记收入"

_PERMIT: dict[str, Any] = {
    "code": "145-350500-0002",
    "resource": "permit",
    "name": "许可信息",
    "provider": "data_office",
    "summary": "本市核发的许可。",
    "subject": "division",
    "key": ["division", "permit_no"],
    "update_cycle": "daily",
    "published_on": "2024-01-02",
    "share": {"type": "unconditional", "methods": ["query"]},
    "aggregation": {"mode": "realtime"},
    "feed": {
        "kind": "changes",
        "format": "csv",
        "changes": {"operation": "操作", "sequence": "序号"},
        "columns": {"区划代码": "division", "许可编号": "permit_no", "许可名称": "permit_name"},
    },
    "items": [
        {
            "code": "division",
            "element": "division_code",
            "source": "civil_affairs/region.code",
            "required": True,
        },
        {"code": "permit_no", "element": "permit_no", "required": True},
        {
            "code": "permit_name",
            "element": "permit_name",
            "required": True,
            "length": {"min": 1, "max": 4},
        },
    ],
}
_ELEMENTS = [
    {"code": code, "name": name, "subject": "division", "type": "string", "sensitivity": "public"}
    for code, name in (("permit_no", "许可编号"), ("permit_name", "许可名称"))
]


@dataclass
class Town:
    """A home, and a catalogue that `declare` changes."""

    folder: Path
    changes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Deliver the divisions that persons refer to."""
        self.declare()
        self.take(REGION, "regions.csv", "区划代码,区划名称\n350500,一区\n350501,二区\n")

    @property
    def home(self) -> Path:
        """Return the home folder."""
        return self.folder / "home"

    @property
    def layout(self) -> Layout:
        """Return the home's layout."""
        return Layout(self.home)

    def declare(self, **changes: Any) -> None:
        """Write the catalogue anew, with further changes (see `tests.factories`)."""
        self.changes |= changes
        made = {
            "resources/data_office/permit.yaml": _PERMIT,
            "elements/permits.yaml": _ELEMENTS,
        }
        shutil.rmtree(self.folder / "catalogue", ignore_errors=True)
        root = write_catalog(self.folder, **(made | self.changes))
        keys = KeyRing.load(MASTER_KEY, where="tests")
        self.city = City(load(root), self.layout, keys, lambda: NOW, limits=Limits("256MB", 2))

    def take(self, ref: str, name: str, text: str) -> Outcome:
        """Deliver one file and take it the whole way; return its outcome."""
        path = self.layout.inbox(ref) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        os.utime(path, (NOW.timestamp() - 60,) * 2)
        land_waiting(self.city, ref)
        judge_waiting(self.city, ref)
        return promote_waiting(self.city, ref)[-1]

    def kept(self, ref: str, **chosen: Any) -> list[KeptRecord]:
        """Return what is quarantined of a resource."""
        with duckdb.connect() as con:
            resource = self.city.catalog.resource(ref)
            return list(records(con, self.layout, resource, Chosen(**chosen), 1_000))

    def states(self, ref: str) -> list[str]:
        """Return the state of everything quarantined of a resource, in order."""
        return [one.state.value for one in self.kept(ref)]

    def rows(self, ref: str, *columns: str) -> list[tuple[Any, ...]]:
        """Return columns of the authoritative table, sorted."""
        found = snapshot(self.layout.authoritative(ref))
        assert found
        with duckdb.connect() as con:
            query = f"SELECT {', '.join(columns)} FROM {found.scan_sql()} ORDER BY ALL"
            return con.sql(query).fetchall()


def csv_text(header: str, *rows: Sequence[object]) -> str:
    """Return a CSV without quotes."""
    return "\n".join([header, *(",".join(map(str, row)) for row in rows), ""])


def person_id(number: int) -> str:
    """Return a valid resident id."""
    body = f"35050019900101{number:03}"
    return body + ric.calc_check_digit(body + "0")


def people(numbers: Iterable[int], **changed: Sequence[object]) -> str:
    """Return a snapshot of persons; `p3=("X", …)` gives what follows the third one's id."""
    rows = (
        (person_id(n), *changed.get(f"p{n}", (f"人{n}", 1, "1990-01-01", 350500, "1.00")))
        for n in numbers
    )
    return csv_text(PEOPLE, *rows)
