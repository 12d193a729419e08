"""③ Duplicate collection by name: pairs that are found, and pairs that are none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Element
from catalog_specs.vocabulary import IdentityCheck
from governance.violations.detectors.duplicate_name import duplicates
from tests.city.declared import compiled
from tests.city.resources import item, resource
from tests.unit.governance.violations.suspecting import facts_of, outside, suspected

NAME = "duplicate_name"
PAIRS = 1_000


def _element(code: str, name: str, subject: str = "natural_person") -> Element:
    said = {"code": code, "name": name, "subject": subject, "type": "string"}
    return Element.model_validate(said | {"sensitivity": "public"})


def _city(pairs: list[tuple[str, str]], subject: str = "natural_person") -> Catalog:
    """Return a city in which each pair of names is an element of one department and of another."""
    ours = [_element(f"a{n}", one) for n, (one, _) in enumerate(pairs)]
    theirs = [_element(f"b{n}", f"元{n}", subject) for n in range(len(pairs))]
    first = resource("civil_affairs/first", "snapshot", ["a0"], [item(one.code) for one in ours])
    named = [item(f"b{n}", name=two) for n, (_, two) in enumerate(pairs)]
    second = resource("data_office/second", "snapshot", ["b0"], named)
    city = compiled()
    elements = {**city.elements, **{one.code: one for one in (*ours, *theirs)}}
    return replace(city, elements=elements, resources={one.ref: one for one in (first, second)})


WRITINGS = (
    lambda name: f" {name} ",
    lambda name: f"{name}（必填）".replace("（必填）", "："),
    lambda name: name.upper(),
    lambda name: name.replace("号", "_号"),
    lambda name: "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in name),
)
"""Ways in which another department writes the same name."""


@settings(max_examples=3, deadline=None)
@given(st.lists(st.integers(0, len(WRITINGS) - 1) | st.none(), min_size=PAIRS, max_size=PAIRS))
def test_of_a_thousand_pairs_exactly_those_of_one_name_are_found(ways: list[int | None]) -> None:
    """A name in another writing is the same name; another name never is."""
    names = [f"登记号{n}x" for n in range(PAIRS)]
    pairs = [
        (name, f"别的号{n}x" if way is None else WRITINGS[way](name))
        for n, (name, way) in enumerate(zip(names, ways, strict=True))
    ]
    found = {(first, second) for first, second, _ in duplicates(_city(pairs))}
    assert found == {
        (f"civil_affairs/first.a{n}", f"data_office/second.b{n}")
        for n, way in enumerate(ways)
        if way is not None
    }


def test_a_pair_is_suspected_of_the_department_that_comes_second() -> None:
    """It is told which item is there already."""
    (one,) = suspected(NAME, facts_of(_city([("联系电话", "联系电话")])))
    assert (one.department, one.about) == ("data_office", "data_office/second")
    assert one.evidence["source"] == "civil_affairs/first.a0"


@pytest.mark.parametrize("name", ["名称", "状态", "备注"])
def test_a_name_that_every_resource_has_says_nothing(name: str) -> None:
    """Generic names are no sign of one fact."""
    assert suspected(NAME, facts_of(_city([(name, name)]))) == []


def test_a_fact_about_another_subject_is_another_fact() -> None:
    """A firm's telephone is not a person's."""
    assert suspected(NAME, facts_of(_city([("联系电话", "联系电话")], "division"))) == []


def test_two_numbers_of_one_identity_are_one_fact() -> None:
    """Whatever they are called: a person has one resident id."""
    city = _city([("公民身份号码", "证件号")])
    check = {"check": IdentityCheck.RESIDENT_ID}
    elements = {
        code: one.model_copy(update=check) if code in {"a0", "b0"} else one
        for code, one in city.elements.items()
    }
    (one,) = suspected(NAME, facts_of(replace(city, elements=elements)))
    assert one.evidence["name"] == "check:resident_id"


def test_items_that_refer_are_no_duplicates() -> None:
    """The small city repeats names and ids by reference, as it should."""
    assert suspected(NAME, facts_of()) == []


def test_an_undeclared_column_named_like_a_source_is_suspected() -> None:
    """It could be had by sharing; a name that nobody owns could not."""
    (one,) = suspected(NAME, facts_of(outside=(outside("出生日期", 1), outside("爱好", 1))))
    assert one.evidence["source"] == "civil_affairs/person.birth_date"


@pytest.mark.parametrize(
    ("folders", "found"),
    [
        (("counties/licheng", "counties/jinjiang"), 0),
        (("counties/licheng", "counties/licheng"), 1),
        ((".", "counties/jinjiang"), 1),
    ],
    ids=["two counties", "one county", "city and county"],
)
def test_two_counties_keep_the_same_kind_of_fact(folders: tuple[str, str], found: int) -> None:
    """Their areas do not overlap; within one county, or with the city, it may be one fact twice."""
    city = _city([("补贴金额", "补贴金额")])
    units = ("civil_affairs", "data_office")
    files = {f"departments:{code}": f"{folder}/departments/{code}.yaml"
             for code, folder in zip(units, folders, strict=True)}  # fmt: skip
    placed = replace(city, files={**city.files, **files})
    assert len(duplicates(placed)) == found
    header = replace(outside("补贴金额", 3), resource="data_office/second")
    told = suspected(NAME, facts_of(placed, outside=(header,)))
    assert sum("header" in one.evidence for one in told) == found
