"""A legacy exchange of the small city: a document that breaks no law, changed in places.

Belongs here: the document. Keep out: assertions.
"""

from __future__ import annotations

from datetime import date
from typing import Any

__all__ = ["EXCHANGE_FILE", "exchange"]

EXCHANGE_FILE = "legacy/front_end.yaml"


def exchange(**more: Any) -> dict[str, Any]:
    """Return the document of an exchange that is being migrated."""
    return {
        "code": "front_end",
        "name": "民政数据交换前置机",
        "owner": "civil_affairs",
        "partners": ["data_office"],
        "exchanges": "每日交换人口信息",
        "resources": ["civil_affairs/person"],
        "state": "migrating",
        "due": date(2026, 3, 31),
        "filing_no": "迁备2026-001",
        **more,
    }
