"""JSON Schemas: valid, true to the models, and as committed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import catalog_specs
from catalog_specs.json_schema import schema_of, schema_texts, write_schemas
from catalog_specs.reading.kinds import KINDS, Kind, kind_of
from catalog_specs.reading.yaml_text import read_yaml
from tests.city.declared import CATALOGUE

COMMITTED = Path(catalog_specs.__file__).parent / "schema"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return value.isoformat() if isinstance(value, date) else value


def test_committed_schemas_are_up_to_date() -> None:
    """What is committed is what the models say now; `make docs` writes it again."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in COMMITTED.glob("*.json")}
    assert committed == schema_texts()


def test_write_schemas_makes_one_file_for_each_kind(tmp_path: Path) -> None:
    """Every kind of file has its schema; writing twice gives the same bytes."""
    paths = write_schemas(tmp_path / "schema")
    assert {path.stem for path in paths} == {kind.name for kind in KINDS}
    first = {path: path.read_bytes() for path in paths}
    assert {path: path.read_bytes() for path in write_schemas(tmp_path / "schema")} == first


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_schemas_are_valid_json_schema(kind: Kind) -> None:
    """Every schema is valid by its own dialect and describes what it is for."""
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert "description" in json.dumps(schema)


def test_the_small_city_fits_its_schemas() -> None:
    """What the loader accepts, the schemas accept."""
    for path in sorted(CATALOGUE.rglob("*.yaml")):
        file = path.relative_to(CATALOGUE).as_posix()
        found = kind_of(file)
        document, _ = read_yaml(file, path.read_bytes())
        assert found is not None
        assert document is not None
        Draft202012Validator(schema_of(found[0])).validate(_plain(document.data))


def test_fields_and_words_are_described() -> None:
    """Docstrings below fields and the Chinese labels of closed words reach the editor."""
    schema = json.loads(schema_texts()["resources.json"])
    item = schema["$defs"]["Item"]["properties"]
    assert "基础信息项" in item["basic"]["description"]
    assert "无条件共享" in schema["$defs"]["ShareType"]["enumDescriptions"]
