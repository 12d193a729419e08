"""⑨ Unrecalled copy: no notice, or none that was answered in time."""

from __future__ import annotations

from dataclasses import replace

from register.copies import Traced
from tests.city import GRANT_FILE
from tests.city.declared import change, compiled
from tests.unit.governance.violations.suspecting import facts_of, suspected
from tests.unit.register.test_copies import COPY, NOTICE

NAME = "unrecalled_copy"


def test_copies_of_an_ended_grant_are_got_back_in_time() -> None:
    """Without a notice, or past its day, the authority is suspected; with one that runs, nobody."""
    over = compiled(**{GRANT_FILE: change(status="revoked")})
    silent, running = Traced(COPY), Traced(COPY, NOTICE)
    late = Traced(COPY, replace(NOTICE, due="2026-03-01"))
    assert suspected(NAME, facts_of(over, copies=(running,))) == []
    (one,) = suspected(NAME, facts_of(over, copies=(silent, running, late, late)))
    assert (one.evidence["overdue"], one.evidence["without_notice"]) == (2, 1)
    assert one.department == over.city.authority


def test_a_grant_in_force_calls_nothing_back() -> None:
    """A notice of before stands all the same."""
    assert suspected(NAME, facts_of(copies=(Traced(COPY),))) == []
    late = Traced(COPY, replace(NOTICE, due="2026-03-01"))
    assert len(suspected(NAME, facts_of(copies=(late,)))) == 1
