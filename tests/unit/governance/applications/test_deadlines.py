"""Deadlines of applications: in working days, where the profile sets a term."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from catalog_specs.models.figure import Figure
from governance.applications.deadlines import decision_due
from tests.city.declared import compiled


def test_a_term_is_counted_in_working_days_and_none_is_invented() -> None:
    """五(四) sets no term: without a figure nothing is due; 28 February is worked."""
    catalog = compiled()
    assert decision_due(catalog, date(2026, 2, 27)) is None
    figure = Figure(value=10, unit="工作日", clause="五(四)")
    profile = catalog.profile.model_copy(update={"grant_decision_days": figure})
    due = decision_due(replace(catalog, profile=profile), date(2026, 2, 27))
    assert due is not None
    assert due.day == date(2026, 3, 12)
