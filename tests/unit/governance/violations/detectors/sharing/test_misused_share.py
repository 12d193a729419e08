"""⑤ Misused share: an extract whose grant does not hold, or does not name its columns."""

from __future__ import annotations

import pytest

from governance.violations.facts import Extract
from tests.city import GRANT, GRANT_FILE, PERSON
from tests.city.declared import change, compiled
from tests.unit.governance.violations.suspecting import facts_of, suspected

NAME = "misused_share"
EXTRACT = Extract(GRANT, {PERSON: ("resident_id", "name")})


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (change(valid_to="2026-03-01"), "expired"),
        (change(status="revoked"), "revoked"),
        (None, "not_in_catalogue"),
    ],
)
def test_an_extract_without_a_grant_in_force_is_suspected(edit: object, reason: str) -> None:
    """Its rows should have been taken away."""
    (one,) = suspected(NAME, facts_of(compiled(**{GRANT_FILE: edit}), extracts=(EXTRACT,)))
    assert one.evidence["reason"] == reason
    assert one.about == GRANT


def test_columns_beyond_the_grant_are_suspected() -> None:
    """They are named; a resource that the grant lacks is beyond it with all its columns."""
    more = Extract(GRANT, {PERSON: ("resident_id", "income"), "data_office/visit": ("trips",)})
    found = suspected(NAME, facts_of(extracts=(more,)))
    told = [(one.evidence["resource"], one.evidence["columns"]) for one in found]
    assert told == [(PERSON, "income"), ("data_office/visit", "trips")]


def test_an_extract_within_its_grant_is_suspected_of_nothing() -> None:
    """The day and the columns are those of the grant."""
    assert suspected(NAME, facts_of(extracts=(EXTRACT,))) == []
