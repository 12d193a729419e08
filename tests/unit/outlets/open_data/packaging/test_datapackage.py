"""datapackage.json: what the descriptor says of each file and column, and that it is valid."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_specs.vocabulary import ItemType
from outlets.open_data.packaging.datapackage import LICENCE_FALLBACK, datapackage, licence_name
from tests.city import VISIT
from tests.city.declared import change
from tests.unit.outlets.open_data.packaging.released import FILES, facts

SEX = "code_lists/sex.yaml"


def described(*args: Any, **edits: Any) -> dict[str, Any]:
    """Return the descriptor of a release."""
    found: dict[str, Any] = json.loads(datapackage(facts(*args, **edits), FILES))
    return found


def fields(*args: Any, **edits: Any) -> dict[str, dict[str, Any]]:
    """Return the descriptor's columns by name."""
    table = described(*args, **edits)["resources"][0]
    return {field["name"]: field for field in table["schema"]["fields"]}


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("CC-BY-4.0", "CC-BY-4.0"),
        ("泉州市公共数据开放许可", LICENCE_FALLBACK),
        ("CC BY 4.0", LICENCE_FALLBACK),
        ("MIT\n", LICENCE_FALLBACK),
        ("", LICENCE_FALLBACK),
    ],
)
def test_a_licence_is_named_as_the_standard_allows(licence: str, name: str) -> None:
    """What is no name of a licence is a reference to the set's own terms."""
    assert licence_name(licence) == name


@given(licence=st.text(max_size=20))
def test_every_licence_has_a_name_that_the_standard_allows(licence: str) -> None:
    """Whatever a department calls its terms."""
    assert re.fullmatch(r"[-a-zA-Z0-9._]+", licence_name(licence))


def test_the_release_is_named_with_source_days_and_licence() -> None:
    """Its version is the release's name; the source's is the day on which it was acquired."""
    found = described()

    assert (found["name"], found["version"]) == ("resident_profile", "20260302-01")
    assert found["created"] == "2026-03-02T00:30:00+08:00"
    assert found["licenses"] == [{"name": LICENCE_FALLBACK, "title": "泉州市公共数据开放许可"}]
    assert found["sources"] == [
        {"title": "民政局：人口基本信息（306-350500-0002）", "version": "2026-02-27"}
    ]
    assert found["contributors"] == [{"title": "民政局", "roles": ["publisher"]}]


def test_a_set_without_keywords_has_its_theme() -> None:
    """The standard asks for one at least."""
    assert described()["keywords"] == ["人口"]
    assert described(keywords=[])["keywords"] == ["社会保障"]


def test_the_csv_alone_is_a_table() -> None:
    """The other files are the same rows in another form: size and digest, and no schema."""
    table, *others = described()["resources"]

    assert (table["path"], table["type"], table["encoding"]) == ("data.csv", "table", "utf-8")
    assert table["schema"]["missingValues"] == [""]
    assert [(one["path"], one["type"]) for one in others] == [
        ("data.parquet", "file"), ("data.xlsx", "file"),
    ]  # fmt: skip
    assert not any("schema" in one for one in others)
    for one, file in zip((table, *others), FILES, strict=True):
        assert (one["bytes"], one["hash"]) == (file.bytes, f"sha256:{file.sha256}")
        assert one["mediatype"]


def test_a_column_is_told_as_it_leaves() -> None:
    """Its type and description are those under its mask."""
    found = fields()

    assert [*found] == ["sex", "birth_date", "residence"]
    assert found["birth_date"]["type"] == "string"
    assert found["birth_date"]["title"] == "出生日期"
    assert "概化到年代" in found["birth_date"]["description"]


@pytest.mark.parametrize(
    ("item", "kind"),
    [("visited_at", "datetime"), ("trips", "integer"), ("outcome", "string")],
)
def test_a_kept_column_has_its_own_type(item: str, kind: str) -> None:
    """A moment is a moment, a number a number."""
    assert fields(resource=VISIT, items=[item], masks={})[item]["type"] == kind


def test_every_type_of_an_item_has_one_of_the_standard() -> None:
    """A new type of item is described before it can be released."""
    from outlets.open_data.packaging import datapackage as module

    assert module._TYPES.keys() == {*ItemType}


def test_codes_are_listed_where_they_leave_as_they_are() -> None:
    """As the CSV carries them, guarded; a masked code is not one of the list."""
    codes = change(values={"1": "男", "=2": "女"})

    assert fields({SEX: codes})["sex"]["constraints"] == {"enum": ["1", "'=2"]}
    masked = {"sex": {"mask": "constant", "value": "不公开"}}
    assert "constraints" not in fields(masks=masked, items=["sex"])["sex"]
    assert "constraints" not in fields()["birth_date"]


def test_a_descriptor_that_is_invalid_is_none() -> None:
    """A defect of ours is told before a package is published."""
    broken = replace(FILES[0], sha256="", name="../data.csv")

    with pytest.raises(ValueError, match="descriptor is invalid"):
        datapackage(facts(), [broken])
