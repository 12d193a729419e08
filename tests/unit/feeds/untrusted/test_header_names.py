"""Columns of a file are told apart, whatever their header says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feeds.untrusted.header_names import is_nameless, places_of, told_apart

NAMES = st.lists(st.sampled_from(["", "甲", "乙", "#2", "甲#3", "##2"]), max_size=8)


def test_a_column_without_a_name_of_its_own_is_called_by_its_place() -> None:
    """Places count from 1, as a person counts columns."""
    assert told_apart(["甲", "", "甲", "乙"], ()) == ("甲", "#2", "甲#3", "乙")
    assert [is_nameless(name) for name in ("#2", "甲#3", "#", "甲")] == [True, False, False, False]


@given(names=NAMES)
def test_no_two_names_are_the_same_unless_declared(names: list[str]) -> None:
    """A declared name that stands twice stays, to be refused; every other is given once."""
    told = told_apart(names, {"甲"})
    others = [name for name in told if name != "甲"]
    assert len(set(others)) == len(others)
    assert "" not in told
    assert told.count("甲") == names.count("甲")


def test_a_column_is_declared_by_its_place() -> None:
    """The name is the first column's, unless all of that name are declared by place."""
    names = ["编号", "人数", "人数", "人数"]
    assert told_apart(names, {"人数", "人数#3"}) == ("编号", "人数", "人数#3", "人数#4")
    assert told_apart(names, {"人数#2", "人数#3"}) == ("编号", "人数#2", "人数#3", "人数")
    assert told_apart(names, {"人数"}) == tuple(names)


@given(names=NAMES)
def test_every_column_has_a_place_of_its_own(names: list[str]) -> None:
    """However the columns are called, what is kept of a record has all of its cells."""
    assert sorted(places_of(names).values()) == list(range(len(names)))
