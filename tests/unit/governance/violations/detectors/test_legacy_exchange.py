"""④ Legacy exchange: one that goes on after the day of its migration is suspected once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.legacy import LegacyExchange
from catalog_specs.rules.violations import ViolationKind
from tests.city import TODAY
from tests.city.declared import compiled
from tests.city.exchanges import exchange
from tests.unit.governance.violations.suspecting import facts_of, suspected

NAME = "legacy_exchange"


def _with(**more: Any) -> Catalog:
    one = LegacyExchange.model_validate(exchange(**more))
    return replace(compiled(), legacy={one.code: one})


def test_an_exchange_past_its_term_is_suspected_of_its_owner() -> None:
    """With the filing number and the day as evidence; its last day is still in time."""
    (found,) = suspected(NAME, facts_of(_with(due=TODAY - timedelta(days=3))))
    assert (found.kind, found.department) == (ViolationKind.LATE, "civil_affairs")
    assert found.evidence["filing_no"] == "迁备2026-001"
    assert found.evidence["days"] == 3
    assert suspected(NAME, facts_of(_with(due=TODAY))) == []


def test_one_that_is_over_is_not() -> None:
    """Whatever its term was."""
    for state in ("migrated", "closed"):
        over = _with(state=state, due=TODAY - timedelta(days=3), done_on=TODAY)
        assert suspected(NAME, facts_of(over)) == []


def test_another_term_is_another_violation() -> None:
    """A day later it is the same one; a new term that passes as well is a new one."""
    (first,) = suspected(NAME, facts_of(_with(due=TODAY - timedelta(days=3))))
    (later,) = suspected(
        NAME, replace(facts_of(_with(due=TODAY - timedelta(days=3))), today=TODAY + timedelta(1))
    )
    (other,) = suspected(NAME, facts_of(_with(due=TODAY - timedelta(days=2))))
    assert first.id == later.id != other.id
