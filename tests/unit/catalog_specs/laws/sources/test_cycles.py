"""Cycles: references between resources never form one, and each that does is found once."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.laws.sources.cycles import Graph, _cycles
from catalog_specs.loader import check
from tests.city.declared import change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    PLACES,
    REGION,
    SUBJECTS,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    new_element,
    new_item,
)

BREACHES = (
    Breach(
        "CAT-006",
        "a circle of two",
        PERSON,
        "items[4].references",
        "civil_affairs/person → civil_affairs/region → civil_affairs/person",
        {
            PLACES: new_element("division_head", "division"),
            REGION: new_item(
                "head", "division_head", references="civil_affairs/person.resident_id"
            ),
        },
    ),
)
NODES = "abcdef"
GRAPHS = st.fixed_dictionaries(
    {node: st.lists(st.sampled_from(NODES), max_size=3, unique=True).map(tuple) for node in NODES}
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_circle_is_reported(breach: Breach, tmp_path: Path) -> None:
    """Resources that refer to each other are reported at one link of their circle."""
    assert_reported_alone(breach, tmp_path)


def test_a_cycle_of_three_is_printed_whole(tmp_path: Path) -> None:
    """The message of a cycle names every resource on it and closes the circle."""
    root = write_catalog(
        tmp_path,
        **{
            PLACES: new_element("division_desk", "division"),
            VISIT: change(key=["visit_no"]),
            SUBJECTS: change(**{"2": {"code": "visit", "name": "办件", "key": ["visit_no"]}}),
            REGION: new_item("desk", "division_desk", references="data_office/visit.visit_no"),
        },
    )
    cycles = [problem for problem in check(root)[1] if problem.code == "CAT-006"]
    assert len(cycles) == 1
    assert cycles[0].message.endswith(
        "civil_affairs/person → civil_affairs/region → data_office/visit → civil_affairs/person"
    )


def test_a_resource_may_reference_itself(tmp_path: Path) -> None:
    """A division's parent division is in the same table: that is no circle."""
    parent = new_item("parent", "division_parent", references="civil_affairs/region.code")
    assert_lawful({PLACES: new_element("division_parent", "division"), REGION: parent}, tmp_path)


@settings(max_examples=200, deadline=None)
@given(graph=GRAPHS)
def test_a_circle_is_found_exactly_where_there_is_no_order(graph: Graph) -> None:
    """A graph has a cycle exactly when it cannot be sorted, and what is found is one, closed."""
    found = list(_cycles(graph))
    for first, *others in found:
        way = [first, *others]
        assert way[-1] == first
        assert all(up in graph[ref] for ref, up in zip(way, others, strict=False))
    assert bool(found) == _unsortable(graph)
    assert len(found) == len(set(found))


def _unsortable(graph: Graph) -> bool:
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return True
    return False
