"""The walk through a catalogue's folder: every declaration, every problem of form.

Belongs here: which files are read, in which order, and how a failed one is remembered. Keep out:
YAML itself (`yaml_text`), shapes (`shapes`), laws.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from catalog_specs.models.element import CodeList
from catalog_specs.problems import Problem
from catalog_specs.reading import form
from catalog_specs.reading.code_tables import fill
from catalog_specs.reading.counties import (
    CITY_FILE,
    COUNTIES,
    city_folder,
    counties_in,
    county_in,
)
from catalog_specs.reading.declared import Declared, Place
from catalog_specs.reading.kept import digest_of
from catalog_specs.reading.kinds import KINDS, Kind, kind_of
from catalog_specs.reading.shapes import shape
from catalog_specs.reading.yaml_text import MAX_BYTES, Document, read_yaml
from catalog_specs.suggestion import did_you_mean, one_of

__all__ = ["Gathered", "digest", "gather"]


@dataclass
class Gathered:
    """What one walk through the folder found, while it is being found."""

    root: Path
    models: dict[str, dict[str, Any]] = field(default_factory=lambda: {k.name: {} for k in KINDS})
    places: dict[str, Place] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    """Data of files that were read before, by the digests of their content."""
    documents: dict[str, Document] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    clouded: set[str] = field(default_factory=set)

    def declared(self) -> Declared:
        """Return what the laws may look at."""
        kinds = {name: models for name, models in self.models.items() if name != "catalog"}
        every = kinds.pop("resources")
        return Declared(
            resources={ref: one for ref, one in every.items() if one.retired is None},
            retired={ref: one for ref, one in every.items() if one.retired is not None},
            city=self.models["catalog"].get("city"),
            places=self.places,
            failed=frozenset(self.failed),
            clouded=frozenset(self.clouded),
            **kinds,
        )

    def report(self, file: str, code: str, message: str, **more: Any) -> None:  # noqa: ANN401
        """Note a problem of form; its remedy is the form's own unless another is given."""
        remedy = more.pop("remedy", form.remedy_of(code))
        path = more.pop("path", "")
        self.problems.append(Problem(file, path, code, message, remedy, **more))


def gather(root: Path, known: Mapping[str, Any] | None = None) -> Gathered:
    """Read every YAML file of a catalogue; nothing raises but what the file system itself refuses.

    The folder of a county stands for its city's: they compile together or not at all. What is
    `known` of a content is not read again; its places then have no lines.
    """
    found = Gathered(city_folder(root), known=known or {})
    paths = _yaml_files(found.root)
    owed = (CITY_FILE, *(f"{COUNTIES}/{one}/{CITY_FILE}" for one in counties_in(paths)))
    for file in owed:
        if file not in paths:
            message = f"there is no `{CITY_FILE}` in this folder"
            found.report(file, form.MISSING_FILE, message)
    for folder in sorted((found.root / COUNTIES).glob("*")):
        if folder.is_symlink():  # a walk does not follow it: the county would be left out unseen
            file = folder.relative_to(found.root).as_posix()
            message = "the folder of a county is a link"
            found.report(file, form.UNREADABLE, message, remedy="put the folder itself here")
    # The city first: of two declarations the first counts, and a county's is the one to correct.
    for file in sorted(paths, key=lambda file: (county_in(file) is not None, file)):
        _read(found, file, paths[file])
    return found


