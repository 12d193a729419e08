"""What was opened on application: a copy on record, called back when the opening ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyrage
import pytest

from catalog_specs.errors import AccessError
from flow.city import City
from flow.derived import release_set
from flow.failures import Faults
from flow.governing.matters import act_on, file_opening, give_delegation
from flow.governing.opened import end_opening, hand_over_opened
from flow.handover.recalls import recall_lapsed
from governance.applications.matters.delegations import DELEGATION, DelegationEvent
from governance.applications.matters.handling import Said
from governance.applications.matters.openings import OPENING, OpeningEvent, OpeningRequest
from governance.store.database import open_store
from outlets.handover.found_files import look_at
from outlets.handover.trace import trace
from register.copies import traced
from storage.layout import Layout
from tests.city import NOW, OPEN_SET, PERSON
from tests.city.homes import KEYS
from tests.city.tables import fill, someone
from tests.unit.governance.applications.matters.scene import (
    CATALOG,
    KEEPER,
    KEEPER_TOO,
    REQUEST,
    on_record,
)
from tests.unit.governance.applications.offices import AUTHORITY, CLERK


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city with persons, and an application that was confirmed."""
    layout = Layout(tmp_path / "home")
    with open_store(layout) as store:
        on_record(store)
    made = City(CATALOG, layout, KEYS, lambda: NOW, actor=CLERK)
    alike = {"sex": "1", "birth_date": date(1985, 6, 7), "residence": "350502"}
    fill(layout, CATALOG, PERSON, [someone(number, **alike) for number in range(8)])
    term = date(2026, 1, 5), date(2030, 12, 31)
    give_delegation(made, "keeper", ("opening",), term, "委1")
    step(made, KEEPER, DelegationEvent.ACCEPTED, 1)
    file_opening(replace(made, actor=KEEPER), OpeningRequest.model_validate(REQUEST), "函1")
    step(made, KEEPER_TOO, OpeningEvent.ASSESSED, 2)
    step(made, AUTHORITY, OpeningEvent.CONFIRMED, 2)
    return made


def step(city: City, account: str, event: str, number: int) -> None:
    """Do one step by an account."""
    machine = DELEGATION if number == 1 else OPENING
    said = Said("文1", "必要", {"nda": "密1"} if number == 1 else {})
    act_on(replace(city, actor=account), machine, event, number, said)


def test_an_applicant_gets_the_release_and_gives_it_back(city: City, tmp_path: Path) -> None:
    """The act is entered first; after the stop nothing is handed over, and copies are recalled."""
    with pytest.raises(AccessError, match="no release"):
        hand_over_opened(city, 2, tmp_path / "out")
    release_set(city, OPEN_SET)
    done = hand_over_opened(city, 2, tmp_path / "out")
    assert (done.place / "data.parquet").is_file()
    (found,) = traced(city.layout)
    assert (found.copy.grant, found.copy.consumer, found.copy.rows) == ("opening_2", "某大学", 8)
    assert found.copy.approval == "文1"
    last = list(city.audit.read())[-1].act
    assert (last.department, last.grant, last.purpose) == (
        "civil_affairs", "opening_2", REQUEST["scenario"],
    )  # fmt: skip
    assert recall_lapsed(city, Faults(city.layout)) == ()

    said = Said("文2", "超出约定用途")
    _, told = end_opening(replace(city, actor=AUTHORITY), OpeningEvent.STOPPED, 2, said)
    assert [(one.copy, one.reason) for one in told] == [(found.copy.copy, "stopped")]
    assert "某大学" in city.layout.recall_notice(found.copy.copy).read_text(encoding="utf-8")
    with pytest.raises(AccessError, match="not in force"):
        hand_over_opened(city, 2, tmp_path / "out")


def test_copies_are_called_back_when_the_term_is_over(city: City, tmp_path: Path) -> None:
    """By the next run; a file of the copy is known again by its digest."""
    release_set(city, OPEN_SET)
    done = hand_over_opened(city, 2, tmp_path / "out")
    copies = [one.copy for one in traced(city.layout)]
    (found,) = trace(look_at(done.place / "data.csv"), copies, city.keys)
    assert (found.copy, found.consumer) == (done.copy.copy, "某大学")
    later = replace(city, clock=lambda: NOW.replace(year=2028))
    assert [one.reason for one in recall_lapsed(later, Faults(city.layout))] == ["expired"]
    assert recall_lapsed(later, Faults(city.layout)) == ()


def test_copies_are_called_back_when_the_set_is_gone(city: City, tmp_path: Path) -> None:
    """What the catalogue no longer opens, nobody keeps."""
    release_set(city, OPEN_SET)
    hand_over_opened(city, 2, tmp_path / "out")
    gone = replace(city, catalog=replace(city.catalog, open_sets={}))
    with pytest.raises(AccessError, match="no such open set"):
        hand_over_opened(gone, 2, tmp_path / "out")
    assert [one.reason for one in recall_lapsed(gone, Faults(city.layout))] == ["not_in_catalogue"]


def test_what_is_on_a_medium_is_encrypted_to_its_receiver(city: City, tmp_path: Path) -> None:
    """By the key of the application, which may be adjusted; the files inside are known again."""
    release_set(city, OPEN_SET)
    plain = hand_over_opened(city, 2, tmp_path / "out")
    assert plain.copy.medium == "platform"
    end_opening(
        replace(city, actor=AUTHORITY), OpeningEvent.ADJUSTED, 2, Said("文2", "须用介质交付")
    )
    key = str(pyrage.x25519.Identity.generate().to_public())
    asked = OpeningRequest.model_validate({**REQUEST, "receiver_key": key})
    file_opening(replace(city, actor=KEEPER), asked, "函2", 2)
    step(city, KEEPER_TOO, OpeningEvent.ASSESSED, 2)
    step(city, AUTHORITY, OpeningEvent.CONFIRMED, 2)
    sealed = hand_over_opened(city, 2, tmp_path / "out")
    assert (sealed.copy.medium, sealed.copy.receiver) == ("file", key)
    assert not (sealed.place / "data.csv").exists()
    assert set(plain.copy.files) < set(sealed.copy.files)
