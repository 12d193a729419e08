"""Acts on matters: each allow and each deny is one entry, in the digest of the data's producer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalog_specs.errors import GrantError
from flow.city import City
from flow.governing.matters import (
    act_on,
    ask_interface,
    file_opening,
    give_delegation,
    known_matter,
    shown_matters,
)
from governance.applications.matters.handling import Said
from governance.applications.matters.interfaces import INTERFACE, InterfaceEvent
from governance.applications.matters.openings import OpeningRequest
from governance.store.database import open_store
from storage.layout import Layout
from tests.city import NOW, PERSON, VISIT
from tests.city.homes import KEYS
from tests.unit.governance.applications.matters.scene import CATALOG, KEEPER, REQUEST, on_record
from tests.unit.governance.applications.offices import CLERK, PRODUCER


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a fresh city with everybody on record."""
    layout = Layout(tmp_path)
    with open_store(layout) as store:
        on_record(store)
    return City(CATALOG, layout, KEYS, lambda: NOW, actor=CLERK)


def test_each_act_is_one_entry_and_a_refusal_says_so(city: City) -> None:
    """The department is that of the data, so that its digest of the day has the act."""
    ask_interface(city, PERSON, Said("文1", "需实时核验"))
    with pytest.raises(GrantError, match="no registered steward"):
        act_on(city, INTERFACE, InterfaceEvent.PROVIDED, 1, Said("文2", "", {"specification": "x"}))
    producer = replace(city, actor=PRODUCER)
    act_on(producer, INTERFACE, InterfaceEvent.PROVIDED, 1, Said("文2", "", {"specification": "x"}))
    acts = [one.act for one in city.audit.read()]
    assert [(one.department, one.resource, one.user) for one in acts] == [
        ("civil_affairs", PERSON, CLERK),
        ("civil_affairs", PERSON, CLERK),
        ("civil_affairs", PERSON, PRODUCER),
    ]
    assert [one.facts.get("state") for one in acts] == ["asked", None, "provided"]
    assert {one.facts["matter"] for one in acts} == {1}
    assert "no registered steward" in acts[1].facts["denied"]
    assert acts[2].approver == "民政科岗 文2"
    assert "姓名" not in "".join(map(str, acts))


def test_what_the_catalogue_does_not_know_is_not_filed(city: City) -> None:
    """The refusals are on record as well."""
    term = date(2026, 1, 1), date(2027, 1, 1)
    with pytest.raises(GrantError, match="no such resource"):
        ask_interface(city, "civil_affairs/nothing", Said("文1", "必要"))
    with pytest.raises(GrantError, match="no operator"):
        give_delegation(city, "civil_affairs", ("opening",), term, "文1")
    with pytest.raises(GrantError, match="not itself"):
        ask_interface(city, VISIT, Said("文1", "必要"))
    assert all(one.act.facts["denied"] for one in city.audit.read())
    assert len(list(city.audit.read())) == 3
    assert shown_matters(city) == ()


def test_an_application_that_does_not_fit_is_not_filed(city: City) -> None:
    """A university applies for no commercial use (六(四))."""
    asked = OpeningRequest.model_validate({**REQUEST, "use": "commercial"})
    with pytest.raises(GrantError, match="no commercial use"):
        file_opening(replace(city, actor=KEEPER), asked, "函1")
    fitting = OpeningRequest.model_validate(REQUEST)
    done = file_opening(city, fitting, "函1")
    assert known_matter(city, "opening", done.matter.number).asked_by == "某大学"
    with pytest.raises(GrantError, match="no such matter"):
        known_matter(city, "interface", done.matter.number)
