"""⑧ Unattributed: releases that do not say what their users must state."""

from __future__ import annotations

from governance.violations.facts import Bare
from tests.city import OPEN_SET
from tests.unit.governance.violations.suspecting import facts_of, suspected


def test_a_release_without_its_notice_is_suspected() -> None:
    """What it lacks is named; the authority answers for it."""
    lacking = Bare(OPEN_SET, "20260302-01", ("ATTRIBUTION.md", "许可"))
    facts = facts_of(bare=(lacking,))
    (one,) = suspected("unattributed", facts)
    assert (one.department, one.about) == (facts.catalog.city.authority, OPEN_SET)
    assert one.evidence["lacks"] == "ATTRIBUTION.md、许可"
