"""The compiled catalogue: what is asked of it, and the order of its resources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CatalogLookupError
from catalog_specs.loader import load
from tests.city.declared import change, write_catalog
from tests.unit.catalog_specs.laws.breach import PERSON, PLACES, REGION, new_element

PERSON_REF = "civil_affairs/person"
VISIT_REF = "data_office/visit"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Return the minimal city, in which a division has a parent and one item its own name."""
    parent = {
        "code": "parent",
        "element": "division_parent",
        "references": "civil_affairs/region.code",
    }
    return load(
        write_catalog(
            tmp_path_factory.mktemp("city"),
            **{
                PLACES: new_element("division_parent", "division"),
                REGION: change(items__2=parent, feed__columns__parent="parent"),
                PERSON: change(items__4__name="户籍地"),
            },
        )
    )


def test_a_resource_comes_after_those_it_names(city: Catalog) -> None:
    """In order, whatever a resource refers to or references stands before it, each once."""
    order = [resource.ref for resource in city.in_order()]
    assert sorted(order) == sorted(city.resources)
    for place, ref in enumerate(order):
        assert set(city.upstream(city.resource(ref))) <= set(order[:place])


@pytest.mark.parametrize(
    ("ref", "upstream"),
    [
        ("civil_affairs/region", ()),
        (PERSON_REF, ("civil_affairs/region",)),
        (VISIT_REF, (PERSON_REF,)),
    ],
)
def test_upstream_is_named_once_and_never_the_resource_itself(
    city: Catalog, ref: str, upstream: tuple[str, ...]
) -> None:
    """Two links to one table are one, and a link within a table waits for nothing."""
    assert city.upstream(city.resource(ref)) == upstream


def test_an_owner_is_the_item_without_a_source(city: Catalog) -> None:
    """Of all items about an element the one that refers to none owns it, first or last."""
    backwards = dict(reversed(city.resources.items()))
    owner = replace(city, resources=backwards).owner_of("person_name")
    assert owner is not None
    assert (owner[0].ref, owner[1].code) == (PERSON_REF, "name")


def test_an_element_that_nobody_collects_has_no_owner(tmp_path: Path) -> None:
    """An element of the dictionary need not be in use."""
    edit = new_element("division_flag", "division")
    assert load(write_catalog(tmp_path, **{PLACES: edit})).owner_of("division_flag") is None


def test_an_items_own_name_comes_before_its_elements(city: Catalog) -> None:
    """A resource may call a fact as its readers do."""
    person = city.resource(PERSON_REF)
    assert city.name_of(person.item("residence")) == "户籍地"
    assert city.name_of(person.item("sex")) == "性别"


def test_a_reference_is_resolved_to_its_item(city: Catalog) -> None:
    """`<department>/<resource>.<item>` leads to both."""
    resource, item = city.target("civil_affairs/person.resident_id")
    assert (resource.ref, item.code) == (PERSON_REF, "resident_id")
    assert city.element_of(item).standard == "GB 11643"


@pytest.mark.parametrize("ref", ["person", "civil_affairs/persons", ""])
def test_an_unknown_resource_is_refused_with_where_to_look(city: Catalog, ref: str) -> None:
    """Nothing is guessed: the error names the folder and how a resource is named."""
    with pytest.raises(CatalogLookupError) as refused:
        city.resource(ref)
    assert repr(ref) in str(refused.value)
    assert "resources" in str(refused.value)
    assert "<department>/<resource>" in str(refused.value)
