"""Counties of the small city: a catalogue for each, with a department, an element and a resource.

Belongs here: their documents as changes for `write_catalog`. Keep out: the city's own files.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.city.declared import Change

__all__ = ["county"]

_POST = {"post": "数据管理员", "since": date(2024, 1, 2), "filing_no": "502-2024-01"}


def county(name: str = "licheng", region: str = "350502") -> dict[str, Change]:
    """Return the files of a county whose welfare office keeps what it pays to residents."""
    office = f"{name}_welfare"
    files = {
        "catalog.yaml": _catalogue(name, region, office),
        f"departments/{office}.yaml": _department(office, region),
        "elements/subsidies.yaml": [
            _element(f"{name}_subsidy_no", "补贴编号"),
            _element(f"{name}_subsidy_amount", "补贴金额") | {"type": "integer"},
        ],
        f"resources/{office}/subsidy.yaml": _resource(name, region, office),
    }
    return {f"counties/{name}/{file}": document for file, document in files.items()}


def _catalogue(name: str, region: str, office: str) -> dict[str, Any]:
    said = {"catalog": name, "extends": "testville", "name": "某区政务数据资源目录"}
    return said | {"region": region, "authority": office}


def _department(code: str, region: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": "某区民政局",
        "unit_code": "306",
        "level": "county",
        "region": region,
        "roles": ["producer", "consumer"],
        "responsible": _POST,
        "steward": _POST,
    }


def _element(code: str, name: str) -> dict[str, Any]:
    plain = {"subject": "natural_person", "type": "string", "sensitivity": "public"}
    return {"code": code, "name": name, **plain}


def _resource(name: str, region: str, office: str) -> dict[str, Any]:
    person = {"source": "civil_affairs/person.resident_id", "required": True}
    return {
        "code": f"306-{region}-{name}",
        "resource": "subsidy",
        "name": "困难群众补贴信息",
        "provider": office,
        "summary": "本区发放的困难群众补贴。",
        "subject": "natural_person",
        "key": ["resident_id", "subsidy_no"],
        "update_cycle": "daily",
        "published_on": date(2024, 1, 2),
        "share": {"type": "unconditional", "methods": ["query", "verify"]},
        "aggregation": {"mode": "realtime"},
        "feed": {
            "kind": "snapshot",
            "format": "csv",
            "columns": {"身份号码": "resident_id", "编号": "subsidy_no", "金额": "amount"},
        },
        "items": [
            {"code": "resident_id", "element": "resident_id", **person},
            {"code": "subsidy_no", "element": f"{name}_subsidy_no", "required": True},
            {"code": "amount", "element": f"{name}_subsidy_amount"},
        ],
    }
