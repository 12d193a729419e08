"""Settling all cases of a city: one transaction, and the alerts that follow from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flow.city import City
from flow.desk.keeping import keep_desk
from flow.desk.settling import settle_all
from flow.failures import Faults
from governance.cases.signals import CaseOrigin, Signal
from tests.city import NOW, PERSON
from tests.city.homes import Town
from tests.unit.flow.desk.test_keeping import R1, R2, R3, judged
from tests.unit.governance.cases.test_alerts import listening


def fact(*, failing: bool = True, hour: int = 0) -> Signal:
    """Return a fact about a rule."""
    seen_at = NOW + timedelta(hours=hour)
    return Signal(
        *(CaseOrigin.RULE, PERSON, "R1", "", failing, 2), {}, seen_at, owner="civil_affairs"
    )


def settled(city: City, *signals: Signal) -> list[str]:
    """Settle, and return the alerts in words."""
    faults = Faults(city.layout)
    alerts = settle_all(city, signals, faults).alerts
    assert faults.found == []
    return [f"{one.kind.value} {one.case.number}" for one in alerts]


def test_alerts_are_for_what_is_new_or_pressing(tmp_path: Path) -> None:
    """A new case, a reminder on its due day, that it is overdue; a closed one is no alert."""
    city = Town(tmp_path).city

    def days(count: int) -> City:
        return replace(city, clock=lambda: NOW + timedelta(days=count))

    assert settled(city, fact()) == ["new 1"]
    assert settled(city, fact()) == []
    assert settled(days(7)) == ["reminder 1"]
    assert settled(days(8)) == ["overdue 1"]
    assert settled(days(9), fact(failing=False, hour=1)) == []
    assert settled(days(10), fact(hour=2)) == ["new 1"]


def test_a_run_sends_one_message_where_it_is_asked_for(tmp_path: Path) -> None:
    """Without an address nothing is sent; one that does not answer is a fault, and cases stand."""
    town = Town(tmp_path)
    judged(town.city, 1, R1, R2)
    with listening() as (address, taken):
        faults = Faults(town.layout)
        assert keep_desk(replace(town.city, alerts=(address,)), faults).opened == 2
    assert len(taken) == 1
    assert faults.found == []

    judged(town.city, 2, R1, R2, R3)
    assert keep_desk(replace(town.city, alerts=(address,)), faults).opened == 1
    assert [(one.stop, one.subject, one.code.value) for one in faults.found] == [
        ("desk", "alerts", "SET-001")
    ]
