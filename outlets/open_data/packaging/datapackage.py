"""datapackage.json: the release as a Data Package (version 2), with schema, hash and licence.

Belongs here: the descriptor. Keep out: reading or validating rows; that was done before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from catalog_specs.vocabulary import ItemType
from governance.masks.columns import MaskedColumn
from outlets.open_data.packaging.csv_flavour import CSV_FLAVOUR, LINE_END, guard_text
from outlets.open_data.packaging.facts import PackageFile, ReleaseFacts

__all__ = ["LICENCE_FALLBACK", "datapackage", "licence_name"]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
RESOURCE_PROFILE = "https://datapackage.org/profiles/2.0/dataresource.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
LICENCE_FALLBACK = "LicenseRef-open-data-terms"
_MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TYPES = {
    ItemType.STRING: "string",
    ItemType.INTEGER: "integer",
    ItemType.DECIMAL: "number",
    ItemType.DATE: "date",
    ItemType.DATETIME: "datetime",
    ItemType.BOOLEAN: "boolean",
}


def datapackage(facts: ReleaseFacts, files: Sequence[PackageFile]) -> str:
    """Return the descriptor as JSON text; `files` are the data files.

    Raises:
        ValueError: frictionless finds the descriptor invalid, which only a defect here can cause.
    """
    from frictionless import Package

    descriptor = _descriptor(facts, files)
    report = Package.validate_descriptor(descriptor)
    if not report.valid:
        found = [note for (note,) in report.flatten(["note"])]
        raise ValueError(f"the data package descriptor is invalid: {found}")
    return str(Package.from_descriptor(descriptor).to_json()) + "\n"


def licence_name(licence: str) -> str:
    """Return a licence's name as the standard allows it, or a reference to the set's own terms."""
    return licence if re.fullmatch(r"[-a-zA-Z0-9._]+", licence) else LICENCE_FALLBACK


def _descriptor(facts: ReleaseFacts, files: Sequence[PackageFile]) -> dict[str, Any]:
    resource = facts.resource
    return {
        "$schema": PROFILE,
        "name": facts.open_set.code,
        "title": facts.open_set.name,
        "description": facts.open_set.summary,
        "version": facts.release,
        "created": facts.released_at.isoformat(timespec="seconds"),
        "keywords": list(facts.open_set.keywords) or [facts.open_set.theme],
        "licenses": [
            {"name": licence_name(facts.open_set.licence), "title": facts.open_set.licence}
        ],
        "sources": [
            {
                "title": f"{facts.provider.name}：{resource.name}（{resource.code}）",
                "version": facts.acquired_at.date().isoformat(),
            }
        ],
        "contributors": [{"title": facts.provider.name, "roles": ["publisher"]}],
        "resources": [_resource(facts, file) for file in files],
    }


def _resource(facts: ReleaseFacts, file: PackageFile) -> dict[str, Any]:
    """Describe a file; the CSV is the table, the others are the same rows in another form.

    Only the CSV carries the schema: tools read the package whole with no plug-in for the others,
    and check those by size and hash.
    """
    form = file.name.rpartition(".")[2]
    described: dict[str, Any] = {
        "$schema": RESOURCE_PROFILE,
        "name": f"{facts.open_set.code}_{form}{_part(file)}",
        "title": facts.open_set.name,
        "path": file.name,
        "format": form,
        "mediatype": _MEDIA[form],
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    return described | (_table(facts) if form == "csv" else {"type": "file"})


def _part(file: PackageFile) -> str:
    """Return what tells a file of one partition from the others, e.g. `-2026-03`."""
    return Path(file.name).stem.removeprefix("data")


def _table(facts: ReleaseFacts) -> dict[str, Any]:
    return {
        "type": "table",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": LINE_END, "quoteChar": '"'},
        "csv_flavour": CSV_FLAVOUR,
        "schema": {
            "$schema": SCHEMA_PROFILE,
            "fields": [_field(facts, column) for column in facts.columns],
            "missingValues": [""],
        },
    }


def _field(facts: ReleaseFacts, column: MaskedColumn) -> dict[str, Any]:
    codes = facts.catalog.code_lists.get(column.element.code_list or "")
    field: dict[str, Any] = {
        "name": column.code,
        "title": column.name,
        "type": _TYPES[column.type],
        "description": f"{column.element.definition or column.name}（{column.note}）",
    }
    if codes and column.mask.unchanged:
        field["constraints"] = {"enum": [guard_text(code) for code in codes.values]}
    return field