def digest(contents: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over all files, sorted by path; lengths frame each path and content."""
    total = hashlib.sha256()
    for name in sorted(contents):
        for part in (name.encode(), contents[name]):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _yaml_files(root: Path) -> dict[str, Path]:
    """Return every YAML file by its path in the catalogue; no folder that is a link is walked."""
    found: dict[str, Path] = {}
    for folder, below, names in os.walk(root):
        below[:] = (name for name in below if not name.startswith("."))
        for name in names:
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                path = Path(folder, name)
                if path.is_file():
                    found[path.relative_to(root).as_posix()] = path
    return found


def _read(found: Gathered, file: str, path: Path) -> None:
    match = kind_of(file)
    if match is None:
        examples = {kind.example for kind in KINDS}
        if county_in(file) is not None and kind_of(file.split("/", 2)[2]) is not None:
            found.report(file, form.CITY_ONLY, "only the city declares this kind of file")
            return
        remedy = did_you_mean(
            file, examples, f"move it, or delete it; there are {one_of(examples)}"
        )
        found.report(file, form.STRAY_FILE, "no kind of file is expected here", remedy=remedy)
        return
    kind, named = match
    content = _content(found, file, path)
    document = None
    if content is not None:
        found.contents[file] = content
        document, problems = _document(found, file, content)
        found.problems += problems
    if document is None:
        _fail(found, kind, named)
        return
    found.documents[file] = document
    if kind.many:
        _read_list(found, kind, document)
    else:
        _read_one(found, kind, document, named)


def _document(
    found: Gathered, file: str, content: bytes
) -> tuple[Document | None, tuple[Problem, ...]]:
    if found.known:
        data = found.known.get(digest_of(content))
        if data is not None:
            return Document(file, data), ()
    return read_yaml(file, content)


def _content(found: Gathered, file: str, path: Path) -> bytes | None:
    # no folder on the way is a link: only the file itself can lead out of the catalogue
    if path.is_symlink() and not path.resolve().is_relative_to(found.root.resolve()):
        found.report(file, form.UNREADABLE, "the file is a link that leaves the catalogue's folder")
        return None
    with path.open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        found.report(file, form.UNREADABLE, f"the file is larger than {MAX_BYTES:,} bytes")
        return None
    return content


def _fail(found: Gathered, kind: Kind, named: Mapping[str, str]) -> None:
    """Remember that something of this kind is declared, though not validly."""
    if named:
        found.failed.add(f"{kind.name}:{'/'.join(named.values())}")
    else:
        found.clouded.add(kind.name)


def _read_one(found: Gathered, kind: Kind, document: Document, named: Mapping[str, str]) -> None:
    model, problems = shape(kind.model, document, document.data)
    found.problems += problems
    if isinstance(model, CodeList):
        model, tables, problems = fill(found.root, document.file, model)
        found.contents |= tables
        found.problems += problems
    if model is None:
        _fail(found, kind, named)
        return
    for key, said in named.items():
        written = str(getattr(model, key))  # a year is a number in the file, a text in the path
        if written != said:
            _fail(found, kind, named)
            message = f"the path says `{said}`, the key `{key}` says `{written}`"
            found.report(document.file, form.FILE_NAME, message, path=key, line=document.line(key))
    _add(found, kind, model, Place(document.file))


def _read_list(found: Gathered, kind: Kind, document: Document) -> None:
    if not isinstance(document.data, list):
        message = "the file must hold a list: each entry begins with `- code:`"
        found.report(document.file, form.VALUE, message, line=1)
        found.clouded.add(kind.name)
        return
    for index, entry in enumerate(document.data):
        prefix = f"[{index}]"
        model, problems = shape(kind.model, document, entry, prefix)
        found.problems += problems
        if model is not None:
            _add(found, kind, model, Place(document.file, prefix))
        elif isinstance(entry, dict) and isinstance(entry.get("code"), str):
            found.failed.add(f"{kind.name}:{entry['code']}")
        else:
            found.clouded.add(kind.name)


def _add(found: Gathered, kind: Kind, model: BaseModel, place: Place) -> None:
    key = kind.key(model)
    name = f"{kind.name}:{key}"
    if name in found.places:
        first = found.places[name]
        path = f"{place.prefix}.code".lstrip(".")
        line = found.documents[place.file].line(path)
        message = f"`{key}` is already declared in `{first.file}`{first.prefix}"
        found.report(place.file, form.DECLARED_TWICE, message, path=path, line=line)
        return
    found.models[kind.name][key] = model
    found.places[name] = place
