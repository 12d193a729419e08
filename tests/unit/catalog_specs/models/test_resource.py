"""Resources and their items: what is stored, what only compared, and codes that agree."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from tests.city.declared import documents
from tests.unit.catalog_specs.laws.breach import VISIT

RULE = {"code": "r", "expect": "e", "dimension": "accuracy", "description": "试"}


def _visit(**more: Any) -> Resource:
    return Resource.model_validate({**documents()[VISIT], **more})


def test_what_refers_is_compared_and_only_stored_within_the_key() -> None:
    """Every item is stored or only compared, and a referring one is stored as part of the key."""
    visit = _visit()
    assert [item.code for item in visit.referred] == ["name"]
    assert [item.code for item in visit.stored] == [
        "resident_id",
        "visit_no",
        "visited_at",
        "outcome",
        "trips",
    ]


def test_an_item_is_found_by_its_code() -> None:
    """A code leads to its item, and one that there is not to an error."""
    visit = _visit()
    assert visit.item("trips").element == "visit_count"
    with pytest.raises(KeyError, match="trip"):
        visit.item("trip")


def test_a_resource_is_called_by_its_provider_and_name() -> None:
    """Paths and SQL name it `<department>/<resource>`."""
    assert _visit().ref == "data_office/visit"


def test_renamed_items_know_their_former_code() -> None:
    """Only an item that was renamed has one."""
    items = documents()[VISIT]["items"]
    items[4]["formerly"] = "walks"
    assert _visit(items=items).former == {"trips": "walks"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"key": ["resident_id", "no"]}, "key names no item: no"),
        ({"key": []}, "at least 1 item"),
        ({"items": []}, "at least 1 item"),
        ({"share": {"type": "unconditional", "methods": []}}, "at least 1 item"),
        (
            {"items": [{"code": c, "element": "visit_no"} for c in ("b", "a", "b", "a")]},
            "item codes occur twice: a, b",
        ),
    ],
)
def test_codes_that_do_not_agree_are_refused(more: dict[str, Any], says: str) -> None:
    """A key of no item, two items of one code and a resource of nothing are refused."""
    with pytest.raises(ValidationError) as refused:
        _visit(**more)
    assert says in str(refused.value)


def test_what_a_rule_says_besides_are_its_arguments() -> None:
    """Keys that every rule has are none of the expectation's; all others are, as written."""
    rule = QualityRule.model_validate({**RULE, "column": "a", "regex_list": ["x"]})
    assert rule.arguments == {"column": "a", "regex_list": ["x"]}
    assert QualityRule.model_validate(RULE).arguments == {}
