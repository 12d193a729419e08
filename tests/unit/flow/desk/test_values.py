"""Values of a case: the record that was reported, or what a rule quarantined, as it was landed."""

from __future__ import annotations

from pathlib import Path

import pytest

from flow.desk.cases import report_wrong, shown_case, shown_cases
from flow.desk.values import case_values
from flow.run import run
from governance.cases.corrections import Wrong
from tests.city import GRANT, PERSON
from tests.city.homes import Town
from tests.city.records import people, person_id


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return a city in which one record was quarantined, and another reported."""
    town = Town(tmp_path_factory.mktemp("town"))
    town.take(PERSON, "p.csv", people(range(1, 5), p2=("人2", 9, "1990-01-01", 350500, "1.00")))
    run(town.city)
    catalog = town.city.catalog
    key = {"resident_id": person_id(3)}
    said = (catalog.resource(PERSON), "name", 0, key, "错", "data_office", catalog.grants[GRANT])
    report_wrong(town.city, Wrong(*said))
    return town


def test_each_case_leads_to_its_records(town: Town) -> None:
    """By place alone, whatever became of them since."""
    about = {one.case.about: one.case.number for one in shown_cases(town.city)}
    for subject, number in (("sex:code_list", 2), ("name", 3)):
        delivery, records = case_values(town.city, shown_case(town.city, about[subject]))
        assert delivery.startswith("000001-")
        assert len(records) == 1
        assert person_id(number) in records[0]


def test_a_resource_that_is_gone_shows_none(town: Town, tmp_path: Path) -> None:
    """The catalogue no longer says how its records are read."""
    number = shown_cases(town.city)[0].case.number
    found = shown_case(town.city, number)
    town = town.copied(tmp_path)
    resources = dict(town.city.catalog.resources)
    del resources[PERSON]
    object.__setattr__(town.city.catalog, "resources", resources)
    assert case_values(town.city, found)[1] == ()
