"""⑧ Commercial purpose: words of business in a grant, and the same words denied."""

from __future__ import annotations

import pytest

from tests.city import GRANT_FILE
from tests.city.declared import change, compiled
from tests.unit.governance.violations.suspecting import facts_of, suspected

NAME = "commercial_purpose"


@pytest.mark.parametrize(
    ("purpose", "count"),
    [
        ("用于商业推广", 1),
        ("提供付费查询", 1),
        ("核对身份，不得用于商业开发", 0),
        ("非营利机构核对身份", 0),
        ("不得转给他人；用于转售", 1),
        ("办件时核对申请人身份", 0),
    ],
)
def test_a_purpose_of_business_is_suspected(purpose: str, count: int) -> None:
    """A denial denies only what follows it closely."""
    catalog = compiled(**{GRANT_FILE: change(purpose=purpose)})
    assert len(suspected(NAME, facts_of(catalog))) == count
