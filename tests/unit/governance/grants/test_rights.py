"""Rights: a grant that nobody applied for holds nothing, whatever its file says."""

from __future__ import annotations

from catalog_specs.rules.decisions import DecisionReason
from governance.grants.rights import Rights
from tests.city import GRANT, GRANT_FILE, TODAY
from tests.city.declared import change, compiled
from tests.city.grants import rights_of


def test_typed_in_approvals_count_for_nothing() -> None:
    """Only what was decided in the store holds."""
    catalog = compiled(**{GRANT_FILE: change(resources__0__items__5="income")})
    nothing = Rights(catalog, {})
    decision = nothing.decide(catalog.grants[GRANT], TODAY)
    assert [one.reason for one in decision.objections] == [
        DecisionReason.NOT_APPLIED,
        DecisionReason.AUTHORITY_APPROVAL,
        DecisionReason.PRODUCER_APPROVAL,
    ]
    assert nothing.holding(TODAY) == ()
    assert rights_of(catalog).holding(TODAY) == (catalog.grants[GRANT],)
