"""Legacy exchanges: when the migration of one is overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog_specs.models.legacy import LegacyExchange, LegacyState
from tests.city.exchanges import exchange


@pytest.mark.parametrize("state", LegacyState)
def test_an_exchange_is_overdue_from_the_day_after_its_term(state: LegacyState) -> None:
    """On its last day it is not; once migrated or closed it never is."""
    one = LegacyExchange.model_validate(exchange(state=state.value))
    due = date(2026, 3, 31)
    assert not one.overdue(due)
    assert one.overdue(due + timedelta(days=1)) is not state.over
