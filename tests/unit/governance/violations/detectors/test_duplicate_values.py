"""③ Duplicate collection by value: from which share and from how many values on."""

from __future__ import annotations

import pytest

from governance.violations.facts import Overlap
from tests.city import PERSON, VISIT
from tests.unit.governance.violations.suspecting import facts_of, suspected

NAME = "duplicate_values"


@pytest.mark.parametrize(
    ("sampled", "shared", "count"),
    [(100, 80, 1), (100, 79, 0), (49, 49, 0), (50, 40, 1), (0, 0, 0)],
)
def test_a_column_is_suspected_from_the_share_of_the_profile_on(
    sampled: int, shared: int, count: int
) -> None:
    """Four fifths of at least fifty sampled values."""
    one = Overlap(VISIT, "x", PERSON, "name", sampled, shared, (3, 4))
    found = suspected(NAME, facts_of(overlaps=(one,)))
    assert [one.evidence["shared"] for one in found] == [shared] * count


def test_a_key_of_another_resource_is_no_fact_collected_twice() -> None:
    """Whoever writes down an id says whom a row is about."""
    one = Overlap(VISIT, "x", PERSON, "resident_id", 100, 100, (3, 4))
    assert suspected(NAME, facts_of(overlaps=(one,))) == []
