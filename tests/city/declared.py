"""The city's catalogue, changed in places: written as files, or compiled in memory.

Belongs here: its documents, edits of them, both ways to have them. Keep out: homes and deliveries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from catalog_specs.catalog import Catalog
from catalog_specs.models.city import CatalogFile, Profile
from catalog_specs.models.element import CodeList, Element
from catalog_specs.models.organisation import Department, Subject
from catalog_specs.models.resource import Resource
from catalog_specs.models.sensitivity import Sensitivity
from catalog_specs.models.sharing import Grant, OpenSet
from catalog_specs.models.timing.calendar import CalendarYear

__all__ = ["CATALOGUE", "Change", "change", "compiled", "documents", "to_yaml", "write_catalog"]

CATALOGUE = Path(__file__).parent / "catalogue"

Change = Any
"""None leaves the file out; a text or bytes is written as it is; a function edits the document in
place; a `change(...)` sets single places; anything else replaces the document."""


# Written in C where PyYAML was built with libyaml: hundreds of tests write a city each.
class _PlainDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes no anchors, which a catalogue refuses."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Repeat a shared value instead of pointing at it."""
        return True


def to_yaml(document: Any) -> str:
    """Return a document as YAML text, keys in the order given, Chinese readable."""
    text: str = yaml.dump(document, Dumper=_PlainDumper, allow_unicode=True, sort_keys=False)
    return text


def change(**paths: Any) -> Callable[[Any], None]:
    """Return an edit that sets values by path: `__` goes down a key or index, `...` removes.

    `change(share__type="conditional", items__0__required=False, feed__nulls=...)`.
    """

    def edit(document: Any) -> None:
        for path, value in paths.items():
            *way, last = [int(p) if p.isdigit() else p for p in path.split("__")]
            place = document
            for step in way:
                place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
            if value is ...:
                del place[last]
            elif isinstance(place, list) and last == len(place):
                place.append(value)
            else:
                place[last] = value

    return edit


def write_catalog(folder: Path, /, **changes: Change) -> Path:
    """Write the city's catalogue below `folder` and return `folder / "catalogue"`.

    A change's name is a file's path inside the catalogue; see `Change` for what it may be:
    `write_catalog(tmp_path, **{"resources/civil_affairs/person.yaml": change(share__type="x")})`.
    A path that the catalogue lacks becomes a new file.
    """
    root = folder / "catalogue"
    for name, document in documents(**changes).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(document, bytes):
            path.write_bytes(document)
        elif isinstance(document, str):
            path.write_text(document, encoding="utf-8")
        else:
            text = to_yaml(document) if name in changes else _files()[name][1]
            path.write_text(text, encoding="utf-8")
    return root


def compiled(**changes: Change) -> Catalog:
    """Return the catalogue, changed, without its laws being judged.

    What fails closed by itself is tested with what no law would let pass.
    """
    kept = documents(**changes)
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
        calendar_years=_years(kept),
        files={},
        digest="0" * 64,
    )


def documents(**changes: Change) -> dict[str, Any]:
    """Return the catalogue as `file → document`, fresh each time, changed in places."""
    found = {name: deepcopy(document) for name, (document, _) in _files().items()}
    for name, wanted in changes.items():
        if callable(wanted):
            wanted(found[name])
        else:
            found[name] = wanted
    return {name: document for name, document in found.items() if document is not None}


@cache
def _files() -> dict[str, tuple[Any, str]]:
    """Return every file's document and its text, read once."""
    paths = sorted(path for path in CATALOGUE.rglob("*") if path.is_file())
    found: dict[str, tuple[Any, str]] = {}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        document = yaml.safe_load(text) if path.suffix == ".yaml" else text
        found[str(path.relative_to(CATALOGUE))] = document, text
    return found


def _each(model: Any, kept: Mapping[str, Any], folder: str) -> dict[str, Any]:
    found = [
        model.model_validate(document)
        for name, document in kept.items()
        if name.startswith(folder) and name.endswith(".yaml")
    ]
    return {one.code: one for one in found}


def _years(kept: Mapping[str, Any]) -> dict[str, CalendarYear]:
    found = (one for name, one in kept.items() if name.startswith("calendar/"))
    return {str(year["year"]): CalendarYear.model_validate(year) for year in found}


def _listed(model: Any, kept: Mapping[str, Any], folder: str) -> dict[str, Any]:
    lists = [document for name, document in kept.items() if name.startswith(folder)]
    return {one["code"]: model.model_validate(one) for group in lists for one in group}
