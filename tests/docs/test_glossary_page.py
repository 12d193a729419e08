"""docs/glossary.md stays true: every closed word is in it, every code name in it exists."""

from __future__ import annotations

import importlib
import re
from functools import cache

import pytest

from catalog_specs import vocabulary
from catalog_specs.masks.registry import kind_modules
from catalog_specs.models import (
    city,
    element,
    exceptions,
    feed,
    legacy,
    organisation,
    resource,
    sensitivity,
    sharing,
)
from catalog_specs.models.timing import calendar, due, partition
from catalog_specs.spec import Spec
from tests.docs.pages import ROOT, public_names, rows

PAGE = ROOT / "docs" / "glossary.md"
GROUPS = (
    "Roles",
    "Catalogue",
    "The way of the data",
    "Quality",
    "Supervision",
    "Sharing",
    "Opening",
    "Audit",
)
MODELS = (
    calendar,
    city,
    due,
    element,
    exceptions,
    feed,
    legacy,
    organisation,
    partition,
    resource,
    sensitivity,
    sharing,
    *kind_modules(),
)


def _terms() -> list[vocabulary.Term]:
    kinds = (getattr(vocabulary, name) for name in vocabulary.__all__)
    return [
        member
        for kind in kinds
        if isinstance(kind, type) and issubclass(kind, vocabulary.Term)
        for member in kind
    ]


@cache
def _keys() -> frozenset[str]:
    """Return every key that may stand in a catalogue file, and every word of a closed set."""
    keys = {str(term) for term in _terms()}
    for module in MODELS:
        for name in module.__all__:
            model = getattr(module, name)
            if isinstance(model, type) and issubclass(model, Spec):
                keys.update(model.model_fields)
    return frozenset(keys)


def _code_names() -> list[str]:
    found = [re.findall(r"`([^`]+)`", row[2]) for group in GROUPS for row in rows(PAGE, group)]
    return sorted({name for names in found for name in names})


def _has(owner: object, name: str) -> bool:
    fields = {**getattr(owner, "model_fields", {}), **getattr(owner, "__dataclass_fields__", {})}
    return name in fields or hasattr(owner, name)


def _is_name(dotted: str) -> bool:
    """Say whether `Name` or `Name.attribute` is public in some module."""
    name, _, attribute = dotted.partition(".")
    for module in public_names().get(name, ()):
        owner = getattr(importlib.import_module(module), name)
        if not attribute or _has(owner, attribute):
            return True
    return False


def test_every_group_has_rows() -> None:
    """No group of the glossary is empty or misnamed."""
    assert [group for group in GROUPS if not list(rows(PAGE, group))] == []


def test_every_row_has_the_five_columns() -> None:
    """A row gives 中文, English, code, meaning and clause; only the clause may be a dash."""
    for group in GROUPS:
        for row in rows(PAGE, group):
            assert len(row) == 5, row
            assert all(row), row


@pytest.mark.parametrize("term", _terms(), ids=lambda term: f"{type(term).__name__}.{term.name}")
def test_every_closed_word_is_explained(term: vocabulary.Term) -> None:
    """The label of every member of the vocabulary stands in the glossary."""
    assert term.label in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", _code_names())
def test_every_code_name_exists(name: str) -> None:
    """A name in the code column is a public name, or a key or word of the catalogue's YAML."""
    yaml = all(part in _keys() for part in name.split("."))
    assert yaml or _is_name(name), f"{name} is neither public code nor a YAML key"


def test_no_chinese_word_is_explained_twice() -> None:
    """One word per concept: no 中文 and no English term opens two rows."""
    table = [row for group in GROUPS for row in rows(PAGE, group)]
    for column in (0, 1):
        words = [row[column] for row in table]
        assert sorted({word for word in words if words.count(word) > 1}) == []
