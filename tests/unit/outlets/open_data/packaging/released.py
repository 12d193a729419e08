"""A release as the files of its package are made from it, without any package on disk.

Belongs here: builders. Keep out: assertions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from governance.disclosure import Measurement
from governance.masks.columns import masked_columns
from outlets.open_data.packaging.facts import PackageFile, ReleaseFacts
from tests.city import OPEN_FILE, OPEN_SET
from tests.city.declared import Change, change, compiled

__all__ = ["FILES", "facts"]

FILES = tuple(
    PackageFile(f"data.{form}", size, digit * 64)
    for form, size, digit in (("csv", 120, "a"), ("parquet", 90, "b"), ("xlsx", 6_000, "c"))
)


def facts(files: dict[str, Change] | None = None, **edits: Any) -> ReleaseFacts:
    """Return the facts of one release; `edits` change the open set, `files` other files."""
    catalog = compiled(**{OPEN_FILE: change(**edits)}, **(files or {}))
    opened = catalog.open_sets[OPEN_SET]
    return ReleaseFacts(
        catalog=catalog,
        open_set=opened,
        columns=masked_columns(catalog, opened),
        release="20260302-01",
        released_at=datetime.fromisoformat("2026-03-02T00:30:00+08:00"),
        acquired_at=datetime.fromisoformat("2026-02-27T23:00:00+08:00"),
        source_version=3,
        fingerprint="f" * 64,
        lineage={},
        measured=Measurement(3, ("sex",), 12, 4, 3, 0, 0),
        suppressed=0,
    )
