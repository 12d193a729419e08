"""Reading matters: lists with their due days, what is overdue, and what ends soon."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from governance.applications.matters.interfaces import INTERFACE, InterfaceEvent
from governance.applications.matters.openings import OPENING, OpeningEvent
from governance.applications.matters.reading import (
    delegations,
    ending,
    interface_requests,
    matters,
    openings,
    overdue,
    recorded,
)
from governance.store.database import open_store
from storage.layout import Layout
from tests.city import PERSON, TODAY
from tests.unit.governance.applications.matters.scene import (
    CATALOG,
    KEEPER,
    REQUEST,
    Counters,
    on_record,
)
from tests.unit.governance.applications.offices import CLERK

LATE = date(2026, 3, 17)


def test_a_home_without_a_store_has_no_matters(tmp_path: Path) -> None:
    """Nor is one made by looking."""
    layout = Layout(tmp_path / "home")
    assert matters(layout, "", CATALOG, TODAY) == ()
    assert not layout.governance_db.exists()


def test_lists_have_what_is_due_overdue_and_ending(tmp_path: Path, address: str) -> None:
    """Each kind by itself; the due day itself is in time."""
    layout = Layout(tmp_path / "home")
    with open_store(layout, address) as store:
        on_record(store)
        counters = Counters(store)
        counters.delegated(until="2026-06-30")
        counters.do(KEEPER, OPENING, OpeningEvent.FILED, **REQUEST)
        counters.do(CLERK, INTERFACE, InterfaceEvent.ASKED, resource=PERSON)
    at = layout, address, CATALOG
    (opening,) = openings(*at, TODAY)
    assert (opening.about, opening.asked_by, opening.in_force) == (
        "resident_profile", "某大学", False,
    )  # fmt: skip
    assert (opening.until, opening.due, opening.state.label) == (date(2027, 12, 31), None, "待评估")
    (request,) = interface_requests(*at, TODAY)
    assert request.as_dict() == {
        "number": 3, "kind": "interface", "state": "asked", "state_zh": "待提供",
        "state_en": "waits for the producer", "clause": "二(三)", "about": PERSON,
        "asked_by": "data_office", "since": "2026-03-02", "until": None, "in_force": False,
        "due": "2026-03-16", "due_what": "提供接口", "provisional": False, "overdue": False,
    }  # fmt: skip
    (delegation,) = delegations(*at, TODAY)
    assert (delegation.about, delegation.in_force) == ("keeper", True)
    found = matters(*at, LATE)
    assert [one.matter.number for one in found] == [1, 2, 3]
    assert [one.matter.number for one in overdue(found)] == [3]
    assert overdue(matters(*at, date(2026, 3, 16))) == ()
    assert [one.matter.number for one in ending(found, 120)] == [1]
    assert ending(found, 100) == ()


def test_matters_are_told_as_they_were_before_a_moment(tmp_path: Path, address: str) -> None:
    """Without what came since; what began later is left out."""
    layout = Layout(tmp_path / "home")
    with open_store(layout, address) as store:
        on_record(store)
        Counters(store).delegated(until="2026-06-30")
    (now,) = recorded(layout, address)
    assert len(now.events) > 1
    assert recorded(layout, address, until=now.events[0].at) == ()
    (ever,) = recorded(layout, address, until=now.events[-1].at + timedelta(seconds=1))
    assert ever == now
