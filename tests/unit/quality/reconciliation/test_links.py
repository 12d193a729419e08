"""Behaviour of the links between referred items and their sources."""

from __future__ import annotations

from catalog_specs.loader import bundled, load
from quality.reconciliation.links import links, referring
from tests.city import FIRM, PERSON, STAFF, VISIT
from tests.city.resources import catalog_of, firm, item, person, resource, staff


def test_a_record_finds_its_row_by_the_item_that_holds_the_key() -> None:
    """An item that is the source's key itself is looked up; any other is looked up beside it."""
    catalog = catalog_of(person(), staff())
    key, name, born = links(catalog, catalog.resource(STAFF))
    assert [one.existence_only for one in (key, name, born)] == [True, False, False]
    assert {one.on for one in (key, name, born)} == {(("resident_id", "resident_id"),)}
    assert (born.item.code, born.source.code, born.type) == ("born", "birth_date", "DATE")
    assert [column.name for column in born.columns][-2:] == ["_delivery", "_row"]


def test_a_resource_without_the_key_of_a_source_has_nothing_to_join_on() -> None:
    """The link is there, so that the catalogue's question is told as such."""
    lone = item("name", "person_name", source=f"{PERSON}.name")
    catalog = catalog_of(
        person(), resource(FIRM, "snapshot", ["uscc"], ["uscc", lone], "legal_entity")
    )
    (link,) = links(catalog, catalog.resource(FIRM))
    assert link.on == ()


def test_resources_that_only_own_refer_to_nothing() -> None:
    """They are not among those that are compared."""
    catalog = catalog_of(person(), firm(), staff())
    assert [one.ref for one in referring(catalog)] == [STAFF]
    assert VISIT in {one.ref for one in referring(catalog_of())}


def test_codes_of_divisions_are_known_by_their_list() -> None:
    """Sexes have a code list too, and follow nothing; the bundled city's divisions do."""
    catalog = load(bundled("quanzhou"))
    profile = catalog.resource("natural_resources/region_profile")
    told = {one.item.code: one.divisions for one in links(catalog, profile)}
    assert told == {"region_code": True, "name": False}
    student = catalog.resource("education/student")
    assert not any(one.divisions for one in links(catalog, student))
