"""⑦ Foreign commit: each is suspected, and says nothing but its operation."""

from __future__ import annotations

from governance.violations.facts import Foreign
from tests.city import PERSON
from tests.unit.governance.violations.suspecting import facts_of, suspected

NAME = "foreign_commit"


def test_a_commit_that_is_not_ours_is_suspected() -> None:
    """What its writer named it is repeated only where it is an operation of Delta."""
    seen = (Foreign(PERSON, 4, "DELETE"), Foreign(PERSON, 5, "张三 350500199001011234"))
    found = suspected(NAME, facts_of(foreign=seen))
    assert [one.evidence["operation"] for one in found] == ["DELETE", "OTHER"]
    assert "张三" not in repr(found)
    assert suspected(NAME, facts_of()) == []
