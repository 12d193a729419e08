"""Element matching: the element of the city's dictionary that a sample column may be."""

from __future__ import annotations

from typing import Any

import pytest

from scaffold.matching import BOTH, Match, match, names_of, plain
from scaffold.proposal import CERTAIN
from tests.unit.scaffold.sampled import look, small_city


def _match(header: str, *taken: str, **more: Any) -> Match | None:
    city = small_city()
    return match(city, names_of(city), look(header, **more), set(taken))


def _code(found: Match | None) -> str | None:
    return found.element.code if found else None


@pytest.mark.parametrize(
    ("header", "element"),
    [
        ("公民身份号码", "resident_id"),
        ("申请人身份号码", "resident_id"),
        ("公民 身份_号码", "resident_id"),
        ("跑动次数", "visit_count"),
        ("办件日期", None),
    ],
)
def test_a_city_knows_a_fact_by_every_name_it_goes_by(header: str, element: str | None) -> None:
    """The element's name and the headers under which it is delivered name it; a part's do not."""
    assert names_of(small_city()).get(plain(header)) == element


@pytest.mark.parametrize(
    ("name", "same"),
    [("姓 名（全称）", "姓名全称"), ("Person_Name", "personname"), ("a.b/c", "abc")],
)
def test_punctuation_and_case_make_no_other_name(name: str, same: str) -> None:
    """Headers are written in many ways."""
    assert plain(name) == plain(same)


@pytest.mark.parametrize(
    ("header", "more", "element", "least", "most"),
    [
        ("姓名", {}, "person_name", 0.9, 1.0),
        ("登记收入", {"tests": {"decimal": 10}}, "income", 0.9, 1.0),
        ("登记收入", {"tests": {"integer": 5, "decimal": 5}}, "income", 0.4, CERTAIN),
        ("登记收入", {"given": 0}, "income", 0.9, 1.0),
        ("公民身份号", {}, "resident_id", 0.3, CERTAIN),
        ("栏", {"tests": {"resident_id": 10}}, "resident_id", CERTAIN, BOTH),
        ("公民身份号", {"tests": {"resident_id": 10}}, "resident_id", BOTH, 1.0),
        ("栏", {"lists": {("sex", "code"): 10}, "distinct": 2}, "sex", 0.4, CERTAIN),
    ],
)
def test_name_and_values_together_make_sure(
    header: str, more: dict[str, Any], element: str, least: float, most: float
) -> None:
    """A same name or two reasons of different kinds suffice; one likeness is only named."""
    found = _match(header, **more)
    assert found is not None
    assert found.element.code == element
    assert least <= found.confidence <= most


@pytest.mark.parametrize(
    ("header", "more"),
    [
        ("栏", {}),
        ("栏", {"tests": {"resident_id": 9}}),
        ("栏", {"lists": {("sex", "code"): 9}, "distinct": 2}),
        ("栏", {"lists": {("sex", "code"): 10}, "distinct": 1}),
        ("栏", {"given": 0, "lists": {}}),
        ("（）", {}),
        ("号", {}),
        ("", {}),
    ],
)
def test_little_says_nothing(header: str, more: dict[str, Any]) -> None:
    """A test that some texts fail, one value alone, and a header that stands in any name."""
    assert _match(header, **more) is None


def test_an_element_is_taken_once() -> None:
    """A second column of the name is another fact, or something like it."""
    assert _code(_match("姓名")) == "person_name"
    assert _code(_match("姓名", "person_name")) != "person_name"


def test_the_reason_says_what_was_seen() -> None:
    """Who verifies a draft reads both reasons, and a doubt about the type."""
    both = _match("公民身份号", tests={"resident_id": 10})
    doubt = _match("登记收入")
    assert both is not None
    assert "similar name" in both.reason
    assert "check digits" in both.reason
    assert doubt is not None
    assert "another type" in doubt.reason
