"""Builders of small, valid things that tests then change in one place.

Belongs here: how to copy the minimal city catalogue of `tests/minimal_city/` (two departments,
three resources, one grant, one open set) and change single files of it. Keep out: assertions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MINIMAL_CITY = Path(__file__).parent / "minimal_city"

MASTER_KEY = hashlib.sha256(b"tests").hexdigest()
"""A key as good as any made by chance, the same in every test."""

__all__ = [
    "MASTER_KEY",
    "MINIMAL_CITY",
    "Change",
    "catalogue_documents",
    "change",
    "to_yaml",
    "write_catalog",
]

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


def write_catalog(folder: Path, /, **overrides: Change) -> Path:
    """Write the minimal valid catalogue below `folder` and return `folder / "catalogue"`.

    An override's name is a file's path inside the catalogue; see `Change` for what it may be:
    `write_catalog(tmp_path, **{"resources/civil_affairs/person.yaml": change(share__type="x")})`.
    A path that the minimal catalogue lacks becomes a new file.
    """
    root = folder / "catalogue"
    files: dict[str, Any] = dict(_texts())
    for name, wanted in overrides.items():
        if callable(wanted):
            files[name] = _parsed(name, files[name])
            wanted(files[name])
        else:
            files[name] = wanted
    for name, content in files.items():
        if content is not None:
            _write(root / name, content)
    return root


def _write(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(document, bytes):
        path.write_bytes(document)
    else:
        text = document if isinstance(document, str) else to_yaml(document)
        path.write_text(text, encoding="utf-8")


def catalogue_documents() -> dict[str, Any]:
    """Return the minimal catalogue as `file → document`, fresh each time.

    civil_affairs is the source of divisions (`region`) and persons (`person`, whose `residence`
    references a division); data_office, the authority, is the source of service `visit`s, keyed by
    a person's referred id and a number of its own; a visit's name is compared with the person's.
    """
    return {name: _parsed(name, text) for name, text in _texts().items()}


@cache
def _texts() -> dict[str, str]:
    files = sorted(path for path in MINIMAL_CITY.rglob("*") if path.is_file())
    return {str(f.relative_to(MINIMAL_CITY)): f.read_text(encoding="utf-8") for f in files}


def _parsed(name: str, text: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, loader) if name.endswith(".yaml") else text  # noqa: S506 - the safe one
