"""⑤ Other purpose: what was done for a purpose that nobody approved."""

from __future__ import annotations

from governance.violations.facts import OtherPurpose
from tests.city import GRANT
from tests.unit.governance.violations.suspecting import facts_of, suspected


def test_each_purpose_is_a_suspicion_of_its_own() -> None:
    """With its digest and how many acts there were."""
    some = (OtherPurpose(GRANT, "ab", 2), OtherPurpose(GRANT, "cd", 1))
    found = suspected("other_purpose", facts_of(purposes=some))
    assert [(one.cause, one.evidence["acts"]) for one in found] == [
        ("purpose:ab", 2),
        ("purpose:cd", 1),
    ]
    assert suspected("other_purpose", facts_of()) == []
