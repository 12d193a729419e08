"""The proposal: from a sample's looks to a resource, item by item."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.spec import is_code
from scaffold.looks import Look
from scaffold.proposal import Proposal, Proposed, propose
from tests.unit.scaffold.sampled import look, sample, small_city

HEADERS = st.lists(st.text("aA1_ 栏", max_size=70), min_size=1, max_size=6)


def _propose(*looks: Look, **more: Any) -> Proposal:
    headers = [one.header for one in looks]
    return propose(small_city(), "data_office", "sample", sample(headers, **more), looks)


def _one(header: str = "栏", **more: Any) -> Proposed:
    [item] = _propose(look(header, **more)).items
    return item


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, "string"),
        ({"given": 0}, "string"),
        ({"tests": {"integer": 10}}, "integer"),
        ({"tests": {"integer": 10}, "longest": 10}, "string"),
        ({"tests": {"integer": 9}}, "string"),
        ({"tests": {"integer": 4, "decimal": 6}}, "decimal"),
        ({"tests": {"money": 10}}, "decimal"),
        ({"dates": {"%Y-%m-%d": 6, "%Y%m%d": 4}}, "date"),
        ({"dates": {"%Y-%m-%d": 9}}, "string"),
        ({"dates": {"%Y%m%d": 10}, "tests": {"integer": 10}}, "date"),
        ({"moments": {"%Y-%m-%d %H:%M": 10}}, "datetime"),
        (
            {"moments": {"%Y-%m-%d %H:%M:%S": 10}, "dates": {"%Y-%m-%d %H:%M:%S": 10}},
            "date",
        ),
    ],
)
def test_a_new_element_has_the_type_its_texts_have(more: dict[str, Any], kind: str) -> None:
    """Nearly all texts decide; long numbers name things, and midnights are dates."""
    assert _one(**more).type.value == kind


@pytest.mark.parametrize(
    ("header", "more", "steps"),
    [
        ("栏", {}, ()),
        ("栏", {"tests": {"spaces": 1}}, ("trim",)),
        ("栏", {"tests": {"fullwidth": 1}}, ()),
        ("栏", {"tests": {"fullwidth": 1, "integer": 10}}, ("halfwidth",)),
        ("栏", {"dates": {"%Y-%m-%d": 10}}, ()),
        (
            "栏",
            {"dates": {"%Y-%m-%d": 2, "%Y%m%d": 8}},
            ('{dates: {formats: ["%Y%m%d", "%Y-%m-%d"]}}',),
        ),
        ("栏", {"moments": {"%Y-%m-%d %H:%M:%S": 10}}, ()),
        (
            "栏",
            {"moments": {"%Y-%m-%d %H:%M": 10}},
            ('{moments: {formats: ["%Y-%m-%d %H:%M"]}}',),
        ),
        ("登记收入", {"tests": {"money": 10}}, ("{number: {units: true, currency: true}}",)),
        ("登记收入", {"tests": {"decimal": 10}}, ()),
        (
            "性别",
            {"lists": {("sex", "name"): 8, ("sex", "code"): 2}},
            ("{translate: {code_list: sex}}",),
        ),
        ("性别", {"lists": {("sex", "name"): 2, ("sex", "code"): 8}}, ()),
    ],
)
def test_steps_bring_the_texts_into_the_citys_way(
    header: str, more: dict[str, Any], steps: tuple[str, ...]
) -> None:
    """Each step is proposed where the sample needs it, the most frequent format first."""
    assert _one(header, **more).steps == steps


@settings(max_examples=100, deadline=None)
@given(headers=HEADERS)
def test_every_item_has_a_code_of_its_own(headers: list[str]) -> None:
    """Whatever the headers, codes are codes, and none occurs twice."""
    codes = [item.code for item in _propose(*map(look, headers)).items]
    assert len(codes) == len(set(codes)) == len(headers)
    assert all(map(is_code, codes))


def test_a_code_that_is_taken_gets_its_place_until_it_is_free() -> None:
    """Even where the code with a place is a header of its own."""
    proposal = _propose(look("a_3"), look("a"), look("A"), look("栏"))
    assert [item.code for item in proposal.items] == ["a_3", "a", "a_3_3", "column_4"]


def test_a_known_fact_refers_to_its_owner() -> None:
    """A column that the city knows is no second source: it refers, with its element's code."""
    item = _one("姓名")
    assert (item.code, item.source) == ("person_name", "civil_affairs/person.name")


def test_a_likeness_is_named_and_proposes_nothing() -> None:
    """What only may be a known fact stays a new one, for a person to decide."""
    item = _one("户籍区划地")
    assert item.match is not None
    assert item.match.element.code == "residence"
    assert (item.code, item.source) == ("column_1", None)


def test_the_key_is_the_subjects_where_it_identifies() -> None:
    """A subject's key found whole and without repetition is the key, and names the subject."""
    proposal = _propose(look("办件编号"), look("公民身份号码"))
    assert (proposal.key, proposal.subject) == (("resident_id",), "natural_person")


def test_a_repeated_number_is_no_key() -> None:
    """Where persons occur more than once, the first column without repetition is."""
    proposal = _propose(look("公民身份号码", distinct=3), look("件号"), look("序号"))
    assert (proposal.key, proposal.subject) == (("column_2",), None)
    assert _propose(look("公民身份号码", distinct=3)).key == ()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"tests": {"resident_id": 10}}, "identity"),
        ({"tests": {"mobile": 10}}, "contact"),
        (
            {"lists": {("sex", "code"): 10, ("outcome", "code"): 2}, "distinct": 1},
            "values are in: sex",
        ),
    ],
)
def test_what_values_look_like_is_noted(more: dict[str, Any], says: str) -> None:
    """Numbers of persons and code lists are pointed out, and a list only when all values fit."""
    notes = _one(**more).notes
    assert any(note.endswith(says) or says in note for note in notes)
    assert not any("outcome" in note for note in notes)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"tests": {"damaged": 2}}, "2 个值像受损的编号"),
        ({"tests": {"mojibake": 1}}, "1 个值像乱码"),
        ({"rows": 100, "given": 4, "distinct": 4}, "几乎为空（4/100）"),
        ({"distinct": 1}, "所有取值相同"),
    ],
)
def test_what_is_wrong_with_a_column_is_warned_of(more: dict[str, Any], says: str) -> None:
    """Damaged, unreadable, empty and constant columns are named by their header."""
    [warning] = _propose(look("栏", **more)).warnings
    assert "栏" in warning
    assert says in warning


def test_a_sound_column_is_warned_of_by_nothing() -> None:
    """Nothing is said of a column in which nothing is wrong."""
    assert _propose(look()).warnings == ()


def test_what_is_wrong_with_the_file_comes_first() -> None:
    """No header, and records that cannot be split, with their number and code."""
    first, second = _propose(look(), header="none", defects={"columns": 3}).warnings
    assert "no header found" in first
    assert "3 条记录无法拆分（columns）" in second


def test_null_markers_are_gathered_once() -> None:
    """The empty text comes first, then each marker of any column."""
    nulls = _propose(look("甲", nulls=("N/A", "无")), look("乙", nulls=("无", "-"))).nulls
    assert nulls == ("", "N/A", "无", "-")
