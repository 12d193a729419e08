"""Release facts: what the files of a package are made from, and the files written so far.

Belongs here: the values every file of a package is made from. Keep out: the files themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.organisation import Department
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import OpenSet
from governance.disclosure import Measurement
from governance.masks.columns import MaskedColumn

__all__ = ["PackageFile", "ReleaseFacts"]


@dataclass(frozen=True)
class PackageFile:
    """One file of a package: its name, size in bytes and SHA-256 in hexadecimal."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ReleaseFacts:
    """One release: what was released, from what, when, how masked and how safe.

    `released_at` and `acquired_at` are the city's local time; the latter is when the source's
    newest data were taken in (获取日期 of 六(七)). `fingerprint` recognises an unchanged source
    and open set; it reveals nothing of the key that went into it. `lineage` is what else
    recognises it, `suppressed` how many rows were left out at most.
    """

    catalog: Catalog
    open_set: OpenSet
    columns: tuple[MaskedColumn, ...]
    release: str
    released_at: datetime
    acquired_at: datetime
    source_version: int
    fingerprint: str
    lineage: Mapping[str, Any]
    measured: Measurement
    suppressed: int
    no_workbook: str | None = None
    """Why the package has no XLSX; None when it has."""

    @property
    def resource(self) -> Resource:
        """Return the resource the set is a projection of."""
        return self.catalog.resource(self.open_set.resource)

    @property
    def provider(self) -> Department:
        """Return the department whose data these are (数据来源)."""
        return self.catalog.departments[self.resource.provider]

    @property
    def rows(self) -> int:
        """Return the number of published rows."""
        return self.measured.rows
