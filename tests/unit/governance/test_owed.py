"""What offices owe: every kind of duty has its office, its day and its clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.models.figure import Figure
from governance.applications.filing import apply, decide
from governance.applications.matters.delegations import DELEGATION, DelegationEvent
from governance.applications.matters.interfaces import INTERFACE, InterfaceEvent
from governance.applications.matters.openings import OPENING, OpeningEvent
from governance.owed import Owed, owed, read_owed
from governance.store.database import open_store
from register.copies import COPIES, RECALLS
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW, PERSON, TODAY
from tests.city.declared import change, compiled
from tests.unit.governance.applications.matters.scene import (
    CATALOG,
    DELEGATED,
    KEEPER,
    KEEPER_TOO,
    REQUEST,
    Counters,
)
from tests.unit.governance.applications.matters.scene import on_record as keepers_on_record
from tests.unit.governance.applications.offices import (
    AUTHORITY,
    CLERK,
    PRODUCER,
    Offices,
    on_record,
)
from tests.unit.register.test_copies import COPY, NOTICE


def told(layout: Layout, catalog: Catalog, day: date) -> list[Owed]:
    """Return what is owed of a home on a day."""
    return list(read_owed(layout, "", catalog, day))


def brief(found: list[Owed]) -> list[tuple[str, str, str, str | None, int | None]]:
    """Return kind, office, place, due day and working days late of each."""
    return [
        (one.kind.value, one.by, one.place, str(one.due.day) if one.due else None, one.late)
        for one in found
    ]


def test_nothing_is_owed_without_a_store_or_copies(tmp_path: Path) -> None:
    """Nor is a store made by looking."""
    layout = Layout(tmp_path)
    assert told(layout, CATALOG, TODAY) == []
    assert not layout.governance_db.exists()


def test_each_office_owes_its_own_decision_until_it_is_made(tmp_path: Path) -> None:
    """Both at first, then the authority alone; without a term of the profile there is no day."""
    layout, catalog = (
        Layout(tmp_path),
        compiled(**{GRANT_FILE: change(resources__0__items__5="income")}),
    )
    with open_store(layout) as store:
        on_record(store)
        offices = Offices(store, catalog)
        with offices.by(CLERK) as office:
            apply(office, catalog.grant(GRANT))
        place = f"grant {GRANT}"
        assert brief(told(layout, catalog, TODAY)) == [
            ("decision", "civil_affairs", place, None, None),
            ("decision", "data_office", place, None, None),
        ]
        with offices.by(PRODUCER) as office:
            decide(office, GRANT, "民函1号", yes=True)
        (left,) = told(layout, catalog, TODAY)
        assert (left.by, left.since, left.clause) == ("data_office", TODAY, "五(四)")
        before = NOW - timedelta(seconds=1)
        assert read_owed(layout, "", catalog, TODAY, before) == ()
        figure = Figure(value=2, unit="工作日", clause="五(四)")
        profile = catalog.profile.model_copy(update={"grant_decision_days": figure})
        termed = replace(catalog, profile=profile)
        assert brief(told(layout, termed, date(2026, 3, 5))) == [
            ("decision", "data_office", place, "2026-03-04", 1)
        ]
        with offices.by(AUTHORITY) as office:
            decide(office, GRANT, "数函1号", yes=True)
    assert told(layout, catalog, TODAY) == []


def test_matters_are_owed_by_whoever_has_to_act_next(tmp_path: Path) -> None:
    """The due day itself is in time; an answer without a set term has none."""
    layout = Layout(tmp_path)
    with open_store(layout) as store:
        keepers_on_record(store)
        counters = Counters(store)
        counters.delegated(until="2026-06-30")
        counters.do(KEEPER, OPENING, OpeningEvent.FILED, **REQUEST)
        counters.do(CLERK, INTERFACE, InterfaceEvent.ASKED, resource=PERSON)
        counters.do(CLERK, DELEGATION, DelegationEvent.GIVEN, **DELEGATED)
        interface = ("interface", "civil_affairs", "interface 3", "2026-03-16")
        acceptance = ("acceptance", "keeper", "delegation 4", "2026-03-02", None)
        assessment = ("assessment", "keeper", "opening 2", None, None)
        assert brief(told(layout, CATALOG, TODAY)) == [
            acceptance, (*interface, None), assessment
        ]  # fmt: skip
        assert brief(told(layout, CATALOG, date(2026, 3, 16)))[1] == (*interface, None)
        assert brief(told(layout, CATALOG, date(2026, 3, 18)))[1] == (*interface, 2)

        counters.do(PRODUCER, INTERFACE, InterfaceEvent.EXTENSION_ASKED, 3, days=5)
        counters.do(KEEPER, DELEGATION, DelegationEvent.ACCEPTED, 4, nda="密1")
        counters.do(KEEPER_TOO, OPENING, OpeningEvent.ASSESSED, 2)
        found = brief(told(layout, CATALOG, TODAY))
        assert found == [
            (*interface, None),
            ("extension", "data_office", "interface 3", None, None),
            ("confirmation", "data_office", "opening 2", None, None),
        ]
        counters.do(AUTHORITY, INTERFACE, InterfaceEvent.EXTENDED, 3)
        counters.do(AUTHORITY, OPENING, OpeningEvent.CONFIRMED, 2)
        found = brief(told(layout, CATALOG, TODAY))
        assert found == [
            ("interface", "civil_affairs", "interface 3", "2026-03-23", None),
            ("usage_report", "某大学", "opening 2", "2026-08-31", None),
        ]


def test_an_assessment_is_the_authoritys_where_nobody_is_delegated(tmp_path: Path) -> None:
    """Whoever could delegate it answers for it."""
    layout = Layout(tmp_path)
    with open_store(layout) as store:
        keepers_on_record(store)
        Counters(store).do(CLERK, OPENING, OpeningEvent.FILED, **REQUEST)
    assert [one.by for one in told(layout, CATALOG, TODAY)] == ["data_office"]


@pytest.mark.parametrize(("day", "late"), [("2026-03-01", None), ("2026-03-03", 2)])
def test_a_copy_that_was_called_back_is_owed_by_its_receiver(
    tmp_path: Path, day: str, late: int | None
) -> None:
    """Until it is acknowledged; as JSON with its clause."""
    layout = Layout(tmp_path)
    COPIES.record(layout, (COPY,))
    RECALLS.record(layout, (replace(NOTICE, due="2026-03-01"),))
    (one,) = told(layout, CATALOG, date.fromisoformat(day))
    assert one.as_dict() == {
        "what": "recall", "what_zh": "处置召回副本", "what_en": "give a copy back",
        "by": COPY.consumer, "place": f"copies {COPY.copy}", "about": COPY.grant,
        "since": one.since.isoformat(), "due": "2026-03-01", "provisional": False,
        "overdue": late is not None, "days_late": late or 0, "clause": "五(十)",
    }  # fmt: skip


def test_what_was_given_back_is_owed_no_more() -> None:
    """And a copy that nobody called back never was."""
    assert owed(CATALOG, TODAY, ((), {}), (), ()) == ()
