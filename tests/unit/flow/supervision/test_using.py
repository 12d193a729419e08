"""Use of grants: what is counted of the days that count, and what is out.

What becomes of it: `tests/flow/test_supervision_of_sharing.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from audit.acts import Operation
from flow.acts import about_grant
from flow.supervision.using import asked_beyond, other_purposes, outstanding, stewards_serving
from governance.violations.facts import ControlState, RefusedAsks
from register.copies import COPIES, RECALLS
from tests.city import GRANT, NOW, TODAY
from tests.city.declared import compiled
from tests.city.homes import city_of
from tests.unit.register.test_copies import COPY, RECEIPT


def test_only_the_days_that_count_are_counted(tmp_path: Path) -> None:
    """The thirtieth day before is over; asks of a reason are one fact."""
    city = city_of(compiled(), tmp_path)
    act = about_grant(city, city.catalog.grant(GRANT), city.rights.standings[GRANT])
    for days in (0, 29, 30):
        at = (NOW - timedelta(days=days)).isoformat()
        refused = replace(act, operation=Operation.QUERY, at=at, facts={"refused": "daily"})
        city.audit.append([refused, replace(act, purpose="其他", at=at), replace(act, at=at)])
    assert asked_beyond(city) == (RefusedAsks(GRANT, "daily", 2, TODAY.isoformat()),)
    assert [(one.grant, one.acts) for one in other_purposes(city)] == [(GRANT, 2)]


def test_a_copy_is_out_until_it_was_acknowledged(tmp_path: Path) -> None:
    """A home that handed nothing out has none; one without stewards on record knows of none."""
    city = city_of(compiled(), tmp_path)
    assert outstanding(city) == ()
    assert [one.state for one in stewards_serving(city)] == [ControlState.UNKNOWN]
    COPIES.record(city.layout, (COPY,))
    assert [one.copy for one in outstanding(city)] == [COPY]
    RECALLS.record(city.layout, (RECEIPT,))
    assert outstanding(city) == ()
