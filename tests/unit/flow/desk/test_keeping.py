"""The desk: cases follow from what the lake says at the end of a run, and else cost nothing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from catalog_specs.vocabulary import Dimension, Level
from flow.city import City
from flow.desk.done import Desk
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from governance.cases.settling import open_cases
from governance.cases.states import Case
from governance.store.database import open_store
from register.rule_results import RuleAsked, RuleFound, record_results
from tests.city import NOW, PERSON
from tests.city.homes import Town

R1, R2, R3 = "name:required", "sex:code_list", "residence:reference"
"""Rules that persons have."""


def judged(city: City, sequence: int, *failing: str, fingerprint: str = "f1") -> None:
    """Enter what three rules found in a delivery; those fail."""
    moment = (NOW + timedelta(hours=sequence)).isoformat()
    name = f"{sequence:06}-{sequence:012x}"
    found = [
        RuleFound(
            RuleAsked(
                *(code, fingerprint, "规则", "a rule"), Dimension.ACCURACY, Level.WARN, "三(六)"
            ),
            judged=(9,),
            failing=(7 * (code in failing),),
            passed=(code not in failing,),
        )
        for code in (R1, R2, R3)
    ]
    assert record_results(city.layout, PERSON, [name], found, moment)


def kept(city: City) -> Desk:
    """Keep the desk, and expect that nothing failed."""
    faults = Faults(city.layout)
    desk = keep_desk(city, faults)
    assert faults.found == []
    return desk


def cases(city: City) -> list[Case]:
    """Return the open cases."""
    with open_store(city.layout) as store, store.reading() as session:
        return list(open_cases(session))


def test_a_home_in_which_nothing_failed_gets_no_store(tmp_path: Path) -> None:
    """A home of an earlier version has none either, and needs none."""
    city = Town(tmp_path).city
    city.layout.governance_db.unlink()
    assert kept(city) == Desk()
    assert not city.layout.governance_db.exists()


def test_a_failing_rule_opens_its_case_and_a_passing_one_closes_it(tmp_path: Path) -> None:
    """One case a rule; what fails again is opened again, under the number that it had."""
    city = Town(tmp_path).city
    judged(city, 1, R1, R2)
    assert kept(city) == Desk(opened=2)
    numbers = {one.about: one.number for one in cases(city)}
    assert all(one.owner == PERSON.partition("/")[0] for one in cases(city))

    judged(city, 2, R2)
    assert kept(city) == Desk(closed=1)
    assert [one.about for one in cases(city)] == [R2]

    judged(city, 3, R1, R2)
    assert kept(city) == Desk(reopened=1)
    assert {one.about: one.number for one in cases(city)} == numbers


def test_a_day_on_which_nothing_changed_settles_nothing(tmp_path: Path) -> None:
    """SQLAlchemy is not even imported; the next day cases are looked at, for their clocks."""
    city = Town(tmp_path).city
    judged(city, 1, R1)
    kept(city)
    before = city.layout.governance_db.read_bytes()
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.city.homes import city_of\n"
        "from catalog_specs.loader import load\nfrom flow.desk.keeping import keep_desk\n"
        "from flow.failures import Faults\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "city = city_of(load(folder / 'catalogue'), folder / 'home', decide=False)\n"
        "keep_desk(city, Faults(city.layout))\nassert 'sqlalchemy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert city.layout.governance_db.read_bytes() == before

    tomorrow = replace(city, clock=lambda: NOW + timedelta(days=1))
    assert kept(tomorrow) == Desk()


def test_a_store_that_cannot_be_opened_is_a_fault_and_no_more(tmp_path: Path) -> None:
    """The run goes on, says so, and settles the next time."""
    city = Town(tmp_path).city
    judged(city, 1, R1)
    faults = Faults(city.layout)
    away = replace(city, governance_db="postgresql://nobody:secret@127.0.0.1:1/none")
    assert keep_desk(away, faults) == Desk()
    assert [(one.stop, one.code.value) for one in faults.found] == [("desk", "SET-001")]
    assert kept(city) == Desk(opened=1)


def test_a_changed_rule_is_another_case(tmp_path: Path) -> None:
    """The former definition's case ends, and says which one it was changed to."""
    city = Town(tmp_path).city
    judged(city, 1, R1)
    kept(city)
    judged(city, 2, R1, fingerprint="f2")
    assert kept(city) == Desk(opened=1, closed=1)
    assert [(one.about, one.cause) for one in cases(city)] == [(R1, "f2")]


def test_a_rule_that_is_no_longer_asked_ends_its_case(tmp_path: Path) -> None:
    """No later result will ever tell: the catalogue does."""
    town = Town(tmp_path)
    judged(town.city, 1, R2)
    kept(town.city)
    town.declare(**{"elements/persons.yaml": _without_code_list})
    later = replace(town.city, clock=lambda: NOW + timedelta(hours=2))
    assert kept(later) == Desk(closed=1)


def _without_code_list(document: Any) -> None:
    for element in document:
        element.pop("code_list", None)
