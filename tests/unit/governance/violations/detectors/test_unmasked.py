"""⑥ Unmasked: what left without its masks, and who answers for it."""

from __future__ import annotations

from governance.violations.facts import Exposed
from tests.city import GRANT, OPEN_SET
from tests.unit.governance.violations.suspecting import facts_of, suspected

NAME = "unmasked"


def test_who_hands_out_or_obtains_it_answers() -> None:
    """A grant's consumer, the source of an open set, the authority for what nobody knows."""
    seen = (
        Exposed("grant", GRANT, "r"),
        Exposed("open_set", OPEN_SET, "r"),
        Exposed("grant", "x", "r"),
    )
    found = suspected(NAME, facts_of(exposed=seen))
    assert [one.department for one in found] == ["data_office", "civil_affairs", "data_office"]
    assert suspected(NAME, facts_of()) == []
