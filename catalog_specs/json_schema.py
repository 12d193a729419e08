"""JSON Schemas of the catalogue files: editors complete and explain the keys with them.

Belongs here: generating them from the models, with the models' own docstrings and the Chinese
labels of closed words. Keep out: validation, which pydantic does (`reading.shapes`).
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from catalog_specs import vocabulary
from catalog_specs.masks.registry import kind_modules
from catalog_specs.models import (
    city,
    condition,
    element,
    exceptions,
    feed,
    legacy,
    organisation,
    resource,
    sensitivity,
    sharing,
)
from catalog_specs.models.quality import forms, rule
from catalog_specs.models.timing import calendar, due
from catalog_specs.reading.kinds import KINDS, Kind
from catalog_specs.vocabulary import Term

__all__ = ["schema_of", "schema_texts", "write_schemas"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODULES = (
    calendar,
    city,
    condition,
    due,
    element,
    exceptions,
    feed,
    forms,
    organisation,
    resource,
    rule,
    sensitivity,
    sharing,
    *kind_modules(),
)


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write one `<kind>.json` for each kind of file, creating the folder; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in schema_texts().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def schema_texts() -> dict[str, str]:
    """Return file name → JSON text, stable from run to run."""
    return {
        f"{kind.name}.json": json.dumps(schema_of(kind), ensure_ascii=False, indent=2) + "\n"
        for kind in KINDS
    }


def schema_of(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of one kind of file; a file of many is an array."""
    schema = kind.model.model_json_schema()
    definitions = schema.pop("$defs", {})
    _describe(definitions | {kind.model.__name__: schema})
    head = {
        "$schema": _DIALECT,
        "$id": f"urn:quanshu:catalogue:{kind.name}",
        "$comment": f"{kind.example}; written by `python -m docs.generate`",
    }
    body: dict[str, Any] = schema
    if kind.many:
        definitions[kind.model.__name__] = schema
        body = {"type": "array", "items": {"$ref": f"#/$defs/{kind.model.__name__}"}}
    return head | body | ({"$defs": definitions} if definitions else {})


def _describe(definitions: dict[str, Any]) -> None:
    """Put docstrings of fields and labels of words into the definitions, in place."""
    said = {owner: texts for module in _MODULES for owner, texts in _field_texts(module)}
    for name, definition in definitions.items():
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
        for field, text in said.get(name, {}).items():
            definition.get("properties", {}).get(field, {}).setdefault("description", text)
        word = next(
            (getattr(one, name) for one in (vocabulary, legacy) if hasattr(one, name)), None
        )
        if isinstance(word, type) and issubclass(word, Term) and issubclass(word, Enum):
            definition["enumDescriptions"] = [member.label for member in word]


def _field_texts(module: ModuleType) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each model of a module with the docstrings written below its fields."""
    for node in ast.parse(inspect.getsource(module)).body:
        is_model = isinstance(node, ast.ClassDef) and _is_model(module, node.name)
        if isinstance(node, ast.ClassDef) and is_model:
            yield node.name, dict(_texts_below(node.body))


def _is_model(module: ModuleType, name: str) -> bool:
    found = getattr(module, name, None)
    return isinstance(found, type) and issubclass(found, BaseModel)


def _texts_below(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for field, below in pairwise(body):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        text = below.value if isinstance(below, ast.Expr) else None
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield field.target.id, inspect.cleandoc(text.value)
