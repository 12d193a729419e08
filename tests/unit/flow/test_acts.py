"""Acts of a run: each says all seven fields, and is entered before what it says is done."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from audit.acts import Operation
from audit.verifier import check_log
from catalog_specs.errors import AuditError
from flow.acts import about_city, about_grant, about_resource, at_work, told
from flow.city import City
from flow.run import run
from storage.layout import Layout
from tests.city import NOW, PERSON, REGION
from tests.city.homes import Town, city_of
from tests.city.records import REGIONS, csv_text
from tests.city.resources import catalog_of


def deliver(town: Town, name: str) -> None:
    """Put one more delivery of divisions into the inbox."""
    path = town.layout.inbox(REGION) / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(csv_text(REGIONS, (350500, "一区"), (350502, name)), encoding="utf-8")
    os.utime(path, (NOW.timestamp() - 60,) * 2)


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return the city over an empty home."""
    return city_of(catalog_of(), tmp_path)


def test_an_act_on_a_resource_is_allowed_by_its_steward_or_a_document(city: City) -> None:
    """By post and filing number; a document says more."""
    act = about_resource(city, Operation.CLEAN, PERSON)
    assert (act.resource, act.department) == (PERSON, PERSON.partition("/")[0])
    assert "（" in act.approver
    assert about_resource(city, Operation.MAINTAIN, PERSON, document="号").approver == "号"


def test_an_act_under_a_grant_says_whose_and_what_for(tmp_path: Path) -> None:
    """Purpose, consumer, approvals, columns, method and medium are the grant's."""
    city = Town(tmp_path).city
    for grant in city.catalog.grants.values():
        act = about_grant(city, grant, city.rights.standings.get(grant.code))
        assert (act.grant, act.purpose, act.way) == (grant.code, grant.purpose, grant.method.label)
        assert grant.consumer in act.user


def test_a_run_enters_what_it_does_before_it_does_it(tmp_path: Path) -> None:
    """Receiving, cleaning and updating of a delivery in this order; nothing when nothing waits."""
    town = Town(tmp_path)
    before = sum(1 for _ in town.city.audit.read())
    deliver(town, "三区")
    run(town.city)

    entries = [one for one in town.city.audit.read(before) if one.act.resource == REGION]
    done = [one.act.operation for one in entries]
    assert done[:3] == [Operation.AGGREGATE, Operation.CLEAN, Operation.MAINTAIN]
    size = town.city.audit.checkpoint
    run(town.city)
    assert town.city.audit.checkpoint == size
    log = town.city.audit
    list(check_log(log.folder, log.verifiers)[1])


def test_what_cannot_be_entered_is_not_done(tmp_path: Path) -> None:
    """The delivery stays in the inbox, and the run says why."""
    town = Town(tmp_path)
    deliver(town, "三区")
    run(town.city)
    deliver(town, "四区")
    (town.layout.audit / "checkpoint").unlink()

    result = run(town.city)

    assert AuditError.code in {one.code for one in result.faults}
    assert result.outcomes == ()


def test_an_act_about_thousands_of_deliveries_can_be_entered(city: City) -> None:
    """A few are named one by one; of many the ends, the number and a digest of all."""
    names = [f"{number:06}-20260302T120000-{'0' * 12}" for number in range(5_000)]
    act = about_resource(city, Operation.CLEAN, PERSON, facts=told(names))
    city.audit.append([act])

    (entry,) = city.audit.read()
    assert entry.act.facts["count"] == 5_000
    assert entry.act.facts["deliveries"] == [names[0], names[-1]]
    assert told(names[:3]) == {"deliveries": names[:3]}
    assert told(names)["sha256"] != told(names[:-2] + names[-1:])["sha256"]


def test_an_act_of_the_city_names_its_authority(city: City) -> None:
    """For what is about no single resource."""
    act = about_city(city, Operation.MAINTAIN, "用途", "内容")
    with at_work(replace(city, layout=Layout(city.layout.home)), act) as entered:
        assert entered.enter() == entered.enter() == 0
