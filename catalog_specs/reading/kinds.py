"""Kinds of catalogue files: their folder, their content, their key.

Belongs here: the one list of kinds. Keep out: reading them (`files`), their JSON Schemas
(`json_schema`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from catalog_specs.models.city import CatalogFile, CountyFile, Profile
from catalog_specs.models.element import CodeList, Element
from catalog_specs.models.exceptions import CollectionException
from catalog_specs.models.legacy import LegacyExchange
from catalog_specs.models.organisation import Department, Subject
from catalog_specs.models.resource import Resource
from catalog_specs.models.sensitivity import Sensitivity
from catalog_specs.models.sharing import Grant, OpenSet
from catalog_specs.models.timing.calendar import CalendarYear
from catalog_specs.reading.counties import COUNTIES

__all__ = ["KINDS", "Kind", "kind_of"]


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    `name` is the first half of every `<kind>:<key>`; `where` matches the file's path inside the
    catalogue, its named groups must equal the fields of the same name; `many` = a YAML list.
    """

    name: str
    model: type[BaseModel]
    where: re.Pattern[str]
    example: str
    many: bool = False
    key: Callable[[Any], str] = lambda model: str(model.code)


_CODE = "[^/]+"
_ANYWHERE = f"(?:{COUNTIES}/{_CODE}/)?"
"""Before what a county may declare as well as the city."""

KINDS: tuple[Kind, ...] = (
    Kind(
        "catalog", CatalogFile, re.compile(r"catalog\.yaml"), "catalog.yaml", key=lambda _: "city"
    ),
    Kind(
        "counties",
        CountyFile,
        re.compile(rf"{COUNTIES}/(?P<catalog>{_CODE})/catalog\.yaml"),
        "counties/<county>/catalog.yaml",
        key=lambda model: str(model.catalog),
    ),
    Kind(
        "profiles",
        Profile,
        re.compile(rf"profiles/(?P<code>{_CODE})\.yaml"),
        "profiles/<code>.yaml",
    ),
    Kind(
        "departments",
        Department,
        re.compile(rf"{_ANYWHERE}departments/(?P<code>{_CODE})\.yaml"),
        "departments/<code>.yaml",
    ),
    Kind("subjects", Subject, re.compile(r"subjects\.yaml"), "subjects.yaml", many=True),
    Kind(
        "elements",
        Element,
        re.compile(rf"{_ANYWHERE}elements/{_CODE}\.yaml"),
        "elements/<anything>.yaml",
        many=True,
    ),
    Kind(
        "code_lists",
        CodeList,
        re.compile(rf"code_lists/(?P<code>{_CODE})\.yaml"),
        "code_lists/<code>.yaml",
    ),
    Kind(
        "sensitivities",
        Sensitivity,
        re.compile(r"masking/sensitivities\.yaml"),
        "masking/sensitivities.yaml",
        many=True,
    ),
    Kind(
        "resources",
        Resource,
        re.compile(rf"{_ANYWHERE}resources/(?P<provider>{_CODE})/(?P<resource>{_CODE})\.yaml"),
        "resources/<department>/<resource>.yaml",
        key=lambda model: str(model.ref),
    ),
    Kind(
        "grants",
        Grant,
        re.compile(rf"{_ANYWHERE}grants/(?P<code>{_CODE})\.yaml"),
        "grants/<code>.yaml",
    ),
    Kind(
        "open_sets",
        OpenSet,
        re.compile(rf"{_ANYWHERE}open_data/(?P<code>{_CODE})\.yaml"),
        "open_data/<code>.yaml",
    ),
    Kind(
        "exceptions",
        CollectionException,
        re.compile(rf"{_ANYWHERE}exceptions/(?P<code>{_CODE})\.yaml"),
        "exceptions/<code>.yaml",
    ),
    Kind(
        "legacy",
        LegacyExchange,
        re.compile(rf"{_ANYWHERE}legacy/(?P<code>{_CODE})\.yaml"),
        "legacy/<code>.yaml",
    ),
    Kind(
        "calendar_years",
        CalendarYear,
        re.compile(rf"calendar/(?P<year>{_CODE})\.yaml"),
        "calendar/<year>.yaml",
        key=lambda model: str(model.year),
    ),
)


def kind_of(file: str) -> tuple[Kind, dict[str, str]] | None:
    """Return the kind of a file by its path, and what the path says of its fields."""
    for kind in KINDS:
        match = kind.where.fullmatch(file)
        if match:
            return kind, match.groupdict()
    return None
