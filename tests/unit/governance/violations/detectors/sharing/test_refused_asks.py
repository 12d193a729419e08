"""⑤ Refused asks: again and again, and only for what goes beyond the grant."""

from __future__ import annotations

import pytest

from catalog_specs.rules.answers import AnswerRefusal
from catalog_specs.rules.violations import Confidence
from governance.violations.facts import RefusedAsks
from tests.city import GRANT
from tests.unit.governance.violations.suspecting import facts_of, suspected

NAME = "refused_asks"


@pytest.mark.parametrize(
    ("reason", "asks", "told"),
    [
        (AnswerRefusal.REGULAR, 5, [Confidence.MEDIUM]),
        (AnswerRefusal.DAILY, 9, [Confidence.LOW]),
        (AnswerRefusal.DAILY, 4, []),
        (AnswerRefusal.LIST, 99, []),
    ],
)
def test_it_takes_several_refusals_of_a_kind(
    reason: AnswerRefusal, asks: int, told: list[Confidence]
) -> None:
    """A list that cannot be read is a mistake, however often it comes."""
    one = RefusedAsks(GRANT, reason.stored, asks, "2026-03-02")
    found = suspected(NAME, facts_of(refused=(one,)))
    assert [each.confidence for each in found] == told
    assert all(each.evidence["asks"] == asks for each in found)
